"""Words broken into lines as kubectl breaks them. Upstream: `mitchellh/go-wordwrap`, whose rule it is: a longer word stays whole."""

from __future__ import annotations


def wrapped(text: str, limit: int) -> str:
    """The text with line breaks put in the place of the white space where a word would pass the limit."""
    return "\n".join(_line(line, limit) for line in text.split("\n"))


def indented(text: str, amount: int) -> str:
    """Every line behind some spaces, empty ones too."""
    pad = " " * amount
    return pad + text.replace("\n", "\n" + pad)


def _line(line: str, limit: int) -> str:
    done: list[str] = []
    length, space, word = 0, "", ""
    for sign in line:
        if sign.isspace() and sign != "\xa0":
            if not space or word:
                length += len(space) + len(word)
                done.append(space + word)
                space = word = ""
            space += sign
            continue
        word += sign
        if length + len(space) + len(word) > limit and len(word) < limit:
            done.append("\n")
            length, space = 0, ""
    if word or length + len(space) <= limit:
        done.append(space + word)
    return "".join(done)
