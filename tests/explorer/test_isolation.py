"""Who may do what, for every address of the URL configuration: a new endpoint without a row here fails."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import ThreadSensitiveContext
from django.urls import URLPattern, URLResolver, get_resolver

from tests.explorer.conftest import WEB, Api

pytestmark = pytest.mark.asyncio

ROLES = ("cookie", "token", "other", "wrong token", "anonymous")
OWNERS = ("cookie", "token")

# (method, address): who is let through ("all" or "owner"), and the body that an owner's call succeeds with.
ROWS: dict[tuple[str, str], tuple[str, dict[str, Any] | None]] = {
    ("GET", "/"): ("all", None),
    ("GET", "/runs/{run_id}/"): ("all", None),
    ("GET", "/s/{slug}/"): ("all", None),
    ("GET", "/livez"): ("all", None),
    ("GET", "/readyz"): ("all", None),
    ("GET", "/metrics"): ("all", None),
    ("GET", "/api/schema/"): ("all", None),
    ("GET", "/api/docs/"): ("all", None),
    ("GET", "/api/v1/runs/"): ("all", None),
    ("POST", "/api/v1/runs/"): ("all", {"seed": 1}),
    ("GET", "/api/v1/runs/{run_id}/"): ("all", None),
    ("POST", "/api/v1/runs/{run_id}/clock/"): ("owner", {"action": "step"}),
    ("POST", "/api/v1/runs/{run_id}/commands/"): ("owner", {"kind": "apply", "manifest": WEB}),
    ("GET", "/api/v1/runs/{run_id}/objects/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/events/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/events/density/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/why/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/network/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/traffic/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/usage/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/logs/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/add-ons/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/scheduling/"): ("all", None),
    ("GET", "/api/v1/runs/{run_id}/scheduling/decisions/{namespace}/{name}/"): ("all", None),
    # Sends nothing: computes what would become of a packet, so a viewer may ask too.
    ("POST", "/api/v1/runs/{run_id}/packets/"): ("all", {"from": "pod/default/none", "to": "10.96.0.1"}),
    ("POST", "/api/v1/runs/{run_id}/forks/"): ("owner", {}),
    ("GET", "/api/v1/runs/{run_id}/kubeconfig/"): ("owner", None),
    ("GET", "/api/v1/runs/{run_id}/kubeconfig"): ("owner", None),
    ("DELETE", "/api/v1/runs/{run_id}/kubeconfig/"): ("owner", None),
    ("DELETE", "/api/v1/runs/{run_id}/kubeconfig"): ("owner", None),
    ("GET", "/api/v1/runs/{run_id}/requests/"): ("all", None),
    # A viewer's kubectl may look; the id of a line is known to who typed it only.
    ("POST", "/api/v1/runs/{run_id}/terminal/"): ("all", {"line": "kubectl get pods"}),
    ("POST", "/api/v1/runs/{run_id}/terminal/complete/"): ("all", {"line": "kubectl get po"}),
    ("GET", "/api/v1/runs/{run_id}/terminal/{line_id}/"): ("all", None),
    ("DELETE", "/api/v1/runs/{run_id}/terminal/{line_id}/"): ("all", None),
    ("POST", "/api/v1/runs/{run_id}/terminal/{line_id}/input/"): ("all", {"text": "ls"}),
    ("GET", "/api/v1/scenarios/"): ("all", None),
    ("POST", "/api/v1/shares/"): ("owner", {}),
    ("GET", "/api/v1/shares/{slug}/"): ("all", None),
    ("POST", "/api/v1/shares/{slug}/"): ("all", {}),
}


def endpoints() -> list[tuple[str, str]]:
    """Every (method, address) that the URL configuration serves."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for entry in patterns:
            address = prefix + str(entry.pattern).replace("<slug:", "{").replace("<str:", "{").replace(">", "}")
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, address)
            elif isinstance(entry, URLPattern):
                found.extend((method, address) for method in methods(entry.callback))

    walk(get_resolver().url_patterns, "/")
    return found


def methods(callback: Any) -> list[str]:
    """The methods of a view: those of its DRF class, or GET."""
    view = getattr(callback, "cls", None)
    names = ("get", "post", "put", "patch", "delete")
    return [name.upper() for name in names if hasattr(view, name)] if view is not None else ["GET"]


async def test_every_endpoint_has_a_row_and_every_row_an_endpoint() -> None:
    missing = [endpoint for endpoint in endpoints() if endpoint not in ROWS]
    assert not missing, f"say in ROWS who may use {missing}"
    optional = {("GET", "/api/v1/runs/{run_id}/network/")}
    assert set(ROWS) - set(endpoints()) <= optional


class Scene:
    """A run of somebody, a link to it, and a visitor of every role."""

    def __init__(self, creator: Api, run: dict[str, Any], link: dict[str, Any]) -> None:
        self.creator, self.run, self.link = creator, run, link
        self.visitors = {
            "cookie": creator,
            "token": Api(run["token"]),
            "other": Api(),
            "wrong token": Api(run["token"][:-1] + "x"),
            "anonymous": Api(),
        }

    async def ask(self, role: str, method: str, address: str, body: dict[str, Any] | None) -> int:
        """The status that a role gets."""
        visitor = self.visitors[role]
        path = address.format(
            run_id=self.run["id"], slug=self.link["slug"], line_id="none", namespace="default", name="none"
        )
        # Here is no TLS, without which there are no kubeconfigs with tokens.
        path += "?variant=http" if "kubeconfig" in address else ""
        if method in ("GET", "DELETE"):
            async with ThreadSensitiveContext():
                answer = await getattr(visitor.client, method.lower())(path, headers=visitor._headers({}))
        else:
            given = {"run": self.run["id"]} if address == "/api/v1/shares/" else body
            answer = await visitor.post(path.removeprefix("/api/v1/"), given)
        status: int = answer.status_code
        return status

    async def place(self) -> tuple[Any, ...]:
        """Where the run is."""
        now = (await self.creator.get(f"runs/{self.run['id']}/")).json()
        return now["event"], now["branch"], now["state_hash"]


async def scene() -> Scene:
    creator = Api()
    run = await creator.run(scenario="first-deployment")
    await creator.post(f"runs/{run['id']}/clock/", {"action": "step", "count": 20})
    made = Scene(creator, run, (await creator.post("shares/", {"run": run["id"]})).json())
    await made.visitors["other"].run(seed=1)
    return made


@pytest.mark.parametrize(("method", "address"), [row for row in ROWS if ROWS[row][0] == "owner"])
async def test_only_the_owner_changes_a_run(api: Api, method: str, address: str) -> None:
    there = await scene()
    before = await there.place()
    for role in ROLES:
        if role not in OWNERS:
            assert await there.ask(role, method, address, ROWS[method, address][1]) == 403, role
            assert await there.place() == before, role
    for role in OWNERS:
        assert await there.ask(role, method, address, ROWS[method, address][1]) in (200, 201), role


@pytest.mark.parametrize(("method", "address"), [row for row in ROWS if ROWS[row][0] == "all"])
async def test_what_everybody_may_do_changes_no_run_of_another(api: Api, method: str, address: str) -> None:
    if (method, address) not in endpoints():
        pytest.skip("not served yet")
    there = await scene()
    before = await there.place()
    for role in ROLES:
        status = await there.ask(role, method, address, ROWS[method, address][1])
        assert status < 500, role
        assert status not in (401, 403), role
        assert await there.place() == before, role


async def test_a_token_opens_its_own_run_only(api: Api) -> None:
    one, two = await Api().run(seed=1), await Api().run(seed=1)
    for run, status in ((one, 200), (two, 403)):
        answer = await Api(one["token"]).post(f"runs/{run['id']}/clock/", {"action": "step"})
        assert answer.status_code == status


async def test_secrets_are_shown_once_and_kept_as_hashes(api: Api) -> None:
    from explorer.models import Run

    run = await api.run(seed=1)
    cookie = api.client.cookies["orrery_owner"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    row = await Run.objects.aget(pk=run["id"])
    kept = str(vars(row))
    assert run["token"] not in kept
    assert cookie.value not in kept
    for path in (f"runs/{run['id']}/", "runs/"):
        assert run["token"] not in (await api.get(path)).content.decode()
