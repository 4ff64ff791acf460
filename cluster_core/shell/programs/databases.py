"""redis-cli, pg_isready, psql, mysqladmin, mysql: whether their server answers, and the few words that probes use."""

from __future__ import annotations

from cluster_core.shell.programs.applet import Call
from cluster_core.shell.programs.network import NetworkProgram, Target, connect, exchange, find

PORTS = {"redis-cli": 6379, "pg_isready": 5432, "psql": 5432, "mysqladmin": 3306, "mysql": 3306, "mongosh": 27017}


class DatabaseClient(NetworkProgram):
    """Connects, and asks at most PING. Real clients speak their protocol."""

    def __init__(self) -> None:
        super().__init__()
        self.target = Target("127.0.0.1")
        self.rest: list[str] = []

    def at_begin(self, call: Call) -> None:
        """-h host, -p port (-P of MySQL)."""
        words = list(call.words)
        self.target.port = PORTS.get(call.name, 0)
        letter = "P" if call.name.startswith("mysql") else "p"
        while words:
            word = words.pop(0)
            if word[:2] == "-h" and word != "--help":
                self.target.host = word[2:] or (words.pop(0) if words else "")
            elif word[:2] == f"-{letter}" and (word[2:] or words[:1])[:1] and (word[2:] or words[0]).isdigit():
                self.target.port = int((word[2:] or words.pop(0))[:5])
            elif word.startswith("--host="):
                self.target.host = word.partition("=")[2]
            elif word in ("-U", "-d", "-u", "-c", "-t", "-a", "-n", "-e") and words:
                words.pop(0)
            elif not word.startswith("-"):
                self.rest.append(word)
        self.go(call, "connect", find(call, self.target))

    def at_connect(self, call: Call) -> None:
        """Open the connection."""
        if not self.target.address:
            self._unreachable(call, "Name or service not known")
            return
        self.go(call, "connected", min(3_000_000, connect(call, self.target).took))

    def at_connected(self, call: Call) -> None:
        """Ask."""
        found = self.target.connection
        assert found is not None
        if found.result != "open":
            self._unreachable(call, "Connection refused" if found.result == "refused" else "timeout")
            return
        if call.name == "pg_isready":
            call.out(f"{self._shown(call)} - accepting connections\n")
        elif call.name == "redis-cli":
            answer = exchange(call, self.target, (" ".join(self.rest or ["PING"]) + "\r\n").encode())
            call.out(answer.data.decode("latin-1").strip().lstrip("+").replace("-ERR", "(error) ERR") + "\n")
        elif call.name == "mysqladmin":
            call.out("mysqld is alive\n")
        else:
            call.land.note(f"?{call.name} -c")
            self.exit(call, call.fail("queries are not answered in this simulation", 2))
            return
        self.exit(call, 0)

    def _shown(self, call: Call) -> str:
        host = "/var/run/postgresql" if self.target.host == "127.0.0.1" else self.target.host
        return f"{host}:{self.target.port}"

    def _unreachable(self, call: Call, why: str) -> None:
        host, port = self.target.host, self.target.port
        if call.name == "pg_isready":
            call.out(f"{self._shown(call)} - no response\n")
            self.exit(call, 2)
        elif call.name == "redis-cli":
            call.err(f"Could not connect to Redis at {host}:{port}: {why}\n")
            self.exit(call, 1)
        elif call.name == "psql":
            call.err(
                f'psql: error: connection to server at "{host}" ({self.target.address}), port {port} failed: {why}\n'
            )
            self.exit(call, 2)
        else:
            call.err(
                f"{call.name}: connect to server at '{host}' failed\nerror: 'Can't connect to MySQL server on '{host}:{port}' (111)'\n"
            )
            self.exit(call, 1)
