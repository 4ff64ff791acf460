"""The parser of shell scripts: recursive descent over the grammar of POSIX, with what people use of bash.

A parser of our own, because the maintained ones are copyleft (bashlex) or give a tree that forgives what a shell refuses
(tree-sitter-bash).
"""

from __future__ import annotations

import re
from functools import lru_cache

from cluster_core.shell import syntax as tree
from cluster_core.shell.simple_reader import SimpleReader
from cluster_core.shell.syntax import Literal, Redirect, Sequence, ShellSyntaxError, Word

SCRIPT_MAX = 1 << 17
CLOSING = ("then", "elif", "else", "fi", "do", "done", "esac", "}", "in")
FUNCTION = re.compile(r"([A-Za-z_][\w.:-]*)[ \t]*\([ \t]*\)", re.ASCII)


@lru_cache(maxsize=512)
def parse(text: str) -> Sequence:
    """The tree of a script; raises `ShellSyntaxError`."""
    if len(text) > SCRIPT_MAX:
        raise ShellSyntaxError("", 1, "script too long")
    try:
        return Parser(text).script()
    except RecursionError:
        raise ShellSyntaxError("", 1, "nested too deeply") from None


class Parser(SimpleReader):
    """Reads commands."""

    def script(self) -> Sequence:
        """The whole text."""
        found = self._list()
        if self.at < len(self.text):
            raise self.unexpected()
        return found

    def nested(self) -> Sequence:
        """A list up to a closing parenthesis."""
        self.depth += 1
        if self.depth > 60:
            raise ShellSyntaxError("", self.line, "nested too deeply")
        found = self._list()
        self.depth -= 1
        return found

    def sub_script(self, text: str) -> Sequence:
        """The script in backticks."""
        return Parser(text, self.depth + 1, self.line).script()

    def _reserved(self) -> str:
        """The reserved word at the reader, "" if the next word is none."""
        found = re.compile(r"[a-z]+(?![^\s;&|<>()])|[{}!](?![^\s;&|<>()])|\[\[(?=\s)").match(self.text, self.at)
        return found[0] if found else ""

    def _expect(self, word: str) -> None:
        self._newlines()
        if self._reserved() != word:
            raise self.unexpected()
        self.at += len(word)

    def _list(self) -> Sequence:
        items: list[tree.Item] = []
        self._newlines()
        while self.at < len(self.text) and self.char not in ");" and self._reserved() not in CLOSING:
            command = self._and_or()
            self._blanks()
            background = self.char == "&"
            if self.char in ("&", ";") and not self._starts(";;") and not self._starts(";&"):
                self.at += 1
            elif self.char not in ("\n", "", ")", ";"):
                raise self.unexpected()
            items.append(tree.Item(command, background))
            self._newlines()
        return Sequence(tuple(items))

    def _body(self) -> Sequence:
        """A list that may not be empty."""
        found = self._list()
        if not found.items:
            raise self.unexpected()
        return found

    def _and_or(self) -> tree.AndOr:
        parts = [("", self._pipeline())]
        while True:
            self._blanks()
            op = self.text[self.at : self.at + 2]
            if op not in ("&&", "||"):
                return tree.AndOr(tuple(parts))
            self.at += 2
            self._newlines()
            parts.append((op, self._pipeline()))

    def _pipeline(self) -> tree.Pipeline:
        self._blanks()
        negated = False
        while self._reserved() == "!":
            self.at += 1
            negated = not negated
            self._blanks()
        commands = [self._command()]
        while True:
            self._blanks()
            if self.char != "|" or self._starts("||"):
                return tree.Pipeline(tuple(commands), negated)
            merged = self._starts("|&")
            self.at += 2 if merged else 1
            if merged:
                commands[-1] = tree.Redirected(commands[-1], (Redirect(2, ">&", Word((Literal("1"),))),))
            self._newlines()
            commands.append(self._command())

    def _command(self) -> tree.Command:
        self._blanks()
        self.depth += 1
        if self.depth > 60:
            raise ShellSyntaxError("", self.line, "nested too deeply")
        found = self._compound()
        self.depth -= 1
        if found is None:
            return self._simple()
        redirects = self._redirects()
        return tree.Redirected(found, tuple(redirects)) if redirects else found

    def _compound(self) -> tree.Command | None:
        word = self._reserved()
        reader = {
            "if": self._if,
            "while": self._loop,
            "until": self._loop,
            "for": self._for,
            "case": self._case,
            "{": self._group,
            "[[": self._test,
            "function": self._function,
        }.get(word)
        if reader is not None:
            self.at += len(word)
            return self._loop(word == "until") if reader == self._loop else reader()
        if word in CLOSING and word != "in":
            raise self.unexpected()
        if self._starts("(("):
            before = self.at
            self.at += 2
            if self._arithmetic_end(self.at) is not None:
                return tree.Compute(self.arithmetic_word())
            self.at = before
        if self.char == "(":
            self.at += 1
            body = self.nested()
            self._close_list(body)
            return tree.Subshell(body)
        return self._named_function()

    def _close_list(self, body: Sequence) -> None:
        if self.char != ")" or not body.items:
            raise self.unexpected()
        self.at += 1

    def _group(self) -> tree.Command:
        body = self._body()
        self._expect("}")
        return tree.Group(body)

    def _named_function(self) -> tree.Command | None:
        found = FUNCTION.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        self._newlines()
        return tree.Function(found[1], self._command())

    def _function(self, *_none: object) -> tree.Command:
        self._blanks()
        found = re.compile(r"([\w.:-]+)[ \t]*(\([ \t]*\))?").match(self.text, self.at)
        if found is None:
            raise self.unexpected()
        self.at = found.end()
        self._newlines()
        return tree.Function(found[1], self._command())

    def _if(self) -> tree.Command:
        branches = []
        while True:
            condition = self._body()
            self._expect("then")
            branches.append((condition, self._body()))
            word = self._reserved()
            if word == "elif":
                self.at += 4
                continue
            otherwise = None
            if word == "else":
                self.at += 4
                otherwise = self._body()
            self._expect("fi")
            return tree.If(tuple(branches), otherwise)

    def _loop(self, until: bool = False) -> tree.Command:
        condition = self._body()
        return tree.Loop(condition, self._do(), until)

    def _do(self) -> Sequence:
        self._expect("do")
        body = self._body()
        self._expect("done")
        return body

    def _for(self) -> tree.Command:
        self._blanks()
        if self._starts("(("):
            return self._count()
        name = re.compile(r"[A-Za-z_]\w*", re.ASCII).match(self.text, self.at)
        if name is None:
            raise self.unexpected()
        self.at = name.end()
        self._newlines()
        words: tuple[Word, ...] | None = None
        if self._reserved() == "in":
            self.at += 2
            words = tuple(self._words())
        self._blanks()
        if self.char == ";":
            self.at += 1
        return tree.For(name[0], words, self._do())

    def _count(self) -> tree.Command:
        self.at += 2
        end = self._arithmetic_end(self.at)
        parts = self.text[self.at : end].split(";") if end is not None else []
        if end is None or len(parts) != 3:
            raise self.unexpected()
        self.at = end + 2
        start, condition, step = (self._arithmetic_text(part) for part in parts)
        self._blanks()
        if self.char == ";":
            self.at += 1
        return tree.Count(start, condition, step, self._do())

    def _arithmetic_text(self, text: str) -> Word:
        return Word(tuple(self.reader_of(text).parts(lambda _char: False, quoted=True)))

    def _words(self) -> list[Word]:
        found = []
        self._blanks()
        while (word := self.word()) is not None:
            found.append(word)
            self._blanks()
        return found

    def _case(self) -> tree.Command:
        self._blanks()
        word = self.word()
        if word is None:
            raise self.unexpected()
        self._expect("in")
        branches = []
        self._newlines()
        while self._reserved() != "esac":
            branches.append(self._branch())
            self._newlines()
        self.at += 4
        return tree.Case(word, tuple(branches))

    def _branch(self) -> tuple[tuple[Word, ...], Sequence, str]:
        if self.char == "(":
            self.at += 1
        patterns = []
        while True:
            self._blanks()
            pattern = self.word()
            if pattern is None:
                raise self.unexpected()
            patterns.append(pattern)
            self._blanks()
            if self.char != "|":
                break
            self.at += 1
        if self.char != ")":
            raise self.unexpected()
        self.at += 1
        body, end = self._list(), self.text[self.at : self.at + 2]
        if end in (";;", ";&"):
            self.at += 2
        elif self._reserved() != "esac":
            raise self.unexpected()
        return tuple(patterns), body, end if end == ";&" else ";;"

    def _test(self) -> tree.Command:
        items: list[Word | str] = []
        line = self.line
        while True:
            self._newlines()
            op = re.compile(r"\]\](?![^\s;&|<>()])|&&|\|\||[<>()]|(?:==?|!=|=~|!)(?=\s)").match(self.text, self.at)
            if op is not None and op[0] == "]]":
                self.at = op.end()
                return tree.Test(tuple(items), line)
            if op is not None:
                self.at = op.end()
                items.append(op[0])
                if op[0] == "=~":
                    self._blanks()
                    items.append(self._regex())
                continue
            word = self.word()
            if word is None:
                raise self.unexpected()
            items.append(word)

    def _regex(self) -> Word:
        """The right side of =~: parentheses and bars belong to it."""
        return Word(tuple(self.parts(lambda char: char in " \t\n", quoted=False)))
