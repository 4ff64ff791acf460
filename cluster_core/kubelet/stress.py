"""What `stress` and its kin take: their arguments say it, so that lessons about limits and evictions work as they are written.

Known are stress and stress-ng (`--vm`, `--vm-bytes`, `--cpu`, `--timeout` and their short forms) and vish/stress (`-cpus`, `-mem-total`).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.quantity import parse_bytes, parse_cpu

NAMES = ("stress", "stress-ng")
VM_BYTES = 256 << 20
SUFFIXES = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
ALIASES = {"-m": "--vm", "-c": "--cpu", "-t": "--timeout"}


@dataclass(frozen=True, slots=True)
class Stress:
    """What it takes: millicores, bytes, and for how many seconds (None: until it is stopped)."""

    cpu: int
    memory: int
    seconds: int | None


def stress_of(argv: tuple[str, ...], memory: int) -> Stress | None:
    """What a command line takes, beside the `memory` of the program; None if it is no stress, or says nothing."""
    if not argv or argv[0].rpartition("/")[2] not in NAMES or len(argv) < 2:
        return None
    given = _options(argv[1:])
    workers = _count(given.get("--vm"))
    taken = workers * _size(given.get("--vm-bytes"), VM_BYTES) + _quantity(given.get("-mem-total"))
    cpus = 1000 * (_count(given.get("--cpu")) + workers) + _cores(given.get("-cpus"))
    return Stress(cpus, memory + taken, _span(given.get("--timeout")))


def _options(words: tuple[str, ...]) -> dict[str, str]:
    """--name value, --name=value, -n value."""
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name.startswith("-"):
            following = words[place + 1] if place + 1 < len(words) else ""
            found[ALIASES.get(name, name)] = value if equals else following
    return found


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 5 else 0


def _size(text: str | None, default: int) -> int:
    """250M: its suffixes are powers of 1024."""
    if not text:
        return default
    number, factor = (text[:-1], SUFFIXES.get(text[-1].lower(), 0)) if not text.isdecimal() else (text, 1)
    return int(number) * factor if number.isdecimal() and len(number) < 16 else default


def _span(text: str | None) -> int | None:
    if not text:
        return None
    number, factor = (text[:-1], SECONDS.get(text[-1].lower(), 0)) if not text.isdecimal() else (text, 1)
    seconds = int(number) * factor if number.isdecimal() and len(number) < 9 else 0
    return seconds or None


def _quantity(text: str | None) -> int:
    try:
        return max(0, parse_bytes(text)) if text else 0
    except ValueError:
        return 0


def _cores(text: str | None) -> int:
    try:
        return max(0, parse_cpu(text)) if text else 0
    except ValueError:
        return 0
