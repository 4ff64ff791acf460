"""nslookup, dig, host, getent: questions to the name server. Texts of busybox and of BIND."""

from __future__ import annotations

from cluster_core.shell.outside import Lookup
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.network import DNS_TIMEOUT_US, NetworkProgram, is_address, look_up

KINDS = ("A", "AAAA", "CNAME", "SRV", "TXT", "MX", "NS", "PTR", "SOA", "ANY")


class NsLookup(NetworkProgram):
    """nslookup NAME [SERVER]."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.server = ""
        self.kind = "A"
        self.found: Lookup | None = None

    def at_begin(self, call: Call) -> None:
        """Ask."""
        words = []
        for word in call.words:
            if word.startswith(("-type=", "-querytype=", "-q=")):
                self.kind = word.partition("=")[2].upper()
            elif not word.startswith("-"):
                words.append(word)
        if not words:
            raise Usage("missing operand")
        self.name, self.server = words[0], words[1] if len(words) > 1 else ""
        found = self.found = call.land.outside.resolve(self.name, self.kind, self.server)
        self.go(call, "answered", DNS_TIMEOUT_US if found.code == "" else found.took)

    def at_answered(self, call: Call) -> None:
        """Tell."""
        found = self.found
        assert found is not None
        if found.code == "":
            call.out(";; connection timed out; no servers could be reached\n\n")
            self.exit(call, 1)
            return
        call.out(
            f"Server:\t\t{found.server}\nAddress:\t{found.server}:53\n\n"
            if not call.gnu
            else f"Server:\t\t{found.server}\nAddress:\t{found.server}#53\n\n"
        )
        if not found.records:
            if found.code == "NOERROR":
                call.out(f"*** Can't find {self.name}: No answer\n\n")
            for name in found.asked if found.code == "NXDOMAIN" else ():
                call.out(f"** server can't find {name}: NXDOMAIN\n\n")
            self.exit(call, 1)
            return
        if self.kind == "A":
            for address in found.addresses:
                call.out(f"Name:\t{found.name}\nAddress: {address}\n")
        else:
            call.out("\n".join(found.records) + "\n")
        call.out("\n")
        self.exit(call, 0)


class Dig(NetworkProgram):
    """dig [@server] name [type] [+short], host NAME."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.kind = "A"
        self.short = False
        self.found: Lookup | None = None

    def at_begin(self, call: Call) -> None:
        """Ask. dig takes the name as it is, unless +search is given; host uses the search list."""
        server, search = "", call.name == "host"
        for word in call.words:
            if word.startswith("@"):
                server = word[1:]
            elif word.startswith("+"):
                self.short |= word == "+short"
                search |= word == "+search"
            elif word.upper() in KINDS:
                self.kind = word.upper()
            elif not word.startswith("-"):
                self.name = word
        if not self.name:
            raise Usage("missing name")
        full = self.name if search or self.name.endswith(".") else self.name + "."
        found = self.found = call.land.outside.resolve(full, self.kind, server)
        self.go(call, "answered", DNS_TIMEOUT_US if found.code == "" else found.took)

    def at_answered(self, call: Call) -> None:
        """Tell."""
        found = self.found
        assert found is not None
        if found.code == "":
            call.out(";; connection timed out; no servers could be reached\n")
            self.exit(call, 9 if call.name == "dig" else 1)
        elif call.name == "host":
            self._host(call, found)
        elif self.short:
            call.out("".join(record.split()[-1] + "\n" for record in found.records))
            self.exit(call, 0)
        else:
            self._whole(call, found)

    def _host(self, call: Call, found: Lookup) -> None:
        for address in found.addresses:
            call.out(f"{found.name} has address {address}\n")
        if not found.addresses:
            call.out(f"Host {self.name} not found: 3({found.code})\n")
        self.exit(call, int(not found.addresses))

    def _whole(self, call: Call, found: Lookup) -> None:
        name = self.name.removesuffix(".")
        call.out(f"\n; <<>> DiG 9.20 <<>> {' '.join(call.words)}\n;; global options: +cmd\n;; Got answer:\n")
        call.out(f";; ->>HEADER<<- opcode: QUERY, status: {found.code}, id: {call.task.clock % 65_536}\n")
        call.out(
            f";; flags: qr aa rd; QUERY: 1, ANSWER: {len(found.records)}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;{name}.\t\tIN\t{self.kind}\n\n"
        )
        if found.records:
            call.out(
                ";; ANSWER SECTION:\n"
                + "".join("\t".join(record.split(" ", 4)) + "\n" for record in found.records)
                + "\n"
            )
        call.out(f";; Query time: {found.took // 1_000} msec\n;; SERVER: {found.server}#53({found.server}) (UDP)\n\n")
        self.exit(call, 0)


class GetEnt(NetworkProgram):
    """getent hosts NAME, getent passwd."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Lookup | None = None

    def at_begin(self, call: Call) -> None:
        """Ask."""
        base, *keys = call.words or [""]
        if base in ("hosts", "ahosts", "ahostsv4") and keys:
            name = keys[0]
            found = Lookup("", "NOERROR", (name,), name, took=0) if is_address(name) else look_up(call, name)
            self.found = found
            self.go(call, "answered", DNS_TIMEOUT_US if found.code == "" else found.took)
            return
        try:
            lines = (
                call.read(f"/etc/{'passwd' if base == 'passwd' else 'group' if base == 'group' else 'hosts'}")
                .decode()
                .splitlines()
            )
        except Exception as failure:
            raise Usage(str(failure), 1) from None
        chosen = [line for line in lines if not keys or line.partition(":")[0] in keys]
        call.out("".join(line + "\n" for line in chosen))
        self.exit(call, 0 if chosen else 2)

    def at_answered(self, call: Call) -> None:
        """Tell."""
        found = self.found
        assert found is not None
        for address in found.addresses:
            call.out(f"{address:<15} {found.name}\n")
        self.exit(call, 0 if found.addresses else 2)
