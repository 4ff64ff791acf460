"""What kubectl 1.32 asked a real-enough server for, command by command (`../shared/reference/kubectl`), and how a run's own log compares."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

RECORDING = Path(__file__).resolve().parents[3] / "shared" / "reference" / "kubectl" / "request_sequences.txt"
VERSION = "1.32"
# Asked for once and then kept on disk.
KEPT = re.compile(r"/(api|apis|version|openapi/.*)$")
# Their values follow from the moment, or from what objects are called.
MOMENTARY = {"resourceVersion": "RV", "timeoutSeconds": "N", "timeout": "T", "continue": "TOKEN", "labelSelector": "*"}


def sequences() -> dict[str, set[str]]:
    """The requests of each command, without those for documents."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in RECORDING.read_text(encoding="utf-8").splitlines():
        if line.startswith("     "):
            request = re.sub(r"( ×\d+| <[^>]*>| \[[^\]]*\])+$", "", line.strip())
            if re.match(r"(GET|POST|PUT|PATCH|DELETE) /", request) and not request.startswith("WS"):
                found[name].add(_normal(*request.split(" ", 1)))
        elif (title := re.fullmatch(r"(.+) \(rc \w+\)", line)) is not None:
            name = title[1]
            found[name] = set()
    return {name: requests - {""} for name, requests in found.items()}


def asked(log: list[dict[str, Any]]) -> set[str]:
    """The same of what the server has seen."""
    return {_normal(seen["method"], seen["path"]) for seen in log} - {""}


def _normal(method: str, address: str) -> str:
    path, _, query = address.partition("?")
    if KEPT.fullmatch(path):
        return ""
    fields = sorted(
        f"{name}={value if value == '0' else MOMENTARY.get(name, _sorted_terms(value))}"
        for name, value in parse_qsl(query, keep_blank_values=True)
    )
    return f"{method} {_nameless(unquote(path))}" + (f"?{'&'.join(fields)}" if fields else "")


def _nameless(path: str) -> str:
    parts = path.split("/")
    plural = 3 if parts[1] == "api" else 4
    if parts[plural : plural + 1] == ["namespaces"] and len(parts) > plural + 2:
        plural += 2
    return "/".join([*parts[: plural + 1], *("*" for _ in parts[plural + 1 : plural + 2]), *parts[plural + 2 :]])


def _sorted_terms(value: str) -> str:
    """Selectors are written in no fixed order."""
    return ",".join(sorted(re.sub(r"^(\S*(?:name|uid|nodeName))=.+", r"\1=*", term) for term in value.split(",")))
