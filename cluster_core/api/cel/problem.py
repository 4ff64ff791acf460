"""What is wrong with an expression: where and why, shown as the API server shows it. Upstream: cel-go `common/error.go`."""

from __future__ import annotations

from dataclasses import dataclass

SNIPPET_MAX = 16_384


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `at` counts code points from the beginning of the expression (-1: nowhere)."""

    at: int
    message: str


class CompileError(Exception):
    """An expression that cannot be compiled; the text is what a user is shown."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        ordered = sorted(problems, key=lambda problem: problem.at)
        self.problems = ordered
        super().__init__("\n".join(shown(source, problem) for problem in ordered))


class EvalError(Exception):
    """What goes wrong while an expression runs: "no such key: x", "division by zero" …"""


class CostExceeded(Exception):
    """An expression ran for longer than it may. Not an EvalError: `||` and `&&` must not swallow it."""

    def __init__(self) -> None:
        super().__init__("operation cancelled: actual cost limit exceeded")


def shown(source: str, problem: Problem) -> str:
    """ "ERROR: <input>:1:5: …" with the line and a mark below it."""
    if problem.at < 0:
        return f"ERROR: <input>:-1:0: {problem.message}"
    before = source[: problem.at]
    line = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    text = f"ERROR: <input>:{line + 1}:{column + 1}: {problem.message}"
    snippet = source.split("\n")[line].replace("\t", " ")
    if len(snippet) > SNIPPET_MAX:
        return text
    dots = "".join("\uff0e" if ord(letter) > 127 else "." for letter in snippet[:column])
    mark = "\uff3e" if column < len(snippet) and ord(snippet[column]) > 127 else "^"
    return f"{text}\n | {snippet}\n | {dots}{mark}"
