"""The annotations `sim.orrery/…` of a pod: which there are, what may stand there, and what is wrong with those of a pod.

| annotation | value | meaning |
|---|---|---|
| start-seconds | seconds | from bound to running |
| ready-seconds | seconds | from running to ready |
| never-ready | true, false | the containers never become ready |
| term-seconds | seconds | from SIGTERM to the end of the containers |
| run-seconds | seconds | the containers end by themselves after so long |
| exit-code | 0…255 | the code with which they end |
| init-seconds | seconds | how long each init container takes |
| fail-first | number | so many first pods of the controller fail |
| fail-indexes | numbers, with commas | the pods of a Job with these completion indexes fail |
| cpu, memory, ephemeral-storage | quantity | what each container takes without any load |

Real Kubernetes knows none of them: to it they are notes.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj

PREFIX = "sim.orrery/"
SECONDS_MAX = 10 * 365 * 86_400
SHOWN_MAX = 40


def problems_of(pod: Obj) -> list[str]:
    """What cannot be read in the annotations of a pod, in order of their names; such an annotation is as if it were not there."""
    notes = pod["metadata"].get("annotations") or {}
    found = []
    for name in sorted(notes):
        if name.startswith(PREFIX):
            wrong = _problem(name.removeprefix(PREFIX), str(notes[name]))
            found += [f"annotation {name}: {wrong}"] if wrong else []
    return found


def is_seconds(text: str) -> bool:
    """Whether it is a number of seconds, at most ten years."""
    try:
        return 0 <= float(text) <= SECONDS_MAX
    except ValueError:
        return False


def is_number(text: str) -> bool:
    """Whether it is a whole number of at most nine digits."""
    return text.isdecimal() and len(text) < 10


def _problem(name: str, text: str) -> str:
    check = CHECKS.get(name)
    if check is None:
        return f"there is no such annotation; those that there are: {', '.join(CHECKS)}"
    good, expected = check
    return "" if good(text) else f"{text[:SHOWN_MAX]!r} is no {expected}"


def _is_flag(text: str) -> bool:
    return text in ("true", "false", "1", "0", "")


def _is_code(text: str) -> bool:
    return is_number(text) and int(text) < 256


def _are_numbers(text: str) -> bool:
    return all(is_number(part.strip()) for part in text.split(","))


def _is_quantity(text: str) -> bool:
    try:
        return parse(text) >= 0
    except ValueError:
        return False


SECONDS = (is_seconds, "number of seconds (at most ten years)")
QUANTITY = (_is_quantity, "quantity")
CHECKS: dict[str, tuple[Callable[[str], bool], str]] = {
    "start-seconds": SECONDS,
    "ready-seconds": SECONDS,
    "never-ready": (_is_flag, "flag (true or false)"),
    "term-seconds": SECONDS,
    "run-seconds": SECONDS,
    "exit-code": (_is_code, "exit code (0 to 255)"),
    "init-seconds": SECONDS,
    "fail-first": (is_number, "number of pods"),
    "fail-indexes": (_are_numbers, "list of completion indexes (numbers with commas)"),
    "cpu": QUANTITY,
    "memory": QUANTITY,
    "ephemeral-storage": QUANTITY,
}
