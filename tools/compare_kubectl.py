"""The terminal's kubectl against the real one: the same lines on two runs of one seed, told apart by nothing but who speaks.

    python3 tools/compare_kubectl.py --url http://127.0.0.1:8000 --kubectl /path/to/kubectl [--lines FILE] [--only TEXT]

Every line of the file is run by both: stdout, stderr and exit code must be equal. `@advance 30` lets 30 s pass in both runs,
`@play` before a line lets time go on while it is carried out. What the wall clock decides in the real one (ages that kubectl
itself works out) is compared by its form. Writes what differs; exit code 1 if anything does.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

LINES = Path(__file__).resolve().parents[1] / "tests" / "reference" / "kubectl_lines.txt"
PATIENCE_S = 20
# What kubectl works out from the wall clock, or what is another run's.
FORMS = (
    (re.compile(r"https?://[^\s/]+(?:/k8s-open/[\w-]+|/k8s/[0-9a-f]+)?"), "SERVER"),
    (re.compile(r"/k8s-open/[\w-]+"), ""),
    (re.compile(r"orrery-[0-9a-f]{16}"), "orrery-RUN"),
    (re.compile(r"(?:/tmp/)?(LIVE|MERGED)(?:-\d+)?/"), r"\1/"),
    (re.compile(r"^((?:---|\+\+\+) \S+)\t.*", re.M), r"\1"),
)
# Hints that the terminal adds to what kubectl says.
OWN = "This terminal"
AGES = re.compile(r"(?<![\w.-])\d+[ydhms](?:\d+[hms])*\b(?![.-])|<invalid>")
AGED = re.compile(r"^kubectl (describe|events|get events)")


class Side:
    """One run of the server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = ""
        run = self.call("POST", "runs/", {"seed": 7})
        self.id, self.token = run["id"], run["token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One REST call."""
        data = None if body is None else json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
        }
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith("{") else text

    def clock(self, **action: Any) -> Any:
        """Move the clock."""
        return self.call("POST", f"runs/{self.id}/clock/", action)


class Real(Side):
    """The real kubectl."""

    def __init__(self, url: str, kubectl: str) -> None:
        super().__init__(url)
        self.home = Path(tempfile.mkdtemp())
        (self.home / "kubectl").symlink_to(kubectl)
        (self.home / "config").write_text(self.call("GET", f"runs/{self.id}/kubeconfig/?variant=http"))

    def run(self, line: str) -> tuple[str, str, int]:
        """stdout, stderr, exit code."""
        environment = {
            "HOME": str(self.home),
            "KUBECONFIG": str(self.home / "config"),
            "PATH": f"{self.home}:{os.environ['PATH']}",
        }
        try:
            done = subprocess.run(
                ["bash", "-c", line], capture_output=True, text=True, env=environment, timeout=PATIENCE_S
            )
        except subprocess.TimeoutExpired:
            return "", "", -1
        return done.stdout, done.stderr, done.returncode


class Typed(Side):
    """The terminal's."""

    namespace = "default"

    def run(self, line: str) -> tuple[str, str, int]:
        """stdout, stderr, exit code."""
        card = self.call("POST", f"runs/{self.id}/terminal/", {"line": line, "namespace": self.namespace})
        self.namespace = card["namespace"]
        lines, key, end = card["output"], card["id"], time.monotonic() + PATIENCE_S
        while not card["done"] and time.monotonic() < end:
            card = self.call("GET", f"runs/{self.id}/terminal/{key}/?since={card['next']}")
            lines += card["output"]
        if not card["done"]:
            self.call("DELETE", f"runs/{self.id}/terminal/{key}/")
        out = "".join(f"{one['text']}\n" for one in lines if not one["error"])
        return out, "".join(f"{one['text']}\n" for one in lines if one["error"]), card["code"] if card["done"] else -1


def comparable(line: str, text: str) -> str:
    """The text without what the wall clock and the address decide."""
    for form, shown in FORMS:
        text = form.sub(shown, text)
    if AGED.match(line):
        text = re.sub(r" +", " ", AGES.sub("AGE", text))
    return "\n".join(one for one in text.rstrip("\n").split("\n") if not one.startswith(OWN))


def steps(text: str) -> list[str]:
    """Lines of the file; a here-document belongs to its line."""
    found: list[str] = []
    end = ""
    for line in text.split("\n"):
        if end:
            found[-1] += "\n" + line
            end = "" if line == end else end
        elif line.strip() and not line.startswith("#"):
            found.append(line)
            here = re.search(r"<<'?(\w+)'?", line)
            end = here[1] if here else ""
    return found


def main() -> int:
    """Compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--kubectl", required=True)
    parser.add_argument("--lines", type=Path, default=LINES)
    given = parser.parse_args()
    real, typed = Real(given.url, given.kubectl), Typed(given.url)
    counts = {True: 0, False: 0}
    plays = False
    for line in steps(given.lines.read_text()):
        if line.startswith("@advance"):
            for side in (real, typed):
                side.clock(action="advance", by=f"{line.split()[1]}s")
            continue
        if line == "@play":
            plays = True
            continue
        equal = compared(real, typed, line, plays)
        plays = False
        counts[equal] += 1
    print(f"{counts[True]} lines are equal, {counts[False]} differ")
    return 1 if counts[False] else 0


def compared(real: Real, typed: Typed, line: str, plays: bool) -> bool:
    """Run a line by both; say what differs."""
    results = []
    for side in (real, typed):
        if plays:
            side.clock(action="speed", factor=20)
            side.clock(action="play")
        out, err, code = side.run(line)
        if plays:
            side.clock(action="pause")
        results.append((comparable(line, out), comparable(line, err), code))
    if plays:
        _meet(real, typed)
    if results[0] == results[1]:
        return True
    print(f"== {line}")
    for index, name in enumerate(("stdout", "stderr")):
        pair = results[0][index].split("\n"), results[1][index].split("\n")
        for shown in list(difflib.unified_diff(*pair, f"real {name}", f"typed {name}", lineterm="", n=1))[:40]:
            print("   ", shown)
    if results[0][2] != results[1][2]:
        print(f"    exit code: real {results[0][2]}, typed {results[1][2]}")
    sys.stdout.flush()
    return False


def _meet(real: Real, typed: Typed) -> None:
    """Bring both runs to the same time."""
    times = [side.call("GET", f"runs/{side.id}/")["now"] for side in (real, typed)]
    meeting = max(times) // 1_000_000 + 30
    for side, now in zip((real, typed), times, strict=True):
        side.clock(action="advance", by=f"{meeting * 1_000_000 - now}us")


if __name__ == "__main__":
    sys.exit(main())
