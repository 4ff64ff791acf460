"""Programs on bytes: md5sum and its kin, base64, od, diff, cmp."""

from __future__ import annotations

import base64
import binascii
import difflib
import hashlib

from cluster_core.shell.files import FileError
from cluster_core.shell.programs.applet import Call, Usage, options
from cluster_core.shell.programs.text import inputs


def digest(call: Call) -> int:
    """md5sum, sha1sum, sha256sum, sha512sum."""
    kind = call.name.removesuffix("sum")
    _, names = options(call.words, "bctw")
    status = 0
    for name, data in inputs(call, names):
        if data == b"\0missing":
            status = 1
            continue
        call.out(f"{hashlib.new(kind, data, usedforsecurity=False).hexdigest()}  {name}\n")
    return status


def base64_(call: Call) -> int:
    """base64, base64 -d, -w."""
    flags, names = options(call.words, "di", "w")
    for _, data in inputs(call, names[:1]):
        if "d" in flags or "--decode" in flags:
            try:
                call.out(base64.b64decode(b"".join(data.split()), validate=True))
            except (binascii.Error, ValueError):
                return call.fail("invalid input" if call.gnu else "truncated input")
            continue
        text = base64.b64encode(data).decode()
        width = int(flags.get("w", "76")[:6]) if flags.get("w", "76").isdigit() else 76
        pieces = [text[at : at + width] for at in range(0, len(text), width)] if width else [text]
        call.out("\n".join(pieces) + ("\n" if width and text else ""))
    return 0


def more(call: Call) -> int:
    """more and less, without pages; strings, od and hexdump of text."""
    _, names = options(call.words, "NSRXFCAnvx", "t")
    for _name, data in inputs(call, names):
        if data == b"\0missing":
            return 1
        if call.name in ("od", "hexdump"):
            rows = [
                f"{at:07x} " + " ".join(f"{byte:02x}" for byte in data[at : at + 16]) for at in range(0, len(data), 16)
            ]
            call.out("\n".join([*rows, f"{len(data):07x}"]) + "\n")
        else:
            call.out(data)
    return 0


def diff(call: Call) -> int:
    """diff and cmp: whether two files differ, and in which lines."""
    flags, names = options(call.words, "urqsbwaN")
    if len(names) < 2:
        raise Usage("missing operand", 2)
    try:
        first, second = (call.read(name) for name in names[:2])
    except FileError as failure:
        return call.fail(str(failure), 2)
    if first == second:
        return 0
    if call.name == "cmp":
        place = next(
            (at for at, (one, two) in enumerate(zip(first, second, strict=False)) if one != two),
            min(len(first), len(second)),
        )
        call.out(f"{names[0]} {names[1]} differ: char {place + 1}, line {first[:place].count(10) + 1}\n")
    elif "q" in flags:
        call.out(f"Files {names[0]} and {names[1]} differ\n")
    else:
        old, new = (data.decode("utf-8", "surrogateescape").splitlines(True)[:2_000] for data in (first, second))
        call.out(
            "".join(
                line if line.endswith("\n") else line + "\n"
                for line in difflib.unified_diff(old, new, names[0], names[1])
            )
        )
    return 1
