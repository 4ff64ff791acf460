"""What all builtins share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Outcome = int | Wait | None
Builtin = Callable[["Shell", Task, Userland, list[str]], Outcome]


def quoted(text: str) -> str:
    """Text as the shell would have to read it."""
    if text and re.fullmatch(r"[\w@%+=:,./-]+", text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def say(task: Task, land: Userland, text: str) -> None:
    """Write to standard output."""
    land.write(task, 1, text)
