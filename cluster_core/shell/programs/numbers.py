"""seq, and programs that change whole lines: tac, nl, rev, paste."""

from __future__ import annotations

import re

from cluster_core.shell.programs.applet import Call, Usage, options
from cluster_core.shell.programs.text import inputs

NUMBERS_MAX = 200_000


def seq(call: Call) -> int:
    """seq [first [step]] last."""
    words, separator, wide = list(call.words), "\n", False
    while words and re.match(r"-[sw]", words[0]):
        word = words.pop(0)
        wide |= word == "-w"
        if word.startswith("-s"):
            separator = word[2:] or (words.pop(0) if words else "")
    if not 1 <= len(words) <= 3 or not all(re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", word) for word in words):
        raise Usage(f"invalid number '{words[0]}'" if words else "missing operand")
    places = max(len(word.partition(".")[2]) for word in words)
    scale = 10**places
    numbers = [round(float(word) * scale) for word in words]
    first, step, last = {1: (scale, scale, numbers[-1]), 2: (numbers[0], scale, numbers[-1])}.get(
        len(words), (numbers[0], numbers[1 if len(numbers) > 1 else 0], numbers[-1])
    )
    if step == 0:
        raise Usage("invalid Zero increment value: '0'")
    values = list(range(first, last + (1 if step > 0 else -1), step))[:NUMBERS_MAX]
    shown = [f"{value / scale:.{places}f}" if places else str(value) for value in values]
    width = max(map(len, shown), default=0) if wide else 0
    if shown:
        call.out(separator.join(text.rjust(width, "0") for text in shown) + "\n")
    return 0


def rev(call: Call) -> int:
    """rev, tac, nl, paste and fold in one: each changes whole lines."""
    flags, names = options(call.words, "snb", "dw")
    lines = [line for _, data in inputs(call, names) for line in data.decode("utf-8", "surrogateescape").splitlines()]
    if call.name == "tac":
        lines.reverse()
    elif call.name == "nl":
        numbers = iter(range(1, len(lines) + 1))
        lines = [f"{next(numbers):6}\t{line}" if line else "       " for line in lines]
    elif call.name == "paste":
        lines = [flags.get("d", "\t").join(lines)] if "s" in flags else lines
    else:
        lines = [line[::-1] for line in lines]
    call.out("".join(line + "\n" for line in lines))
    return 0
