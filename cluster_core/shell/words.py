"""Words of the shell's text: quoting, parameters, substitutions. The half of the parser that knows no commands."""

from __future__ import annotations

import re

from cluster_core.shell.syntax import (
    Arithmetic,
    Literal,
    Parameter,
    Part,
    Sequence,
    ShellSyntaxError,
    Substitution,
    UnexpectedEnd,
    Word,
)

BLANKS = " \t"
BREAKS = " \t\n;&|<>()"
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
SPECIAL = "@*#?-$!0123456789"
OPERATORS = re.compile(r":?[-=?+]|##?|%%?|//?|\^\^?|,,?|:")
DEPTH_MAX = 60
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}


class WordReader:
    """Reads words from `text` at `at`. `depth` bounds how deep substitutions and compound commands nest."""

    def __init__(self, text: str, depth: int = 0, line: int = 1) -> None:
        self.text = text
        self.at = 0
        self.depth = depth
        self.first_line = line
        if depth > DEPTH_MAX:
            raise ShellSyntaxError("", line, "nested too deeply")

    @property
    def line(self) -> int:
        """The line of the script that is being read."""
        return self.first_line + self.text.count("\n", 0, self.at)

    @property
    def char(self) -> str:
        """The character at the reader, "" at the end."""
        return self.text[self.at : self.at + 1]

    def unexpected(self, token: str | None = None) -> ShellSyntaxError:
        """The error for what stands here."""
        token = self._token() if token is None else token
        return ShellSyntaxError(token, self.line) if token else UnexpectedEnd("", self.line)

    def _token(self) -> str:
        rest = self.text[self.at :]
        if rest.startswith("\n"):
            return "newline"
        found = re.match(r"&&|\|\||;;|[;&|<>()]|[^\s;&|<>()]+", rest)
        return found[0] if found else ""

    def word(self) -> Word | None:
        """The word at the reader; None if there is none."""
        begun = self.at
        parts = self.parts(lambda char: char in BREAKS, quoted=False)
        return Word(tuple(parts)) if self.at > begun else None

    def parts(self, ends: object, quoted: bool) -> list[Part]:
        """The parts up to a character for which `ends` holds."""
        assert callable(ends)
        found: list[Part] = []
        while self.at < len(self.text) and not ends(self.char):
            self._part(found, quoted)
        return found

    def _part(self, found: list[Part], quoted: bool) -> None:
        char = self.char
        if char == "\\":
            self._escaped(found, quoted)
        elif char == "'" and not quoted:
            self._single(found)
        elif char == '"':
            self.at += 1
            inner = self.parts(lambda one: one == '"', quoted=True)
            found.extend(inner or [Literal("", True)])
            self.close('"')
        elif char == "$":
            self._dollar(found, quoted)
        elif char == "`":
            found.append(self._backtick(quoted))
        else:
            self.at += 1
            _append(found, char, quoted)

    def close(self, char: str) -> None:
        """Pass the closing character of what was begun."""
        if self.char != char:
            raise UnexpectedEnd("", self.line, "unterminated quoted string" if char in "\"'`" else "")
        self.at += 1

    def _escaped(self, found: list[Part], quoted: bool) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if following == "\n":
            return
        if quoted and following not in '$`"\\':
            _append(found, "\\" + following, True)
        else:
            _append(found, following or "\\", True)

    def _single(self, found: list[Part]) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise UnexpectedEnd("", self.line, "unterminated quoted string")
        found.append(Literal(self.text[self.at + 1 : end], True))
        self.at = end + 1

    def _dollar(self, found: list[Part], quoted: bool) -> None:
        rest = self.text[self.at + 1 : self.at + 3]
        if rest == "((" and (part := self._arithmetic(quoted)) is not None:
            found.append(part)
        elif rest[:1] == "(":
            self.at += 2
            script = self.nested()
            self.close(")")
            found.append(Substitution(script, quoted))
        elif rest[:1] == "{":
            self.at += 2
            found.append(self._braced(quoted))
        elif rest[:1] == "'" and not quoted:
            self._ansi(found)
        else:
            self._plain_parameter(found, quoted)

    def _plain_parameter(self, found: list[Part], quoted: bool) -> None:
        name = NAME.match(self.text, self.at + 1)
        following = self.text[self.at + 1 : self.at + 2]
        if name is not None:
            self.at = name.end()
            found.append(Parameter(name[0], quoted))
        elif following and following in SPECIAL:
            self.at += 2
            found.append(Parameter(following, quoted))
        else:
            self.at += 1
            _append(found, "$", quoted)

    def _ansi(self, found: list[Part]) -> None:
        """bash's $'…'."""
        self.at += 2
        text = ""
        while self.char not in ("'", ""):
            if self.char == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                text += ESCAPES.get(following, following)
                self.at += 1
            else:
                text += self.char
            self.at += 1
        self.close("'")
        found.append(Literal(text, True))

    def nested(self) -> Sequence:
        """A list of commands inside a substitution; the parser of commands provides it."""
        raise NotImplementedError

    def sub_script(self, text: str) -> Sequence:
        """The list of commands in the text of backticks; the parser of commands provides it."""
        raise NotImplementedError

    def _backtick(self, quoted: bool) -> Part:
        begun, text = self.line, ""
        self.at += 1
        while self.char not in ("`", ""):
            if self.char == "\\" and self.text[self.at + 1 : self.at + 2] in ("`", "\\", "$", '"' if quoted else "`"):
                self.at += 1
            text += self.char
            self.at += 1
        if self.char != "`":
            raise UnexpectedEnd("", begun, "EOF in backquote substitution")
        self.at += 1
        return Substitution(self.sub_script(text), quoted)

    def _arithmetic(self, quoted: bool) -> Part | None:
        """`$((…))`; None if the parentheses are those of a subshell in a substitution."""
        end = self._arithmetic_end(self.at + 3)
        if end is None:
            return None
        inner = self.reader_of(self.text[self.at + 3 : end])
        self.at = end + 2
        return Arithmetic(Word(tuple(inner.parts(lambda _char: False, quoted=True))), quoted)

    def arithmetic_word(self) -> Word:
        """What stands between "((" (already passed) and "))"."""
        end = self._arithmetic_end(self.at)
        if end is None:
            raise self.unexpected()
        inner = self.reader_of(self.text[self.at : end])
        self.at = end + 2
        return Word(tuple(inner.parts(lambda _char: False, quoted=True)))

    def _arithmetic_end(self, at: int) -> int | None:
        depth = 0
        while at < len(self.text):
            if self.text[at] == "(":
                depth += 1
            elif self.text[at] == ")":
                if depth == 0:
                    return at if self.text[at + 1 : at + 2] == ")" else None
                depth -= 1
            at += 1
        return None

    def reader_of(self, text: str) -> WordReader:
        """A reader of the same kind for a piece of text."""
        return type(self)(text, self.depth + 1, self.line)

    def _braced(self, quoted: bool) -> Part:
        if self.char == "#" and self.text[self.at + 1 : self.at + 2] not in ("}", ""):
            self.at += 1
            name = self._parameter_name()
            self.close("}")
            return Parameter(name, quoted, "len")
        indirect = self.char == "!" and self.text[self.at + 1 : self.at + 2] != "}"
        self.at += indirect
        name = self._parameter_name()
        op = OPERATORS.match(self.text, self.at)
        if op is None or self.char == "}":
            self.close("}")
            return Parameter(name, quoted, "!" if indirect else "")
        self.at = op.end()
        return self._operand(name, op[0], quoted)

    def _operand(self, name: str, op: str, quoted: bool) -> Part:
        second = None
        if op in ("/", "//", ":"):
            between = ":" if op == ":" else "/"
            word = self._brace_word(lambda char: char in ("}", between), quoted and op == ":")
            if self.char == between:
                self.at += 1
                second = self._brace_word(lambda char: char == "}", quoted)
        else:
            trims = op[0] in "#%^,"
            word = self._brace_word(lambda char: char == "}", quoted and not trims)
        self.close("}")
        return Parameter(name, quoted, op, word, second)

    def _brace_word(self, ends: object, quoted: bool) -> Word:
        return Word(tuple(self.parts(ends, quoted)))

    def _parameter_name(self) -> str:
        name = NAME.match(self.text, self.at) or re.compile(r"\d+|[@*#?$!-]").match(self.text, self.at)
        if name is None:
            raise ShellSyntaxError("", self.line, "bad substitution")
        self.at = name.end()
        subscript = re.compile(r"\[(@|\*|\w+|\$\w+)\]").match(self.text, self.at)
        if subscript is None:
            return name[0]
        self.at = subscript.end()
        return name[0] + subscript[0]


def _append(found: list[Part], text: str, quoted: bool) -> None:
    last = found[-1] if found else None
    if isinstance(last, Literal) and last.quoted == quoted:
        found[-1] = Literal(last.text + text, quoted)
    else:
        found.append(Literal(text, quoted))
