"""curl. Texts of curl 8."""

from __future__ import annotations

import json
import re

from cluster_core.shell.files import FileError
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.http import HttpProgram, header, seconds

UNTRUSTED = """SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above."""


class Curl(HttpProgram):
    """curl -s -S -f -o -O -I -i -X -H -d -L -v -k -w -m --connect-timeout."""

    def __init__(self) -> None:
        super().__init__()
        self.flags = ""
        self.output = ""
        self.template = ""
        self.data: list[str] = []

    def at_begin(self, call: Call) -> None:
        """Options and the URL."""
        words, urls = list(call.words), []
        while words:
            word = words.pop(0)
            if word.startswith("--"):
                self._long(word, words)
            elif word.startswith("-") and len(word) > 1:
                self._short(call, word, words)
            else:
                urls.append(word)
        if not urls:
            raise Usage("(2) no URL specified", 2)
        self.headers = {"User-Agent": "curl/8.14.1", "Accept": "*/*", **self.headers}
        self.body = b"&".join(_given(call, value) for value in self.data)
        self.aim(urls[0])
        self.go(call, "resolve")

    LONG = {
        "--silent": "s",
        "--show-error": "S",
        "--fail": "f",
        "--location": "L",
        "--include": "i",
        "--verbose": "v",
    }

    def _long(self, word: str, words: list[str]) -> None:
        name, equals, value = word.partition("=")
        if name in self.LONG:
            self.flags += self.LONG[name]
        elif name == "--insecure":
            self.insecure = True
        elif name == "--head":
            self.method, self.flags = "HEAD", self.flags + "I"
        elif name in (
            "--max-time",
            "--connect-timeout",
            "--request",
            "--header",
            "--data",
            "--data-binary",
            "--data-raw",
            "--output",
            "--write-out",
            "--retry",
            "--cacert",
        ):
            given = value if equals else words.pop(0) if words else ""
            short = {
                "--max-time": "m",
                "--connect-timeout": "m",
                "--request": "X",
                "--header": "H",
                "--data": "d",
                "--output": "o",
                "--write-out": "w",
                "--cacert": "C",
                "--data-binary": "d",
                "--data-raw": "d",
            }.get(name)
            if short:
                self._valued(short, given)

    def _short(self, call: Call, word: str, words: list[str]) -> None:
        letters = word[1:]
        for place, letter in enumerate(letters):
            if letter in "XHdomwuAeTFb":
                self._valued(letter, letters[place + 1 :] or (words.pop(0) if words else ""))
                return
            self.insecure |= letter == "k"
            if letter == "I":
                self.method = "HEAD"
            self.flags += letter

    def _valued(self, letter: str, value: str) -> None:
        if letter == "X":
            self.method = value
        elif letter == "H":
            header(self.headers, value)
        elif letter == "d":
            self.method = "POST" if self.method == "GET" else self.method
            self.data.append(value)
            self.headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif letter == "o":
            self.output = value
        elif letter == "m":
            self.timeout = seconds(value)
        elif letter == "w":
            self.template = value
        elif letter == "C":
            self.authorities = value
        elif letter == "A":
            self.headers["User-Agent"] = value

    def follows(self) -> bool:
        """Only with -L."""
        return "L" in self.flags

    def failed(self, call: Call, why: str) -> None:
        """curl: (7) …"""
        host, port, took = self.target.host, self.target.port, (call.task.clock - self.began_at) // 1_000
        code, text = {
            "name": (6, f"Could not resolve host: {host}"),
            "refused": (7, f"Failed to connect to {host} port {port} after {took} ms: Could not connect to server"),
            "unreachable": (7, f"Failed to connect to {host} port {port} after {took} ms: Could not connect to server"),
            "timeout": (28, f"Connection timed out after {took} milliseconds"),
            "tls": (35, "TLS connect error: error:00000000:lib(0)::reason(0)"),
            "untrusted": (60, UNTRUSTED),
            "empty": (52, "Empty reply from server"),
        }[why]
        if "s" not in self.flags or "S" in self.flags:
            call.err(f"curl: ({code}) {text}\n")
        self._write_out(call, 0, 0)
        self.exit(call, code)

    def received(self, call: Call, status: int, lines: list[str], body: bytes) -> None:
        """Show or save."""
        if "v" in self.flags:
            call.err(
                f"*   Trying {self.target.address}:{self.target.port}...\n* Connected to {self.target.host} ({self.target.address}) port {self.target.port}\n"
            )
            call.err(
                f"> {self.method} {self.path} HTTP/1.1\n"
                + "".join(f"> {name}: {value}\n" for name, value in self.headers.items())
                + "> \n"
            )
            call.err("".join(f"< {line}\n" for line in lines) + "< \n")
        if status >= 400 and "f" in self.flags:
            if "s" not in self.flags or "S" in self.flags:
                call.err(f"curl: (22) The requested URL returned error: {status}\n")
            self._write_out(call, status, 0)
            self.exit(call, 22)
            return
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") if "i" in self.flags or "I" in self.flags else b""
        name = self.output or (self.path.rpartition("/")[2] if "O" in self.flags else "")
        if name and name != "-" and name != "/dev/null":
            try:
                call.files.write(call.path(name), head + body, call.task.clock)
            except FileError as failure:
                call.err(f"curl: (23) Failure writing output to destination: {failure}\n")
                self.exit(call, 23)
                return
        elif name != "/dev/null":
            call.out(head + body)
        self._write_out(call, status, len(body))
        self.exit(call, 0)

    def _write_out(self, call: Call, status: int, size: int) -> None:
        took = (call.task.clock - self.began_at) / 1_000_000
        values = {
            "http_code": f"{status:03}",
            "response_code": f"{status:03}",
            "size_download": str(size),
            "time_total": f"{took:.6f}",
            "remote_ip": self.target.address,
            "url_effective": self.url,
            "json": json.dumps({"http_code": status}),
        }
        text = re.sub(r"%\{(\w+)\}", lambda found: values.get(found[1], ""), self.template)
        call.out(text.replace("\\n", "\n").replace("\\t", "\t"))


def _given(call: Call, value: str) -> bytes:
    """Data of the command line, or with @ of a file, line breaks left out."""
    if not value.startswith("@"):
        return value.encode("utf-8", "surrogateescape")
    try:
        return call.read(value[1:]).replace(b"\r", b"").replace(b"\n", b"")
    except FileError:
        call.err(f"curl: option -d: error encountered when reading a file: {value[1:]}\n")
        raise Usage("(26) Failed to open/read local data from file/application", 26) from None
