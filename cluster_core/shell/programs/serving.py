"""The program that an image is made for, when a script starts it: it serves, or does its work and ends. Its course is data."""

from __future__ import annotations

from cluster_core.shell.task import SIGNALS, Task, Wait
from cluster_core.shell.userland import Userland

ENDING = (SIGNALS["TERM"], SIGNALS["INT"], SIGNALS["QUIT"])


class Server:
    """Runs as the container's `Application` says. Real programs read their arguments; here `-s`, `-t`, `-v`, `--version` end at once."""

    def __init__(self) -> None:
        self.ends_at: int | None = None
        self.code = 0
        self.begun = False

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Open the ports; wait for the end, if there is one."""
        course = land.application
        if not self.begun:
            self.begun = True
            if {"-s", "-t", "-v", "-V", "--version", "--help"} & {*task.argv[1:]}:
                land.exit(task, 0)
                return None
            for port in course.ports:
                land.listening.setdefault(port, (task.clock + course.ready_us, task.pid))
            for line in course.logs:
                land.write(task, 1, line + "\n")
            if course.exits_after is not None:
                self.ends_at, self.code = task.clock + course.exits_after, course.exit_code
        if self.ends_at is not None and task.clock >= self.ends_at:
            land.exit(task, self.code)
            return None
        return Wait(until=self.ends_at)

    def handles(self, number: int) -> bool:
        """Servers end in order when they are asked to, if their behaviour says so."""
        return number in ENDING

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """Finish what is being done, then end."""
        after = land.application.term_us
        if after is not None:
            self.ends_at, self.code = task.clock + after, 0
