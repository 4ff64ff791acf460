"""Expressions of CEL as trees. Upstream: cel-go `parser/parser.go`.

Real Kubernetes' parser goes on after a syntax error and may report several; here the first one is reported. It allows 250
levels of nesting, here 100.
"""

from __future__ import annotations

from cluster_core.api.cel.lexer import Token, tokens
from cluster_core.api.cel.macros import NotAMacro, member_macro, presence_test
from cluster_core.api.cel.problem import CompileError, Problem
from cluster_core.api.cel.tree import Call, Ident, ListNode, Literal, MapNode, Node, Select, StructNode, depth_of

DEPTH_MAX = 100
# Real Kubernetes reads expressions of up to 100,000 characters.
SOURCE_MAX = 20_000
RESERVED = frozenset(("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"))
RESERVED |= {"package", "namespace", "return", "var", "void", "while"}
CONSTANTS = {"true": True, "false": False, "null": None}
OPERATORS = {
    "||": ("_||_", 1),
    "&&": ("_&&_", 2),
    **{sign: (f"_{sign}_", 3) for sign in ("<", "<=", ">=", ">", "==", "!=")},
    "in": ("@in", 3),
    **{sign: (f"_{sign}_", 4) for sign in ("+", "-")},
    **{sign: (f"_{sign}_", 5) for sign in ("*", "/", "%")},
}
PRIMARY = (
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
)


def parse(source: str) -> Node:
    """The tree of an expression. Raises CompileError."""
    if len(source) > SOURCE_MAX:
        words = f"expression code point size exceeds limit: size: {len(source)}, limit {SOURCE_MAX}"
        raise CompileError("", [Problem(-1, words)])
    found, problems = tokens(source)
    parser = _Parser(found, problems)
    try:
        tree = parser.whole()
    except _SyntaxError as error:
        parser.problems.append(error.problem)
    if not parser.problems and depth_of(tree) > DEPTH_MAX:
        parser.problems.append(Problem(-1, f"expression recursion limit exceeded: {DEPTH_MAX}"))
    if parser.problems:
        raise CompileError(source, parser.problems)
    return tree


class _SyntaxError(Exception):
    def __init__(self, at: int, words: str) -> None:
        super().__init__(words)
        self.problem = Problem(at, words)


class _Parser:
    def __init__(self, found: list[Token], problems: list[Problem]) -> None:
        self.tokens = found
        self.problems = problems
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def whole(self) -> Node:
        tree = self.expression()
        if self.token.kind != "end":
            raise self.unexpected("<EOF>", "extraneous input")
        return tree

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise _SyntaxError(-1, f"expression recursion limit exceeded: {DEPTH_MAX}")
        found = self.operators(1)
        if self.token.text == "?" and self.token.kind == "op":
            at = self.advance().at
            yes = self.operators(1)
            self.expect(":")
            found = Call(at, "_?_:_", (found, yes, self.expression()))
        self.depth -= 1
        return found

    def operators(self, least: int) -> Node:
        """Operators that bind at least as tightly, from left to right; || and && become one call with all their terms."""
        found = self.unary()
        while True:
            token = self.token
            name, level = OPERATORS.get(token.text, ("", 0)) if token.kind in ("op", "name") else ("", 0)
            if not name or level < least:
                return found
            self.advance()
            right = self.operators(level + 1)
            if name in ("_||_", "_&&_") and isinstance(found, Call) and found.name == name:
                found = Call(found.at, name, (*found.args, right))
            else:
                found = Call(token.at, name, (found, right))

    def unary(self) -> Node:
        token = self.token
        if not (self.is_op("!") or self.is_op("-")):
            return self.member()
        count = 0
        while self.is_op(token.text):
            self.advance()
            count += 1
        number = self.token
        operand = self.member(negative=token.text == "-" and count == 1 and number.kind in ("int", "float"))
        if number.kind in ("int", "float") and token.text == "-" and count == 1:
            return operand
        return operand if count % 2 == 0 else Call(token.at, "!_" if token.text == "!" else "-_", (operand,))

    def member(self, negative: bool = False) -> Node:
        found = self.primary(negative)
        while True:
            if self.is_op("."):
                found = self.dotted(found)
            elif self.is_op("["):
                found = self.indexed(found)
            else:
                return found

    def dotted(self, operand: Node) -> Node:
        at = self.advance().at
        optional = self.is_op("?")
        if optional:
            self.advance()
        token = self.advance()
        if token.kind not in ("name", "escaped"):
            raise self.unexpected("IDENTIFIER", "no viable alternative at", token)
        if not optional and token.kind == "name" and self.is_op("("):
            opening = self.advance().at
            return self.receiver_call(opening, token.text, operand, self.arguments(")"))
        name = token.value if token.kind == "escaped" else token.text
        return Select(at, operand, name, optional=optional)

    def receiver_call(self, at: int, name: str, target: Node, args: tuple[Node, ...]) -> Node:
        try:
            return member_macro(at, name, target, args, self.problems)
        except NotAMacro:
            return Call(at, name, args, target)

    def indexed(self, operand: Node) -> Node:
        at = self.advance().at
        optional = self.is_op("?")
        if optional:
            self.advance()
        index = self.expression()
        self.expect("]")
        return Call(at, "_[?_]" if optional else "_[_]", (operand, index))

    def primary(self, negative: bool = False) -> Node:
        token = self.advance()
        if token.kind in ("int", "float"):
            return self.number(token, negative)
        if token.kind in ("uint", "string", "bytes"):
            return Literal(token.at, token.value)
        if token.kind == "op" and token.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind == "op" and token.text == "[":
            return self.list_literal(token.at)
        if token.kind == "op" and token.text == "{":
            return self.map_literal(token.at)
        if token.kind == "name" or (token.text == "." and self.token.kind == "name"):
            return self.named(token)
        raise self.unexpected(PRIMARY, "mismatched input", token)

    def number(self, token: Token, negative: bool) -> Node:
        at = token.at - 1 if negative else token.at
        value = -token.value if negative else token.value
        if token.kind == "int" and value >= 2**63:
            self.problems.append(Problem(at, "invalid int literal"))
        return Literal(at, value)

    def named(self, token: Token) -> Node:
        name = token.text if token.kind == "name" else self.advance().text
        if name in CONSTANTS and token.kind == "name":
            return Literal(token.at, CONSTANTS[name])
        if name == "in":
            raise self.unexpected(PRIMARY, "mismatched input", token)
        if self.is_op("("):
            at = self.advance().at
            args = self.arguments(")")
            return presence_test(at, args, self.problems) if name == "has" else Call(at, name, args)
        struct = self.struct_name(name)
        if struct is not None:
            return self.struct_literal(struct)
        if name in RESERVED:
            self.problems.append(Problem(token.at, f"reserved identifier: {name}"))
        return Ident(token.at, name)

    def struct_name(self, first: str) -> str | None:
        """The name before a "{", which may have dots; None if this is a plain identifier."""
        place, name = self.place, first
        while self.tokens[place].text == "." and self.tokens[place + 1].kind == "name":
            name += "." + self.tokens[place + 1].text
            place += 2
        if self.tokens[place].kind != "op" or self.tokens[place].text != "{":
            return None
        self.place = place
        return name

    def struct_literal(self, name: str) -> Node:
        at = self.advance().at
        fields = []
        while not self.is_op("}"):
            optional = self.is_op("?")
            if optional:
                self.advance()
            token = self.advance()
            if token.kind not in ("name", "escaped"):
                raise self.unexpected("{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}", "mismatched input", token)
            colon = self.expect(":").at
            fields.append((colon, token.value or token.text, self.expression(), optional))
            if not self.is_op("}"):
                self.expect(",")
        self.advance()
        return StructNode(at, name, tuple(fields))

    def list_literal(self, at: int) -> Node:
        items, optional = [], []
        while not self.is_op("]"):
            optional.append(self.is_op("?"))
            if optional[-1]:
                self.advance()
            items.append(self.expression())
            if not self.is_op("]"):
                self.expect(",")
        self.advance()
        return ListNode(at, tuple(items), tuple(optional))

    def map_literal(self, at: int) -> Node:
        keys, values, optional = [], [], []
        while not self.is_op("}"):
            optional.append(self.is_op("?"))
            if optional[-1]:
                self.advance()
            keys.append(self.expression())
            self.expect(":")
            values.append(self.expression())
            if not self.is_op("}"):
                self.expect(",")
        self.advance()
        return MapNode(at, tuple(keys), tuple(values), tuple(optional))

    def arguments(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.is_op(closing):
            if found:
                self.expect(",")
            found.append(self.expression())
        self.advance()
        return tuple(found)

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def is_op(self, text: str) -> bool:
        return self.token.kind == "op" and self.token.text == text

    def expect(self, text: str) -> Token:
        if not self.is_op(text):
            raise self.unexpected(f"'{text}'", "mismatched input")
        return self.advance()

    def unexpected(self, expected: str, words: str, token: Token | None = None) -> _SyntaxError:
        token = token or self.token
        if words.startswith("no viable"):
            return _SyntaxError(token.at, f"Syntax error: {words} input '{token.text}'")
        return _SyntaxError(token.at, f"Syntax error: {words} '{token.text}' expecting {expected}")
