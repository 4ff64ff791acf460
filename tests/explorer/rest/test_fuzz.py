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
    "action": ["play", "pause", "step", "seek", "speed", "advance"],
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
    "scenario": ["welcome", "node-failure", ""],
    "seed": [1, 2],
    "title": TEXTS[1:6],
    "play": [True, False],
    "wait": [True, False],
    "client_id": ["a", "b", ""],
    "resource": ["pods", "deployments", "nodes", "widgets"],
    "namespace": ["default", "kube-system", "nowhere", ""],
    "name": ["web", "node-1", "x"],
    "replicas": [0, 1, 5, 10**9],
    "grace_period": [0, 30],
    "unit": ["event", "step"],
    "factor": [0, 0.001, 1, 1000],
    "by": ["1s", "250ms"],
    "limit": ["1s", "2s"],
    "at": [0, 1_000_000, 10**15],
    "branch": ["main", "nothing"],
    "port": [80, 443, 1],
    "view": ["network"],
    "selection": ["pod/default/web"],
    "language": ["zh-Hans"],
    "count": [1, -1, 3],
    "event": [0, 1, 5],
}


COMMANDS: list[dict[str, Any]] = [
    {"kind": "apply", "manifest": WEB},
    {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 3},
    {"kind": "delete", "resource": "pods", "name": "web"},
    {"kind": "fault", "fault": "node-down", "target": "node-2"},
    {"kind": "fault", "fault": "apiserver-down"},
    {"kind": "fault", "fault": "apiserver-up"},
]


def value(source: random.Random, depth: int = 0) -> Any:
    """Any JSON value."""
    choice = source.randrange(7 if depth < 3 else 5)
    if choice == 5:
        return [value(source, depth + 1) for _ in range(source.randrange(3))]
    if choice == 6:
        return {source.choice(TEXTS): value(source, depth + 1) for _ in range(source.randrange(3))}
    return [source.choice(TEXTS), source.choice(NUMBERS), None, True, source.choice(TEXTS)][choice]


def body(source: random.Random, fields: list[str]) -> dict[str, Any]:
    """A call that is right in most places."""
    chosen = fields[:1] + source.sample(fields[1:], source.randrange(min(len(fields), 5)))
    return {
        name: source.choice(GOOD[name]) if name in GOOD and source.random() < 0.92 else value(source) for name in chosen
    }


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 12))])
async def test_random_calls(api: Api, seed: int) -> None:
    source = random.Random(seed)
    run = await api.run(scenario="first-deployment")
    base = f"runs/{run['id']}/"
    await api.post(f"{base}clock/", {"action": "step", "count": 100})
    for _ in range(60):
        name = source.choice(list(FIELDS))
        path = name if name in ("runs/", "shares/") else base + name
        given = body(source, FIELDS[name])
        if name == "commands/":
            given = (
                {**source.choice(COMMANDS), **given} if source.random() < 0.5 else {**given, **source.choice(COMMANDS)}
            )
        if name == "shares/" and source.random() < 0.8:
            given["run"] = run["id"]
        answer = await api.post(path, json.dumps(given))
        assert answer.status_code < 500, (path, given, answer.content[:500])
        found = answer.json()
        assert answer.status_code < 300 or found["error"], (path, given)
    for _ in range(40):
        name = source.choice(["objects/", "events/", "why/", "network/", ""])
        query = "&".join(
            f"{source.choice(['kind', 'namespace', 'name', 'since', 'limit', 'object', 'event', 'lang', 'node'])}={source.choice(TEXTS)}"
            for _ in range(3)
        )
        answer = await api.get(f"{base}{name}?{query}")
        assert answer.status_code < 500, (name, query)
        assert answer.json() is not None
    assert (await api.get(base)).status_code == 200
