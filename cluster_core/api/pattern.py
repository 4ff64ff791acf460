"""Regular expressions of strangers: RE2, whose time grows with the text and never with the pattern's cleverness.

Upstream compiles them with Go's `regexp`, which is RE2 too; the words of errors are Go's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

PATTERN_MAX = 10_000
# How Go names what is wrong, by RE2's own words.
GO_WORDS = {
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
    "trailing \\": "trailing backslash at end of expression",
    "invalid repetition size": "invalid repeat count",
}


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """The pattern, ready to search; raises ValueError with Go's words for one that is none."""
    if len(pattern) > PATTERN_MAX:
        raise ValueError(f"error parsing regexp: expression too large: at most {PATTERN_MAX} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(_go_words(error, pattern)) from error


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text (it is not anchored). Raises ValueError."""
    return compiled(pattern).search(text) is not None


def _go_words(error: Exception, pattern: str) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    for words, go in GO_WORDS.items():
        if text.startswith(words):
            part = text[len(words) :].removeprefix(": ") or pattern
            return (
                f"error parsing regexp: {go}: `{part}`" if "trailing" not in go else f"error parsing regexp: {go}: ``"
            )
    return f"error parsing regexp: {text}"
