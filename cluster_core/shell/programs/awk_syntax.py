"""The syntax of awk: a program as rules of tuples. Source: POSIX awk."""

from __future__ import annotations

from typing import Any

from cluster_core.shell.formatting import unescape
from cluster_core.shell.programs.applet import Usage
from cluster_core.shell.programs.awk_tokens import tokens_of

DEPTH_MAX = 60
Node = tuple[Any, ...]


FUNCTIONS = (
    "length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "tolower", "toupper", "int", "sqrt", "exp", "log",
    "sin", "cos", "atan2", "rand", "srand", "system",
)  # fmt: skip


class Parser:
    """Reads a program into rules (pattern, action)."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.at = 0
        self.depth = 0

    def rules(self) -> list[tuple[Node | None, Node | None]]:
        """All rules."""
        found: list[tuple[Node | None, Node | None]] = []
        self._newlines(";")
        while self._peek()[0] != "end":
            found.append(self._rule())
            self._newlines(";")
        return found

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at]

    def _is(self, *texts: str) -> bool:
        kind, text = self._peek()
        return kind in ("op", "keyword", "newline") and text in texts

    def _take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def _accept(self, text: str) -> bool:
        if self._is(text):
            self._take()
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise Usage("cmd. line:1: Unexpected token", 1)

    def _newlines(self, *more: str) -> None:
        while self._is("\n", *more):
            self._take()

    def _rule(self) -> tuple[Node | None, Node | None]:
        pattern: Node | None = None
        if self._is("BEGIN", "END"):
            pattern = (self._take()[1],)
        elif not self._is("{"):
            pattern = self._expression()
            if self._accept(","):
                pattern = ("range", pattern, self._expression(), self.at)
        return pattern, self._block() if self._is("{") else None

    def _block(self) -> Node:
        self._expect("{")
        found = []
        self._newlines(";")
        while not self._is("}"):
            if self._peek()[0] == "end":
                raise Usage("cmd. line:1: Unexpected end of string", 1)
            found.append(self._statement())
            self._newlines(";")
        self._take()
        return ("block", tuple(found))

    def _body(self) -> Node:
        self._newlines()
        if self._is("{"):
            return self._block()
        if self._accept(";"):
            return ("block", ())
        return self._statement()

    def _statement(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Usage("nested too deeply", 1)
        kind, text = self._peek()
        reader = (
            {
                "if": self._if,
                "while": self._while,
                "do": self._do,
                "for": self._for,
                "print": self._print,
                "printf": self._print,
            }.get(text)
            if kind == "keyword"
            else None
        )
        if self._is("{"):
            found = self._block()
        elif reader is not None:
            self._take()
            found = reader(text)
        elif kind == "keyword" and text in ("next", "break", "continue"):
            self._take()
            found = (text,)
        elif kind == "keyword" and text == "exit":
            self._take()
            found = ("exit", None if self._is(";", "\n", "}") else self._expression())
        elif kind == "keyword" and text == "delete":
            self._take()
            name = self._take()[1]
            found = ("delete", name, self._subscript() if self._accept("[") else None)
        else:
            found = ("do-expression", self._expression())
        self.depth -= 1
        return found

    def _subscript(self) -> Node:
        keys = [self._expression()]
        while self._accept(","):
            keys.append(self._expression())
        self._expect("]")
        return keys[0] if len(keys) == 1 else ("subsep", tuple(keys))

    def _if(self, _word: str) -> Node:
        self._expect("(")
        condition = self._expression()
        self._expect(")")
        then = self._body()
        before = self.at
        self._newlines(";")
        if self._accept("else"):
            return ("if", condition, then, self._body())
        self.at = before
        return ("if", condition, then, None)

    def _while(self, _word: str) -> Node:
        self._expect("(")
        condition = self._expression()
        self._expect(")")
        return ("while", condition, self._body())

    def _do(self, _word: str) -> Node:
        body = self._body()
        self._newlines(";")
        self._expect("while")
        self._expect("(")
        condition = self._expression()
        self._expect(")")
        return ("block", (body, ("while", condition, body)))

    def _for(self, _word: str) -> Node:
        self._expect("(")
        if self._peek()[0] == "name" and self.tokens[self.at + 1] == ("keyword", "in"):
            name = self._take()[1]
            self._take()
            array = self._take()[1]
            self._expect(")")
            return ("for-in", name, array, self._body())
        start = None if self._is(";") else self._expression()
        self._expect(";")
        condition = None if self._is(";") else self._expression()
        self._expect(";")
        step = None if self._is(")") else self._expression()
        self._expect(")")
        return ("for", start, condition, step, self._body())

    def _print(self, word: str) -> Node:
        arguments: list[Node] = []
        if not self._is(";", "\n", "}", ">", ">>", "|") and self._peek()[0] != "end":
            arguments.append(self._expression(no_greater=True))
            while self._accept(","):
                arguments.append(self._expression(no_greater=True))
        if len(arguments) == 1 and arguments[0][0] == "group" and len(arguments[0]) > 2:
            arguments = list(arguments[0][1:])
        target = None
        if self._is(">", ">>"):
            target = (self._take()[1], self._concatenation(True))
        return (word, tuple(arguments), target)

    def _expression(self, no_greater: bool = False) -> Node:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Usage("nested too deeply", 1)
        left = self._ternary(no_greater)
        if self._is("=", "+=", "-=", "*=", "/=", "%=", "^=") and left[0] in ("variable", "field", "item"):
            op = self._take()[1]
            left = ("assign", op, left, self._expression(no_greater))
        self.depth -= 1
        return left

    def _ternary(self, no_greater: bool) -> Node:
        condition = self._binary(0, no_greater)
        if not self._accept("?"):
            return condition
        yes = self._expression(no_greater)
        self._expect(":")
        return ("ternary", condition, yes, self._expression(no_greater))

    LEVELS = (("||",), ("&&",), ("in",), ("~", "!~"), ("<", "<=", "==", "!=", ">", ">="))

    def _binary(self, level: int, no_greater: bool) -> Node:
        if level == len(self.LEVELS):
            return self._concatenation(no_greater)
        left = self._binary(level + 1, no_greater)
        while self._is(*self.LEVELS[level]) and not (no_greater and self._is(">")):
            op = self._take()[1]
            if op == "in":
                left = ("in", left, self._take()[1])
            else:
                self._newlines() if op in ("||", "&&") else None
                left = (op, left, self._binary(level + 1, no_greater))
        return left

    def _concatenation(self, no_greater: bool) -> Node:
        left = self._sum()
        while self._peek()[0] in ("number", "string", "name", "regex") or self._is("$", "(", "!", "++", "--"):
            left = ("concat", left, self._sum())
        return left

    def _sum(self) -> Node:
        left = self._product()
        while self._is("+", "-"):
            op = self._take()[1]
            left = (op, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._unary()
        while self._is("*", "/", "%"):
            op = self._take()[1]
            left = (op, left, self._unary())
        return left

    def _unary(self) -> Node:
        if self._is("!", "-", "+"):
            self.depth += 1
            if self.depth > DEPTH_MAX:
                raise Usage("nested too deeply", 1)
            op = self._take()[1]
            found = ("not" if op == "!" else "minus" if op == "-" else "plus", self._unary())
            self.depth -= 1
            return found
        base = self._postfix()
        if self._accept("^"):
            return ("^", base, self._unary())
        return base

    def _postfix(self) -> Node:
        if self._is("++", "--"):
            op = self._take()[1]
            return ("before", op, self._primary())
        found = self._primary()
        if self._is("++", "--") and found[0] in ("variable", "field", "item"):
            return ("after", self._take()[1], found)
        return found

    def _primary(self) -> Node:
        kind, text = self._take()
        if kind == "number":
            return ("number", float(text))
        if kind == "string":
            return ("string", unescape(text.replace('\\"', '"').replace("\\/", "/"))[0])
        if kind == "regex":
            return ("regex", text)
        if text == "$" and kind == "op":
            return ("field", self._postfix() if self._is("++", "--") else self._primary())
        if text == "(" and kind == "op":
            found = [self._expression()]
            while self._accept(","):
                found.append(self._expression())
            self._expect(")")
            if self._is("in") and len(found) > 1:
                self._take()
                return ("in", ("subsep", tuple(found)), self._take()[1])
            return ("group", *found)
        if kind == "name":
            return self._named(text)
        raise Usage("cmd. line:1: Unexpected token" if kind != "end" else "cmd. line:1: Unexpected end of string", 1)

    def _named(self, name: str) -> Node:
        if name in FUNCTIONS:
            arguments = []
            if self._accept("("):
                while not self._is(")"):
                    arguments.append(self._expression())
                    if not self._accept(","):
                        break
                self._expect(")")
            return ("call", name, tuple(arguments))
        if self._accept("["):
            return ("item", name, self._subscript())
        if self._is("(") and name not in ("NR", "NF"):
            raise Usage("cmd. line:1: Call to undefined function", 1)
        return ("variable", name)
