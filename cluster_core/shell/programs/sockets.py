"""nc, telnet, ping, traceroute; and programs that listen: nc -l, httpd, python -m http.server."""

from __future__ import annotations

import re

from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.network import NetworkProgram, Target, connect, exchange, find
from cluster_core.shell.programs.running import Program, duration
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Userland

PING_US = 1_000_000
LOST_US = 10_000_000


class Netcat(NetworkProgram):
    """nc [-z] [-v] [-w seconds] [-u] host port; nc -l [-p] port."""

    def __init__(self) -> None:
        super().__init__()
        self.target = Target("")
        self.flags = ""
        self.timeout: int | None = None
        self.data = b""

    def at_begin(self, call: Call) -> None:
        """Options, host, port."""
        rest: list[str] = []
        words = list(call.words)
        port = ""
        while words:
            word = words.pop(0)
            if not word.startswith("-") or len(word) == 1:
                rest.append(word)
                continue
            for place, letter in enumerate(word[1:]):
                if letter in "wpiqseX":
                    value = word[place + 2 :] or (words.pop(0) if words else "")
                    self.timeout = duration(value) if letter == "w" else self.timeout
                    port = value if letter == "p" else port
                    break
                self.flags += letter
        if "l" in self.flags:
            self._listen(call, port or (rest[-1] if rest else ""))
            return
        if len(rest) < 2 or not re.fullmatch(r"\d{1,5}(-\d{1,5})?", rest[1]):
            raise Usage("bad port" if len(rest) > 1 else "missing operand")
        self.target = Target(rest[0], int(rest[1].partition("-")[0]))
        took = find(call, self.target)
        self.go(call, "connect", took)

    def _listen(self, call: Call, port: str) -> None:
        if not port.isdigit():
            raise Usage("bad port")
        # What is sent to a port of UDP does not come through; that it is open is seen.
        ports = call.land.datagrams if "u" in self.flags else call.land.listening
        ports[int(port[:5])] = (call.task.clock, call.task.pid)
        self.stage = "listening"

    def step(self, task: Task, land: Userland) -> Wait | None:
        """A listener waits for who comes, writes what it is sent and ends (with -k it stays)."""
        if self.stage != "listening":
            return super().step(task, land)
        if self.place(task) in land.arrived:
            at, data = land.arrived.pop(self.place(task))
            task.clock = max(task.clock, at)
            land.write(task, 1, data)
            if "k" not in self.flags:
                land.exit(task, 0)
                return None
        return Wait(answer=self.place(task))

    def place(self, task: Task) -> int:
        """Where in `Userland.arrived` it finds what it is sent."""
        return -task.pid

    def accept(self, task: Task, land: Userland, data: bytes) -> bytes:
        """Somebody has connected and sent something: it is kept, and what there is of standard input goes back."""
        _, kept = land.arrived.get(self.place(task), (0, b""))
        land.arrived[self.place(task)] = (land.now, (kept + data)[-(1 << 16) :])
        end, found = task.fds.get(0), b""
        while end is not None and not end.is_terminal and len(found) < 1 << 16:
            piece = end.read(land)
            if not piece:
                break
            found += piece
        return found

    def at_connect(self, call: Call) -> None:
        """Open the connection."""
        if not self.target.address:
            host = self.target.host
            call.err(
                f"nc: bad address '{host}'\n"
                if not call.gnu
                else f'nc: getaddrinfo for host "{host}" port {self.target.port}: Name or service not known\n'
            )
            self.exit(call, 1)
            return
        found = connect(call, self.target, "UDP" if "u" in self.flags else "TCP")
        took = min(found.took, self.timeout) if self.timeout is not None else found.took
        self.go(call, "connected", took)

    def at_connected(self, call: Call) -> None:
        """Tell, or send standard input."""
        found, target = self.target.connection, self.target
        assert found is not None
        if found.result != "open":
            why = {"refused": "Connection refused", "lost": "Operation timed out"}.get(
                found.result, "Host is unreachable"
            )
            if "v" in self.flags or "z" not in self.flags:
                call.err(
                    f"nc: {target.host} ({target.address}:{target.port}): {why}\n"
                    if not call.gnu
                    else f"nc: connect to {target.host} ({target.address}) port {target.port} (tcp) failed: {why}\n"
                )
            self.exit(call, 1)
            return
        if "v" in self.flags:
            call.err(
                f"{target.host} ({target.address}:{target.port}) open\n"
                if not call.gnu
                else f"Connection to {target.host} ({target.address}) {target.port} port [tcp/*] succeeded!\n"
            )
        if "z" in self.flags:
            self.exit(call, 0)
        else:
            self.stage = "send"

    def at_send(self, call: Call) -> None:
        """Standard input goes over when it is at its end."""
        end = call.task.fds.get(0)
        data = end.read(call.land) if end is not None else b""
        if data is None:
            self.due = call.task.clock + 50_000 if self.timeout is None else call.task.clock + self.timeout
            self.stage = "waiting"
            return
        self.data += data
        if data and len(self.data) < 1 << 16:
            return
        answer = exchange(call, self.target, self.data) if self.data else None
        if answer is not None:
            call.out(answer.data)
        self.exit(call, 0)

    def at_waiting(self, call: Call) -> None:
        """Nothing was typed yet."""
        if self.timeout is not None:
            self.exit(call, 0)
        else:
            self.stage = "send"


class Ping(NetworkProgram):
    """ping -c N -W seconds host."""

    def __init__(self) -> None:
        super().__init__()
        self.target = Target("")
        self.count: int | None = None
        self.interval = PING_US
        self.sent = 0
        self.took: list[int] = []
        self.deadline: int | None = None

    def at_begin(self, call: Call) -> None:
        """The name."""
        words, hosts = list(call.words), []
        while words:
            word = words.pop(0)
            if re.fullmatch(r"-[cwWis].*", word):
                value = word[2:] or (words.pop(0) if words else "1")
                if word[1] == "c" and value.isdigit():
                    self.count = int(value[:6])
                elif word[1] == "i":
                    self.interval = max(200_000, duration(value) or PING_US)
                elif word[1] == "w":
                    self.deadline = call.task.clock + (duration(value) or 0)
            elif not word.startswith("-"):
                hosts.append(word)
        if not hosts:
            raise Usage("missing operand")
        self.target = Target(hosts[0])
        self.go(call, "send", find(call, self.target))

    def at_send(self, call: Call) -> None:
        """One request."""
        if not self.target.address:
            self.exit(
                call,
                call.fail(
                    f"bad address '{self.target.host}'"
                    if not call.gnu
                    else f"{self.target.host}: Name or service not known",
                    1 if not call.gnu else 2,
                ),
            )
            return
        if self.sent == 0:
            call.out(
                f"PING {self.target.host} ({self.target.address}): 56 data bytes\n"
                if not call.gnu
                else f"PING {self.target.host} ({self.target.address}) 56(84) bytes of data.\n"
            )
        if (self.count is not None and self.sent >= self.count) or (
            self.deadline is not None and call.task.clock >= self.deadline
        ):
            self._summary(call)
            return
        found = call.land.outside.ping(self.target.address)
        if found.result == "open":
            self.took.append(found.took)
            mark = "icmp_seq" if call.gnu else "seq"
            call.out(
                f"64 bytes from {self.target.address}: {mark}={self.sent + int(call.gnu)} ttl=63 time={found.took / 1_000:.3f} ms\n"
            )
        self.sent += 1
        last = self.count is not None and self.sent >= self.count
        self.go(call, "send", found.took if last and found.result == "open" else LOST_US if last else self.interval)

    def _summary(self, call: Call) -> None:
        lost = 100 * (self.sent - len(self.took)) // max(1, self.sent)
        call.out(
            f"\n--- {self.target.host} ping statistics ---\n{self.sent} packets transmitted, {len(self.took)} packets received, {lost}% packet loss\n"
        )
        if self.took:
            least, mean, most = min(self.took) / 1_000, sum(self.took) / len(self.took) / 1_000, max(self.took) / 1_000
            call.out(f"round-trip min/avg/max = {least:.3f}/{mean:.3f}/{most:.3f} ms\n")
        self.exit(call, 0 if self.took else 1)

    def handles(self, number: int) -> bool:
        """^C shows the summary."""
        return number == 2

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """Show it."""
        self._summary(Call(task.argv, task, land))


class Listener(Program):
    """httpd -f -p 8080, python3 -m http.server 8080: a port is open until the program is stopped. httpd alone goes to the background."""

    def __init__(self) -> None:
        self.begun = False

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Open the port."""
        if not self.begun:
            self.begun = True
            land.listening[self._port(task)] = (task.clock + 50_000, task.pid)
        return Wait()

    def _port(self, task: Task) -> int:
        for place, word in enumerate(task.argv):
            found = re.fullmatch(r"-p(?:.*:)?(\d{1,5})", word) or (
                re.fullmatch(r"(?:.*:)?(\d{1,5})", word)
                if place and task.argv[place - 1] in ("-p", "http.server")
                else None
            )
            if found is not None:
                return int(found[1])
        return 8000 if "http.server" in task.argv else 80
