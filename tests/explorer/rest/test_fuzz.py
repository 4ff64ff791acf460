"""Random calls of every shape: whatever comes, the answer is JSON and not a 5xx."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio

TEXTS = [
    "",
    "web",
    "default",
    "pods",
    "deployments",
    "apply",
    "\x00",
    "é漢🙂",
    "-1",
    "{}",
    "node-1",
    "a" * 300,
    "../..",
    "%s",
    "1e9",
    "main",
    "60s",
]
NUMBERS = [0, 1, -1, 7, 2**31, 2**63, -(2**63), 10**30, 0.5, 1e308, -0.0]
FIELDS = {
    "runs/": ["scenario", "seed", "config", "title", "play"],
    "clock/": ["action", "at", "event", "count", "unit", "factor", "by", "until", "limit"],
    "commands/": [
        "kind",
        "client_id",
        "manifest",
        "resource",
        "namespace",
        "name",
        "replicas",
        "grace_period",
        "fault",
        "target",
        "in_past",
        "wait",
    ],
    "packets/": ["from", "to", "protocol", "port"],
    "forks/": ["event", "branch"],
    "shares/": ["run", "branch", "event", "view", "selection", "language"],
}
# Values that get a call past its first check.
GOOD: dict[str, list[Any]] = {
    "action": ["play", "pause", "step", "seek", "speed"],
    "kind": ["apply", "delete", "scale", "fault"],
    "in_past": ["fork", "head", "refuse"],
    "fault": ["node-down", "node-up", "pod-kill", "member-down", "partition", "heal"],
    "target": ["node-1", "etcd-1", "default/web"],
    "manifest": [WEB, "a: 1", "kind: List\nitems: [{}]\napiVersion: v1", "---\n---\n"],
    "config": [{"nodes": 1}, {"nodes": -1}, {"etcd_members": 1}],
    "until": ["all-pods-ready", "pod('x').y == 1", "!!!", "deployment('web').a.b.c >= 'x'"],
    "protocol": ["tcp", "udp", "icmp"],
    "from": ["pod/default/web", "node/node-1", "internet"],
    "to": ["service/default/kubernetes", "10.96.0.1", "kubernetes.default.svc.cluster.local", "8.8.8.8"],
    "count": [1, -1, 3],
    "event": [0, 1, 5],
}


def value(source: random.Random, depth: int = 0) -> Any:
    """Any JSON value."""
    choice = source.randrange(7 if depth < 3 else 5)
    if choice == 5:
        return [value(source, depth + 1) for _ in range(source.randrange(3))]
    if choice == 6:
        return {source.choice(TEXTS): value(source, depth + 1) for _ in range(source.randrange(3))}
    return [source.choice(TEXTS), source.choice(NUMBERS), None, True, source.choice(TEXTS)][choice]


def body(source: random.Random, fields: list[str]) -> dict[str, Any]:
    """A call that is right in some places."""
    chosen = source.sample(fields, source.randrange(len(fields) + 1))
    return {
        name: source.choice(GOOD[name]) if name in GOOD and source.random() < 0.7 else value(source) for name in chosen
    }


@pytest.mark.parametrize("seed", range(6))
async def test_random_calls(api: Api, seed: int) -> None:
    source = random.Random(seed)
    run = await api.run(scenario="first-deployment")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "step", "count": 100})
    for _ in range(60):
        name = source.choice(list(FIELDS))
        path = name if name in ("runs/", "shares/") else base + name
        given = body(source, FIELDS[name])
        if name == "shares/" and source.random() < 0.8:
            given["run"] = run["id"]
        if name == "packets/":
            # The network's own tests look at what packets do.
            given["from"] = "nothing"
        answer = await api.post(path, json.dumps(given))
        assert answer.status_code < 500, (path, given, answer.content[:500])
        found = answer.json()
        assert answer.status_code < 300 or found["error"], (path, given)
    for _ in range(40):
        name = source.choice(["objects/", "events/", "why/", ""])
        query = "&".join(
            f"{source.choice(['kind', 'namespace', 'name', 'since', 'limit', 'object', 'event', 'lang'])}={source.choice(TEXTS)}"
            for _ in range(3)
        )
        answer = await api.get(f"{base}{name}?{query}")
        assert answer.status_code < 500, (name, query)
        assert answer.json() is not None
    assert (await api.get(base)).status_code == 200
