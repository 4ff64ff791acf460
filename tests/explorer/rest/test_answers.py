"""The OpenAPI schema describes what is really answered."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio


async def schema(api: Api) -> dict[str, Any]:
    answer = await api.client.get("/api/schema/?format=json")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def conforms(document: dict[str, Any], method: str, path: str, answer: Any) -> None:
    """Check an answer against the schema of its address and status."""
    described = document["paths"][path][method]["responses"][str(answer.status_code)]
    wanted = described["content"]["application/json"]["schema"]
    whole = {**wanted, "components": document["components"]}
    jsonschema.validate(answer.json(), whole)


async def test_every_call_is_described(api: Api) -> None:
    document = await schema(api)
    calls = [(path, method, call) for path, methods in document["paths"].items() for method, call in methods.items()]
    assert len(calls) >= 15
    for path, method, call in calls:
        assert call["description"], (path, method)
        assert {"400"} <= set(call["responses"]), (path, method)
        good = [status for status in call["responses"] if status.startswith("2")]
        assert good, (path, method)
        for status in good:
            assert call["responses"][status]["content"]["application/json"]["schema"], (path, method)


async def test_real_answers_conform(api: Api) -> None:
    document = await schema(api)
    made = await api.post("runs/", {"scenario": "first-deployment"})
    conforms(document, "post", "/api/v1/runs/", made)
    run = f"runs/{made.json()['id']}/"
    advanced = await api.post(f"{run}clock/", {"action": "advance", "until": "all-pods-ready", "limit": "60s"})
    conforms(document, "post", "/api/v1/runs/{run_id}/clock/", advanced)
    applied = await api.post(f"{run}commands/", {"kind": "apply", "manifest": WEB})
    conforms(document, "post", "/api/v1/runs/{run_id}/commands/", applied)
    for name in ("objects/?kind=pods", "events/?limit=500"):
        conforms(document, "get", f"/api/v1/runs/{{run_id}}/{name.split('?')[0]}", await api.get(run + name))
    events = (await api.get(f"{run}events/")).json()["items"]
    why = await api.get(f"{run}why/?event={events[-1]['number']}")
    conforms(document, "get", "/api/v1/runs/{run_id}/why/", why)
    conforms(document, "get", "/api/v1/runs/{run_id}/", await api.get(run))
    conforms(document, "get", "/api/v1/runs/", await api.get("runs/"))
    conforms(document, "get", "/api/v1/scenarios/", await api.get("scenarios/"))
    conforms(document, "post", "/api/v1/runs/{run_id}/forks/", await api.post(f"{run}forks/", {}))
    link = await api.post("shares/", {"run": made.json()["id"]})
    conforms(document, "post", "/api/v1/shares/", link)
    slug = link.json()["slug"]
    conforms(document, "get", "/api/v1/shares/{slug}/", await api.get(f"shares/{slug}/"))
    for wait in (True, False):
        conforms(document, "post", "/api/v1/shares/{slug}/", await api.post(f"shares/{slug}/", {"wait": wait}))
    not_waited = await api.post(f"{run}commands/", {"kind": "apply", "manifest": WEB, "wait": False})
    assert not_waited.status_code == 202
    conforms(document, "post", "/api/v1/runs/{run_id}/commands/", not_waited)


async def test_refusals_conform(api: Api) -> None:
    document = await schema(api)
    run = await api.run(seed=1)
    conforms(document, "post", "/api/v1/runs/", await api.post("runs/", {"seed": "x"}))
    conforms(document, "get", "/api/v1/runs/{run_id}/", await api.get("runs/nothing/"))
    bad = await api.post(f"runs/{run['id']}/commands/", {"kind": "apply", "manifest": "a: ["})
    conforms(document, "post", "/api/v1/runs/{run_id}/commands/", bad)
    assert bad.json()["line"]


async def test_a_wrong_answer_would_be_noticed(api: Api) -> None:
    document = await schema(api)
    answer = await api.post("runs/", {"seed": 1})
    whole = answer.json()
    del whole["state_hash"]
    answer.json = lambda: whole
    with pytest.raises(jsonschema.ValidationError):
        conforms(document, "post", "/api/v1/runs/", answer)
