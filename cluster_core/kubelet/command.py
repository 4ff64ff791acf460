"""What a container's command line amounts to: how long it runs and with which code it ends.

Real Kubernetes runs the shell; here a simple reading of the text: a loop or an endless sleep never ends, a `sleep N` takes
N seconds, an `exit N` gives the code, everything else succeeds at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.sim.kernel import US_PER_SECOND

ENDLESS = re.compile(
    r"sleep\s+(infinity|inf)\b|while\s+(true|:|\[\s*1\s*\]|sleep)|tail\s+-[fF]|\bfor\s*\(\(\s*;;|httpd\s+-f|nc\s+-l|"
    r"(^|[;&|]|\bdo\b|sh\s+-c|\bexec\b)\s*(\S*/)?(top|yes|watch)(\s|;|$)|^pause$"
)
FALSE = re.compile(r"(^|[\s/;&|])false$")
POLLED = re.compile(r"until\s|while\s+!")
SLEEP = re.compile(r"\bsleep\s+['\"]?(\d+(?:\.\d+)?)([smhd]?)")
EXIT = re.compile(r"\bexit\s+(\d+)")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
NEVER = 1 << 60
QUICK_US = 50_000
SIGTERM_US = 20_000


@dataclass(frozen=True, slots=True)
class Run:
    """A command's course: it exits `exits_after` µs after its start (None: never) with `exit_code`; `term_after` as Behaviour."""

    exits_after: int | None
    exit_code: int
    term_after: int | None


def command_text(container: Obj) -> str:
    """The command line of a container: command and args, joined."""
    return " ".join([*(container.get("command") or ()), *(container.get("args") or ())])


def read_command(text: str) -> Run:
    """Judge a command line. A program that sleeps as process 1 has no SIGTERM handler: it lives until it is killed."""
    term = SIGTERM_US if "trap " in text else None
    if ENDLESS.search(text):
        return Run(None, 0, term)
    slept = sum(int(float(number) * UNITS[unit] * US_PER_SECOND) for number, unit in SLEEP.findall(text))
    codes = [int(code) for code in EXIT.findall(text)]
    code = 0 if not codes or 0 in codes else codes[-1]
    if not codes and FALSE.search(text):
        code = 1
    if POLLED.search(text):
        # The thing waited for is taken to be there: the loop runs once without its sleep.
        slept = 0
    return Run(slept + QUICK_US, code, term)


def sleep_of(text: str) -> int:
    """µs that the sleeps of a command line take (preStop hooks); one that never ends is only ended from outside."""
    if ENDLESS.search(text):
        return NEVER
    return sum(int(float(number) * UNITS[unit] * US_PER_SECOND) for number, unit in SLEEP.findall(text))
