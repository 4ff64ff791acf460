"""A request that is refused: the status, a sentence that says what to do, and when to come back."""

from __future__ import annotations


class Refusal(Exception):
    """Refuse with an HTTP status (or, on a stream, a notice). `retry_after` in seconds, 0 if waiting does not help."""

    def __init__(self, status: int, sentence: str, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after
