"""The syntax tree of a shell script: immutable, so that checkpoints share it. Source: POSIX.1-2017, XCU 2 (Shell Command Language)."""

from __future__ import annotations

from dataclasses import dataclass


class ShellSyntaxError(Exception):
    """A script that cannot be parsed; `token` is what was not expected ("" for the end of the text)."""

    def __init__(self, token: str, line: int, message: str = "") -> None:
        super().__init__(token, line, message)
        self.token = token
        self.line = line
        self.message = message


class UnexpectedEnd(ShellSyntaxError):
    """The text ends inside a command: at a prompt, the shell asks for more."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text as it stands; a quoted one is neither split nor matched."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name` or `${name<op>word}`; op "len" is `${#name}`, "!" an indirect `${!name}`."""

    name: str
    quoted: bool
    op: str = ""
    word: Word | None = None
    second: Word | None = None


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(script)` or backticks."""

    script: Sequence
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((expression))`."""

    word: Word
    quoted: bool


Part = Literal | Parameter | Substitution | Arithmetic


@dataclass(frozen=True, slots=True)
class Word:
    """A word before its expansion."""

    parts: tuple[Part, ...]

    @property
    def plain(self) -> str | None:
        """Its text, if it is a single unquoted literal: only such a word can be a reserved one."""
        if len(self.parts) != 1:
            return None
        part = self.parts[0]
        return part.text if isinstance(part, Literal) and not part.quoted else None


@dataclass(frozen=True, slots=True)
class Redirect:
    """`fd op target`; of a here-document ("<<") and a here-string ("<<<") the target is the text."""

    fd: int
    op: str
    target: Word


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`, `name+=value`; `items` are those of a bash array `name=(a b)`."""

    name: str
    value: Word
    append: bool = False
    items: tuple[Word, ...] | None = None


@dataclass(frozen=True, slots=True)
class Simple:
    """A command with its words."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Test:
    """bash's `[[ … ]]`: operators as text, operands as words."""

    items: tuple[Word | str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Compute:
    """bash's `(( … ))`."""

    word: Word


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by "|"."""

    commands: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """Pipelines joined by && and ||; the operator stands before each."""

    parts: tuple[tuple[str, Pipeline], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a list; in the background if it ends with "&"."""

    command: AndOr
    background: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of commands."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if … elif … else … fi`."""

    branches: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None


@dataclass(frozen=True, slots=True)
class Loop:
    """`while` and `until`."""

    condition: Sequence
    body: Sequence
    until: bool


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`; without words over the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Sequence


@dataclass(frozen=True, slots=True)
class Count:
    """bash's `for ((start; condition; step))`."""

    start: Word
    condition: Word
    step: Word
    body: Sequence


@dataclass(frozen=True, slots=True)
class Case:
    """`case word in pattern) … ;; esac`; the third of a branch is how it ends (";;", ";&")."""

    word: Word
    branches: tuple[tuple[tuple[Word, ...], Sequence, str], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition."""

    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Group:
    """`{ …; }`."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Subshell:
    """`( … )`."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections."""

    command: Command
    redirects: tuple[Redirect, ...]


Command = Simple | Test | Compute | If | Loop | For | Count | Case | Function | Group | Subshell | Redirected
