"""Patterns of the shell (`*`, `?`, `[…]`) and what follows an expansion: splitting into fields, path names. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from cluster_core.shell.files import DIRECTORY, FileError, Files

Segment = tuple[str, bool, bool]
"""A piece of an expanded word: text, whether it was quoted, whether it came out of an expansion (and is to be split)."""
BREAK: Segment = ("\0", True, True)
"""Between two positional parameters of "$@": here a new field begins."""
FIELDS_MAX = 4_000
CLASSES = {
    "digit": "0-9",
    "alpha": "a-zA-Z",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": " \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9a-fA-F",
    "word": r"\w",
}


@lru_cache(maxsize=2048)
def regex_of(pattern: str, greedy: bool = True) -> re.Pattern[str]:
    """A pattern as a regular expression; a backslash takes the meaning from what follows."""
    found, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "\\":
            found += re.escape(pattern[at : at + 1])
            at += 1
        elif char == "*":
            # Stars in a row say no more than one, and cost more.
            found += "" if found.endswith((".*", ".*?")) else (".*" if greedy else ".*?")
        elif char == "?":
            found += "."
        elif char == "[" and (end := _bracket_end(pattern, at)) > 0:
            found += _bracket(pattern[at:end])
            at = end + 1
        else:
            found += re.escape(char)
    try:
        return re.compile(found, re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern), re.DOTALL)


def _bracket_end(pattern: str, at: int) -> int:
    begin = at + (pattern[at : at + 1] in ("!", "^"))
    end = begin + (pattern[begin : begin + 1] == "]")
    while end < len(pattern) and pattern[end] != "]":
        closing = pattern.find(":]", end) if pattern.startswith("[:", end) else -1
        end = closing + 2 if closing > 0 else end + 1
    return end if end < len(pattern) else -1


def _bracket(inner: str) -> str:
    negated = inner[:1] in ("!", "^")
    inner = inner[1:] if negated else inner
    inner = re.sub(r"\[:(\w+):\]", lambda match: f"\0{match[1]}\0", inner)
    inner = inner.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("^", "\\^")
    inner = inner.replace("&&", "&\\&").replace("||", "|\\|").replace("~~", "~\\~").replace("--", "-\\-")
    inner = re.sub(r"\0(\w+)\0", lambda match: CLASSES.get(match[1], ""), inner)
    return f"[{'^' if negated else ''}{inner}]"


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole text. Takes a time that grows with length times length, not more."""
    if pattern.count("*") > 1:
        return _match_stars(pattern, text)
    return regex_of(pattern).fullmatch(text) is not None


def _match_stars(pattern: str, text: str) -> bool:
    """Piece by piece between the stars, each at its first place: a regular expression could take for ever."""
    pieces = split_stars(pattern)
    first = regex_of(pieces[0]).match(text)
    if first is None:
        return False
    at = first.end()
    for piece in pieces[1:-1]:
        found = regex_of(piece).search(text, at)
        if found is None:
            return False
        at = found.end()
    last = re.compile(f"(?:{regex_of(pieces[-1]).pattern})\\Z", re.DOTALL).search(text, at)
    return last is not None


def split_stars(pattern: str) -> list[str]:
    """The pieces of a pattern between its stars."""
    pieces, at = [""], 0
    while at < len(pattern):
        char = pattern[at]
        end = _bracket_end(pattern, at + 1) if char == "[" else -1
        if char == "*":
            pieces.append("")
            at += 1
            continue
        width = end + 1 - at if end > 0 else 2 if char == "\\" else 1
        pieces[-1] += pattern[at : at + width]
        at += width
    return pieces


def escape(text: str) -> str:
    """Text that matches only itself."""
    return re.sub(r"([\\*?\[\]])", r"\\\1", text)


def text_of(segments: list[Segment]) -> str:
    """The word as one text: what is assigned or redirected to."""
    return "".join(" " if segment == BREAK else segment[0] for segment in segments)


def pattern_of(segments: list[Segment]) -> str:
    """The word as a pattern: quoted text matches itself."""
    return "".join(escape(text) if quoted else text for text, quoted, _ in segments)


def split(segments: list[Segment], separators: str) -> list[list[Segment]]:
    """The fields of a word: what came out of an unquoted expansion is split at IFS."""
    fields: list[list[Segment]] = []
    current: list[Segment] | None = None
    for segment in segments:
        text, quoted, expanded = segment
        if segment == BREAK:
            fields.append(current or [])
            current = []
        elif quoted or not expanded or not separators:
            if text or quoted:
                current = [*(current or []), segment]
        else:
            current = _split_text(text, separators, fields, current)
        if len(fields) > FIELDS_MAX:
            break
    if current is not None:
        fields.append(current)
    return fields


def _split_text(
    text: str, separators: str, fields: list[list[Segment]], current: list[Segment] | None
) -> list[Segment] | None:
    white = "".join(char for char in separators if char in " \t\n")
    for piece in re.split(f"([{re.escape(separators)}])", text):
        if piece and piece in separators:
            if current is not None or piece not in white:
                fields.append(current or [])
            current = None
        elif piece:
            current = [*(current or []), (piece, False, True)]
    return current


def braces(segments: list[Segment]) -> list[list[Segment]]:
    """bash's {a,b} and {1..5}, in words whose braces are plain text."""
    for number, (text, quoted, expanded) in enumerate(segments):
        if quoted or expanded or "{" not in text:
            continue
        found = re.search(
            r"\{(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?\}|\{([a-zA-Z])\.\.([a-zA-Z])\}|\{([^{}]*,[^{}]*)\}", text
        )
        if found is None:
            continue
        results = []
        for choice in _choices(found):
            middle = (text[: found.start()] + choice + text[found.end() :], False, False)
            results.extend(braces([*segments[:number], middle, *segments[number + 1 :]]))
            if len(results) > FIELDS_MAX:
                break
        return results
    return [segments]


def _choices(found: re.Match[str]) -> list[str]:
    if found[6] is not None:
        return found[6].split(",")
    first, last = (ord(found[4]), ord(found[5])) if found[4] else (int(found[1][:9]), int(found[2][:9]))
    step = max(1, abs(int((found[3] or "1")[:9])))
    last = max(min(last, first + FIELDS_MAX * step), first - FIELDS_MAX * step)
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    return [chr(number) if found[4] else str(number) for number in numbers]


def path_names(pattern: str, files: Files, directory: str) -> list[str]:
    """The paths that match a pattern, sorted; none: the pattern stays as it is."""
    parts = pattern.split("/")
    found = ["/"] if pattern.startswith("/") else [""]
    for part in parts:
        if part:
            found = [path for base in found for path in _matching(base, part, files, directory)][:FIELDS_MAX]
    if pattern.endswith("/"):
        found = [f"{path}/" for path in found if files.kind(_absolute(path, directory)) == DIRECTORY]
    return found


def _matching(base: str, part: str, files: Files, directory: str) -> list[str]:
    if re.search(r"(?<!\\)[*?\[]", part) is None:
        path = base + re.sub(r"\\(.)", r"\1", part)
        return [path + "/"] if files.exists(_absolute(path, directory)) else []
    try:
        names = files.names(_absolute(base.rstrip("/") or ("/" if base else "."), directory))
    except FileError:
        return []
    hidden = part.startswith((".", "\\."))
    return [f"{base}{name}/" for name in names if (hidden or name[0] != ".") and matches(part, name)]


def _absolute(path: str, directory: str) -> str:
    return path if path.startswith("/") else f"{directory}/{path}"


def glob(pattern: str, files: Files, directory: str) -> list[str]:
    """What a field becomes: the matching paths, or itself without its backslashes."""
    if re.search(r"(?<!\\)[*?\[]", pattern):
        found = path_names(pattern, files, directory)
        if found:
            return [path if pattern.endswith("/") else path.rstrip("/") or "/" for path in found]
    return [re.sub(r"\\(.)", r"\1", pattern)]


__all__ = ["BREAK", "Segment", "braces", "escape", "glob", "matches", "split", "text_of"]
