"""Simple commands of a script: assignments, words, redirections, here-documents."""

from __future__ import annotations

import re

from cluster_core.shell import syntax as tree
from cluster_core.shell.syntax import Literal, Redirect, UnexpectedEnd, Word
from cluster_core.shell.words import BLANKS, WordReader

ASSIGNED = re.compile(r"([A-Za-z_]\w*(?:\[\w+\])?)(\+?)=", re.ASCII)
REDIRECTION = re.compile(r"(\d*)(&>>|&>|<<<|<<-|<<|>>|<>|>&|<&|>\||<|>)")


class SimpleReader(WordReader):
    """Reads commands that are only words."""

    in_here_document = False

    def _blanks(self) -> None:
        while True:
            char = self.char
            if char and char in BLANKS:
                self.at += 1
            elif char == "\\" and self.text[self.at + 1 : self.at + 2] == "\n":
                self.at += 2
            elif char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return

    def _newlines(self) -> None:
        self._blanks()
        while self.char == "\n":
            self.at += 1
            self._blanks()

    def _starts(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def _simple(self) -> tree.Command:
        line = self.line
        assignments: list[tree.Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self._blanks()
            if (redirect := self._redirect()) is not None:
                redirects.append(redirect)
            elif not words and (assigned := ASSIGNED.match(self.text, self.at)) is not None:
                assignments.append(self._assignment(assigned))
            elif (word := self.word()) is not None:
                words.append(word)
            else:
                break
        if not (assignments or words or redirects):
            raise self.unexpected()
        return tree.Simple(tuple(assignments), tuple(words), tuple(redirects), line)

    def _assignment(self, assigned: re.Match[str]) -> tree.Assignment:
        self.at = assigned.end()
        if self.char == "(":
            self.at += 1
            items = []
            self._newlines()
            while (word := self.word()) is not None:
                items.append(word)
                self._newlines()
            self.close(")")
            return tree.Assignment(assigned[1], Word(()), bool(assigned[2]), tuple(items))
        return tree.Assignment(assigned[1], self.word() or Word(()), bool(assigned[2]))

    def _redirects(self) -> list[Redirect]:
        found = []
        self._blanks()
        while (redirect := self._redirect()) is not None:
            found.append(redirect)
            self._blanks()
        return found

    def _redirect(self) -> Redirect | None:
        found = REDIRECTION.match(self.text, self.at)
        if found is None or (found[1] and found[2].startswith("&")):
            return None
        self.at = found.end()
        op = found[2]
        fd = int(found[1][:4]) if found[1] else (0 if op.startswith("<") else 1)
        self._blanks()
        begun = self.at
        word = self.word()
        if word is None:
            raise self.unexpected()
        if op in ("<<", "<<-"):
            return Redirect(fd, "<<", self._here_document(self.text[begun : self.at], op == "<<-"))
        return Redirect(fd, ">" if op == ">|" else op, word)

    def _here_document(self, delimiter: str, strips_tabs: bool) -> Word:
        """The lines after this one up to the delimiter; they are cut out of the text."""
        bare = re.sub(r"[\\'\"]", "", delimiter)
        end_of_line = self.text.find("\n", self.at)
        if end_of_line < 0:
            raise UnexpectedEnd("", self.line)
        lines, at = [], end_of_line + 1
        while True:
            end = self.text.find("\n", at)
            line = self.text[at : len(self.text) if end < 0 else end]
            line = line.lstrip("\t") if strips_tabs else line
            at = len(self.text) if end < 0 else end + 1
            if line == bare:
                break
            if end < 0:
                raise UnexpectedEnd("", self.line)
            lines.append(line + "\n")
        self.text = self.text[: end_of_line + 1] + self.text[at:]
        body = "".join(lines)
        if bare != delimiter:
            return Word((Literal(body, True),))
        return Word(tuple(self.here_parts(body)))

    def here_parts(self, body: str) -> list[tree.Part]:
        """The parts of a here-document: double quotes are characters like others."""
        reader = type(self)(body, self.depth + 1, self.line)
        reader.in_here_document = True
        return reader.parts(lambda _char: False, quoted=True)

    def _part(self, found: list[tree.Part], quoted: bool) -> None:
        if self.char == '"' and self.in_here_document:
            self.at += 1
            found.append(Literal('"', True))
        else:
            super()._part(found, quoted)
