"""Programs on columns and characters: cut, tr, sort, uniq. Source: POSIX."""

from __future__ import annotations

import re

from cluster_core.shell.programs.applet import Call, Usage, options
from cluster_core.shell.programs.text import inputs


def cut(call: Call) -> int:
    """cut -d -f, -c, -b."""
    flags, names = options(call.words, "sn", "dfcb")
    ranges = flags.get("f") or flags.get("c") or flags.get("b")
    if not ranges:
        raise Usage("expected a list of bytes, characters, or fields")
    wanted, delimiter = _ranges(ranges), flags.get("d", "\t")
    for _, data in inputs(call, names):
        for line in data.decode("utf-8", "surrogateescape").splitlines():
            if "f" not in flags:
                call.out("".join(char for number, char in enumerate(line, 1) if _in(number, wanted)) + "\n")
            elif delimiter in line:
                parts = line.split(delimiter)
                call.out(delimiter.join(part for number, part in enumerate(parts, 1) if _in(number, wanted)) + "\n")
            elif "s" not in flags:
                call.out(line + "\n")
    return 0


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{0,9})(-?)(\d{0,9})", part)
        if match is None or not (match[1] or match[3]):
            raise Usage(f"invalid range '{part}'")
        first = int(match[1] or 1)
        found.append((first, int(match[3]) if match[3] else 1 << 60 if match[2] else first))
    return found


def _in(number: int, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def tr(call: Call) -> int:
    """tr, tr -d, tr -s, tr -c."""
    flags, sets = options(call.words, "dscC")
    if not sets:
        raise Usage("missing operand")
    first = _expand(sets[0])
    second = _expand(sets[1]) if len(sets) > 1 else ""
    text = call.stdin().decode("utf-8", "surrogateescape")
    complement = "c" in flags or "C" in flags
    chosen = dict.fromkeys(first)
    if "d" in flags:
        text = "".join(char for char in text if (char in chosen) == complement)
    elif second:
        table = {char: second[min(place, len(second) - 1)] for place, char in reversed(list(enumerate(first)))}
        text = "".join(
            second[-1] if complement and char not in chosen else char if complement else table.get(char, char)
            for char in text
        )
    if "s" in flags:
        squeezed = dict.fromkeys(second or first)
        text = "".join(
            char
            for place, char in enumerate(text)
            if not (place and char == text[place - 1] and ((char in squeezed) != (complement and not second)))
        )
    call.out(text)
    return 0


SETS = {
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "digit": "0123456789",
    "space": " \t\n\r\f\v",
    "blank": " \t",
    "punct": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}
SETS["alpha"] = SETS["upper"] + SETS["lower"]
SETS["alnum"] = SETS["digit"] + SETS["alpha"]


def _expand(text: str) -> str:
    text = re.sub(r"\[:(\w+):\]", lambda found: SETS.get(found[1], ""), text)
    text = re.sub(r"\\([0-7]{1,3}|.)", lambda found: _unescaped(found[1]), text)
    return re.sub(
        r"(.)-(.)",
        lambda found: "".join(map(chr, range(ord(found[1]), min(ord(found[2]), 0x10FFFF) + 1)))[:70_000],
        text,
        flags=re.DOTALL,
    )


def _unescaped(code: str) -> str:
    if code[0] in "01234567":
        return chr(int(code, 8))
    return {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}.get(code, code)


def sort(call: Call) -> int:
    """sort: -n -r -u -k -t -f -h -V."""
    flags, names = options(call.words, "nrufhVgbdsMCc", "ktoS")
    lines: list[str] = []
    status = 0
    for _, data in inputs(call, names):
        if data == b"\0missing":
            return 1
        lines.extend(data.decode("utf-8", "surrogateescape").splitlines())
    key = flags.get("k", "")
    field = re.match(r"(\d{1,4})(?:\.\d+)?([a-zA-Z]*)(?:,(\d{1,4})?)?([a-zA-Z]*)", key)
    letters = "".join(flags) + (field[2] + field[4] if field else "")

    def value(line: str) -> object:
        part = line
        if field is not None:
            parts = line.split(flags["t"]) if "t" in flags else re.findall(r"\s*\S+", line)
            last = int(field[3]) if field[3] else len(parts)
            part = (flags.get("t") or "").join(parts[int(field[1]) - 1 : last])
        return _sort_value(part, letters)

    lines.sort(key=lambda line: line)
    lines.sort(key=value, reverse="r" in letters)  # type: ignore[arg-type]
    if "u" in flags:
        lines = list({str(value(line)): line for line in reversed(lines)}.values())[::-1]
    text = "".join(line + "\n" for line in lines)
    if "o" in flags:
        call.files.write(call.path(flags["o"]), text.encode("utf-8", "surrogateescape"), call.task.clock)
    else:
        call.out(text)
    return status


def _sort_value(text: str, letters: str) -> object:
    if "h" in letters or "n" in letters or "g" in letters:
        number = re.match(r"\s*([-+]?\d*\.?\d+)([KMGTkmgt]?)", text)
        if number is None:
            return 0.0
        return float(number[1]) * (1024 ** "KMGT".find(number[2].upper()) * 1024 if "h" in letters and number[2] else 1)
    if "V" in letters:
        return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]
    return text.upper() if "f" in letters else text.lstrip() if "b" in letters else text


def uniq(call: Call) -> int:
    """uniq -c -d -u -i."""
    flags, names = options(call.words, "cdui", "fsw")
    counted: list[tuple[int, str]] = []
    for _, data in inputs(call, names[:1]):
        for line in data.decode("utf-8", "surrogateescape").splitlines():
            same = counted and (counted[-1][1].lower() == line.lower() if "i" in flags else counted[-1][1] == line)
            if same:
                counted[-1] = (counted[-1][0] + 1, counted[-1][1])
            else:
                counted.append((1, line))
    for count, line in counted:
        if ("d" in flags and count < 2) or ("u" in flags and count > 1):
            continue
        call.out(f"{count:7} {line}\n" if "c" in flags else f"{line}\n")
    return 0
