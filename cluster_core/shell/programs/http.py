"""wget and curl. Texts of busybox, GNU wget and curl."""

from __future__ import annotations

import re

from cluster_core.shell.files import FileError
from cluster_core.shell.outside import Answer
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.network import NetworkProgram, Target, connect, exchange, find

URL = re.compile(r"(?:(https?)://)?(?:[^/@]*@)?([^/:?#]+)(?::(\d{1,5}))?([/?][^#]*)?")
REDIRECTS_MAX = 10
ANSWER_TIME_MAX = 60_000_000


UNTRUSTED = (
    "ERROR: cannot verify {host}'s certificate, issued by ‘CN=kubernetes’:\n  Unable to locally verify the issuer's authority.\n"
    "To connect to {host} insecurely, use `--no-check-certificate'.\n"
)


class HttpProgram(NetworkProgram):
    """One request; `redirects` are followed. Subclasses read the command line and tell what came."""

    def __init__(self) -> None:
        super().__init__()
        self.target = Target("")
        self.secure = False
        self.path = "/"
        self.url = ""
        self.method = "GET"
        self.headers: dict[str, str] = {}
        self.body = b""
        self.timeout: int | None = None
        self.began_at = 0
        self.answer: Answer | None = None
        self.redirects = 0
        self.insecure = False
        self.authorities = ""

    def aim(self, url: str) -> None:
        """Take a URL apart."""
        found = URL.fullmatch(url)
        if found is None or (found[1] is None and "://" in url):
            raise Usage(f"bad address '{url}'")
        self.secure = found[1] == "https"
        self.target = Target(found[2], int(found[3] or (443 if self.secure else 80)))
        path = found[4] or "/"
        self.path = path if path.startswith("/") else "/" + path
        self.url = url

    def at_resolve(self, call: Call) -> None:
        """The name."""
        self.began_at = call.task.clock
        self.go(call, "connect", self._limited(find(call, self.target)))

    def _limited(self, took: int) -> int:
        return took if self.timeout is None else min(took, self.timeout)

    def at_connect(self, call: Call) -> None:
        """The connection."""
        if not self.target.address:
            self.failed(call, "name")
            return
        found = connect(call, self.target)
        self.go(call, "connected", self._limited(found.took))

    def at_connected(self, call: Call) -> None:
        """The request."""
        found = self.target.connection
        assert found is not None
        if found.result != "open":
            self.failed(call, "timeout" if found.result == "lost" else found.result)
            return
        if self.secure and not self._trusted(call, found.authority):
            return
        self.opened(call)
        usual = 443 if self.secure else 80
        self.headers.setdefault(
            "Host", self.target.host + (f":{self.target.port}" if self.target.port != usual else "")
        )
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers.items())]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        self.answer = exchange(
            call, self.target, "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + self.body, self.secure
        )
        self.expects = self.answer.expected
        self.go(call, "arrived" if self.expects else "answered", ANSWER_TIME_MAX if self.expects else self.answer.took)

    def _trusted(self, call: Call, authority: str) -> bool:
        """Whether the handshake succeeds: the server speaks TLS, and its certificate is vouched for. Names in it are not compared."""
        why = "" if authority and self.trusts(call, authority) else "untrusted" if authority else "tls"
        if why:
            self.failed(call, why)
        return not why

    def at_arrived(self, call: Call) -> None:
        """An answer that was on its way is there, or does not come."""
        _, data = call.land.arrived.pop(self.expects, (0, b""))
        self.answer, self.expects = Answer(data), 0
        self.at_answered(call)

    def at_answered(self, call: Call) -> None:
        """What came back."""
        assert self.answer is not None
        head, found, body = self.answer.data.partition(b"\r\n\r\n")
        if not found:
            self.failed(call, "empty")
            return
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1]) if len(lines[0].split(" ")) > 1 and lines[0].split(" ")[1].isdigit() else 0
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        if (
            status in (301, 302, 307, 308)
            and "location" in headers
            and self.follows()
            and self.redirects < REDIRECTS_MAX
        ):
            self.redirects += 1
            self.headers.pop("Host", None)
            self.aim(headers["location"])
            self.go(call, "resolve")
            return
        self.received(call, status, lines, body)

    def follows(self) -> bool:
        """Whether redirects are followed."""
        return True

    def opened(self, call: Call) -> None:
        """The connection stands."""

    def trusts(self, call: Call, authority: str) -> bool:
        """Whether a certificate signed by an authority (PEM) is accepted."""
        return self.insecure or (bool(self.authorities) and authority.strip() in self._authorities(call))

    def _authorities(self, call: Call) -> str:
        try:
            return call.read(self.authorities).decode("utf-8", "replace")
        except FileError:
            return ""

    def failed(self, call: Call, why: str) -> None:
        """`why`: name, refused, timeout, unreachable, tls, untrusted, empty."""
        raise NotImplementedError

    def received(self, call: Call, status: int, lines: list[str], body: bytes) -> None:
        """The answer is there."""
        raise NotImplementedError


class Wget(HttpProgram):
    """wget -q -O -T --spider -S --header --post-data."""

    def __init__(self) -> None:
        super().__init__()
        self.quiet = False
        self.output = ""
        self.spider = False
        self.shows_head = False

    def at_begin(self, call: Call) -> None:
        """Options and the URL."""
        words, urls = list(call.words), []
        while words:
            word = words.pop(0)
            if word.startswith("--"):
                self._long(word, words)
            elif word.startswith("-") and len(word) > 1:
                self._short(word, words)
            else:
                urls.append(word)
        if not urls:
            raise Usage("missing URL")
        self.headers = {"User-Agent": "Wget" if not call.gnu else "Wget/1.21.3", **self.headers}
        self.aim(urls[0])
        self.go(call, "resolve")

    def _long(self, word: str, words: list[str]) -> None:
        name, _, value = word.partition("=")
        if name == "--spider":
            self.spider, self.method = True, "HEAD"
        elif name == "--timeout":
            self.timeout = seconds(value)
        elif name == "--header":
            header(self.headers, value or (words.pop(0) if words else ""))
        elif name == "--post-data":
            self.method, self.body = (
                "POST",
                (value or (words.pop(0) if words else "")).encode("utf-8", "surrogateescape"),
            )
        elif name == "--server-response":
            self.shows_head = True
        elif name == "--quiet":
            self.quiet = True
        elif name == "--output-document":
            self.output = value
        elif name == "--no-check-certificate":
            self.insecure = True
        elif name == "--ca-certificate":
            self.authorities = value

    def _short(self, word: str, words: list[str]) -> None:
        letters = word[1:]
        for place, letter in enumerate(letters):
            if letter in "OTtPUYo":
                value = letters[place + 1 :] or (words.pop(0) if words else "")
                if letter == "O":
                    self.output = value
                elif letter == "T":
                    self.timeout = seconds(value)
                return
            self.quiet |= letter == "q"
            self.shows_head |= letter == "S"

    def trusts(self, call: Call, authority: str) -> bool:
        """busybox does not look at certificates, and says so."""
        if call.gnu:
            return super().trusts(call, authority)
        call.err("wget: note: TLS certificate validation not implemented\n")
        return True

    def opened(self, call: Call) -> None:
        """busybox tells where it is connected to."""
        if not self.quiet:
            call.err(
                f"Connecting to {self.target.host}{'' if call.gnu else f':{self.target.port}'} ({self.target.address}:{self.target.port})\n"
            )

    def failed(self, call: Call, why: str) -> None:
        """busybox: one line; GNU's -q says nothing."""
        host = self.target.host
        if call.gnu:
            if why == "untrusted":
                call.err(UNTRUSTED.format(host=host))
                self.exit(call, 5)
                return
            if not self.quiet:
                call.err(
                    f"wget: unable to resolve host address ‘{host}’\n"
                    if why == "name"
                    else "failed: Connection refused.\n"
                    if why == "refused"
                    else f"failed: {why}.\n"
                )
            self.exit(call, 4)
            return
        if why in ("refused", "unreachable") and not self.quiet:
            self.opened(call)
        text = {
            "name": f"bad address '{host}'",
            "refused": f"can't connect to remote host ({self.target.address}): Connection refused",
            "unreachable": f"can't connect to remote host ({self.target.address}): Host is unreachable",
            "timeout": "download timed out"
            if self.timeout is not None
            else f"can't connect to remote host ({self.target.address}): Connection timed out",
            "tls": "TLS error from peer",
            "empty": "error getting response",
        }[why]
        self.exit(call, call.fail(text))

    def received(self, call: Call, status: int, lines: list[str], body: bytes) -> None:
        """Save the page, or write it."""
        if self.shows_head:
            call.err("".join(f"  {line}\n" for line in lines))
        if status >= 400:
            self.exit(call, call.fail(f"server returned error: {lines[0]}") if not call.gnu else 8)
            return
        if self.spider:
            if not self.quiet:
                call.err("remote file exists\n")
        elif self.output == "-":
            call.out(body)
            if not self.quiet:
                call.err(_progress("-", len(body)) + "written to stdout\n")
        else:
            name = self.output or self.path.partition("?")[0].rpartition("/")[2] or "index.html"
            try:
                if not self.output and call.files.exists(call.path(name)):
                    self.exit(call, call.fail(f"can't open '{name}': File exists"))
                    return
                call.files.write(call.path(name), body, call.task.clock)
            except FileError as failure:
                self.exit(call, call.fail(f"can't open '{name}': {failure}"))
                return
            if not self.quiet:
                call.err(f"saving to '{name}'\n" + _progress(name, len(body)) + f"'{name}' saved\n")
        self.exit(call, 0)


def _progress(name: str, size: int) -> str:
    return f"{name:<20.20} 100% |{'*' * 32}| {size:>5}  0:00:00 ETA\n"


def seconds(text: str) -> int | None:
    """µs of a number of seconds."""
    return int(float(text) * 1_000_000) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) else None


def header(headers: dict[str, str], line: str) -> None:
    """Take a header line of the command line."""
    name, _, value = line.partition(":")
    if name and len(headers) < 100 and "\n" not in line:
        headers[name.strip()] = value.strip()
