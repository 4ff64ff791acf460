"""The Kubernetes API of a run over ASGI: who gets in, what paths lead to, how failures look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer import certificates, runs
from explorer.kubeapi import credentials
from explorer.kubeapi.app import raw_path
from explorer.security import BODY_MAX
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import Kube, kube, kubeconfig

pytestmark = pytest.mark.asyncio
PODS = "/api/v1/namespaces/default/pods"


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


async def test_reads_and_writes(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    made = await client.ask("POST", "/api/v1/namespaces/default/configmaps", config_map("a", x="1"))
    assert made.code == 201, made.body
    assert made.headers["content-type"] == "application/json"
    assert made.json["metadata"]["uid"]
    read = await client.get("/api/v1/namespaces/default/configmaps/a")
    assert read.json["data"] == {"x": "1"}
    assert b": " not in read.body
    listed = (await client.get("/api/v1/configmaps")).json
    assert listed["kind"] == "ConfigMapList"
    assert "a" in [item["metadata"]["name"] for item in listed["items"]]
    patched = await client.ask(
        "PATCH",
        "/api/v1/namespaces/default/configmaps/a",
        {"data": {"y": "2"}},
        content_type="application/merge-patch+json",
    )
    assert patched.json["data"] == {"x": "1", "y": "2"}
    gone = await client.ask("DELETE", "/api/v1/namespaces/default/configmaps/a", {"propagationPolicy": "Background"})
    assert (gone.code, gone.json["kind"], gone.json["status"]) == (200, "Status", "Success")
    assert (await client.get("/api/v1/namespaces/default/configmaps/a")).code == 404


async def test_reads_change_nothing_and_writes_are_in_the_log(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    live = await runs.find(run["id"])
    before = live.cluster.state_hash(), live.cluster.number, live.cluster.now
    assert (await client.get(PODS)).code == 200
    assert (await client.get("/apis")).code == 200
    assert (live.cluster.state_hash(), live.cluster.number, live.cluster.now) == before
    await client.ask("POST", "/api/v1/namespaces/default/configmaps", config_map("a"), user_agent="probe/1.0 (test)")
    entry = live.cluster.commands[-1]
    assert entry.kind == "request"
    assert entry.params["agent"] == "probe/1.0 (test)"
    assert entry.params["options"]["field_manager"] == "probe"
    assert not live.playing


async def test_a_review_of_a_kubeconfigs_own_token(api: Api) -> None:
    """How kr8s finds out who it is."""
    run, other = await api.run(), await api.run()
    token = await credentials.mint(run["id"], credentials.TOKEN)
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    path = "/apis/authentication.k8s.io/v1/tokenreviews"
    status = (await Kube(f"/k8s/{run['id']}", token).ask("POST", path, body)).json["status"]
    assert (status["authenticated"], status["user"]["username"]) == (True, "kubernetes-admin")
    assert not (await (await kube(api, other["id"])).ask("POST", path, body)).json["status"].get("authenticated")


async def test_a_token_says_its_run_where_the_address_does_not(api: Api) -> None:
    """`kubectl get --raw /api/v1/…` leaves out the path of the server's address."""
    run, other = await api.run(), await api.run()
    token = await credentials.mint(run["id"], credentials.TOKEN)
    client = Kube("", token)
    made = await client.ask("POST", "/api/v1/namespaces/default/configmaps", config_map("a"))
    assert (made.code, made.json["kind"]) == (201, "ConfigMap")
    assert (await client.get("/readyz")).body == b"ok"
    assert (await client.get("/apis")).json["kind"] == "APIGroupList"
    # The application's own addresses are nobody's that has only a kubeconfig.
    assert (await client.get(f"/api/v1/runs/{other['id']}/")).json["kind"] == "Status"
    # Other tokens are the application's own.
    assert "kind" not in (await Kube("", run["token"]).get(f"/api/v1/runs/{run['id']}/")).json
    assert "kind" not in (await Kube("", credentials.MARK + "x").get(f"/api/v1/runs/{run['id']}/")).json


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("wrong", {}),
        ("", {"authorization": "Basic YWRtaW46YWRtaW4="}),
        ("x" * 100_000, {}),
        ("\u00e9", {}),
    ],
)
async def test_who_is_not_known_gets_401(api: Api, token: str, headers: dict[str, str]) -> None:
    run = await api.run()
    for client in (Kube(f"/k8s/{run['id']}", token), Kube("/k8s/nothing", token), Kube(f"/k8s-open/{'a' * 43}", token)):
        answer = await client.get(PODS, **headers)
        assert answer.code == 401
        assert answer.json == {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "Unauthorized",
            "reason": "Unauthorized",
            "code": 401,
        }


async def test_a_token_opens_its_run_alone_until_it_is_revoked(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "served", certificates.Certificates(tmp_path))
    mine, other = await api.run(), await api.run()
    token = (await kubeconfig(api, mine["id"], "https"))["users"][0]["user"]["token"]
    assert (await Kube(f"/k8s/{mine['id']}", token).get(PODS)).code == 200
    assert (await Kube(f"/k8s/{other['id']}", token).get(PODS)).code == 401
    assert (await Kube(f"/k8s-open/{token}").get(PODS)).code == 401
    # The token of the run itself is for the explorer's own API.
    assert (await Kube(f"/k8s/{mine['id']}", mine["token"]).get(PODS)).code == 401
    revoked = await api.client.delete(f"/api/v1/runs/{mine['id']}/kubeconfig/")
    assert revoked.json() == {"revoked": 1}
    assert (await Kube(f"/k8s/{mine['id']}", token).get(PODS)).code == 401


async def test_service_accounts_come_in_by_their_signed_tokens(api: Api) -> None:
    run = await api.run()
    admin = await kube(api, run["id"])
    accounts = "/api/v1/namespaces/default/serviceaccounts"
    made = await admin.ask("POST", f"{accounts}/default/token", {"spec": {"expirationSeconds": 600}})
    assert made.code == 201, made.body
    token = made.json["status"]["token"]
    account = Kube(f"/k8s/{run['id']}", token)
    who = await account.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {})
    assert who.json["status"]["userInfo"]["username"] == "system:serviceaccount:default:default"
    refused = await account.get(PODS)
    assert refused.code == 403
    assert refused.json["message"] == (
        'pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" '
        'in the namespace "default"'
    )
    # The model's own token, which follows from the public seed, and that of another run open nothing.
    assert (await Kube(f"/k8s/{run['id']}", token[:-43]).get(PODS)).code == 401
    assert (await Kube(f"/k8s/{(await api.run())['id']}", token).get(PODS)).code == 401
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    reviewed = await admin.ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review)
    assert reviewed.json["status"]["authenticated"]
    assert reviewed.json["spec"]["token"] == token
    review["spec"] = {"token": token[:-43]}
    reviewed = await admin.ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review)
    assert not reviewed.json["status"].get("authenticated")
    # Over the address that is a secret a token says who one is, too.
    both = Kube(admin.prefix, token)
    assert (await both.get(PODS)).code == 403
    # It ends with virtual time, and with its account.
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "601s"})
    assert (await account.get(PODS)).code == 401


async def test_paths_that_are_no_resources_are_authorized(api: Api) -> None:
    admin = await kube(api, (await api.run())["id"])
    as_nobody = {"impersonate_user": "jane", "impersonate_group": "nobody"}
    assert (await admin.get("/livez", **as_nobody)).code == 200
    refused = await admin.get("/apis", **as_nobody)
    assert refused.code == 403
    assert refused.json["message"] == 'forbidden: User "jane" cannot get path "/apis"'


async def test_everybody_may_read_the_version(api: Api) -> None:
    for path in ("/version", "/version/"):
        answer = await Kube("/k8s/nothing").get(path)
        assert answer.code == 200
        assert answer.json["gitVersion"].startswith("v1.33.")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/apis/apps/v9/deployments", 404),
        ("GET", "/apis/nothing/v1", 404),
        ("GET", "/openapi/v2", 404),
        ("GET", "/openapi/v3/apis/nothing/v1", 404),
        ("GET", f"{PODS}/a/nothing", 404),
        ("GET", f"{PODS}/a/status/more", 404),
        ("GET", "/api/v1/namespaces/default/nodes", 404),
        ("PUT", PODS, 405),
        ("PATCH", PODS, 405),
        ("POST", f"{PODS}/a", 405),
        ("OPTIONS", PODS, 405),
        ("HEAD", PODS, 405),
        ("POST", "/api/v1/pods", 405),
        ("GET", f"{PODS}/a/eviction", 405),
        ("POST", "/version", 200),
        ("POST", "/apis", 405),
        ("GET", "/apis/authentication.k8s.io/v1/tokenreviews", 405),
    ],
)
async def test_paths_that_lead_nowhere(api: Api, method: str, path: str, code: int) -> None:
    client = await kube(api, (await api.run())["id"])
    answer = await client.ask(method, path)
    assert answer.code == code, answer.body
    if code != 200 and method != "HEAD":
        assert answer.json["kind"] == "Status"
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "path", ["/api/", "/apis/", "/api/v1/", "/apis/apps/", "/apis/apps/v1/", "/readyz", "/livez/", "/"]
)
async def test_trailing_slashes_are_no_matter(api: Api, path: str) -> None:
    client = await kube(api, (await api.run())["id"])
    assert (await client.get(path)).code == 200


async def test_a_name_with_a_slash_is_one_name(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    answer = await client.get(f"{PODS}/a%2Fb")
    assert answer.json["message"] == 'pods "a/b" not found'


async def test_bodies_that_are_none(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    maps = "/api/v1/namespaces/default/configmaps"
    answer = await client.ask("POST", maps, b"{", content_type="application/json")
    assert answer.code == 400
    assert "the object provided is unrecognized (must be of type ConfigMap)" in answer.json["message"]
    answer = await client.ask("POST", maps, b"<a/>", content_type="text/xml")
    assert answer.code == 415
    assert "accepted media types include: application/json" in answer.json["message"]
    answer = await client.ask("POST", maps, b"x" * (BODY_MAX + 1))
    assert (answer.code, answer.json["reason"]) == (413, "RequestEntityTooLarge")
    answer = await client.ask("POST", maps, b"{}", content_encoding="gzip")
    assert answer.code == 415
    twice = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}'
    answer = await client.ask("POST", f"{maps}?fieldValidation=Strict", twice)
    assert answer.code == 400
    assert 'duplicate field "data.x"' in answer.json["message"]
    # Without Content-Type a body is JSON; YAML is taken too.
    written = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
    assert (await client.ask("POST", maps, written, content_type="application/yaml")).code == 201


async def test_options_that_are_none(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    maps = "/api/v1/namespaces/default/configmaps"
    answer = await client.ask("POST", f"{maps}?dryRun=Some", config_map("a"))
    assert answer.code == 422
    assert "dryRun: Unsupported value" in answer.json["message"]
    answer = await client.ask("POST", f"{maps}?fieldManager={'x' * 200}", config_map("a"))
    assert "fieldManager: Too long" in answer.json["message"]
    answer = await client.get(f"{maps}?limit=x")
    assert answer.json["message"] == 'strconv.ParseInt: parsing "x": invalid syntax'
    dry = await client.ask("POST", f"{maps}?dryRun=All", config_map("dry"))
    assert dry.code == 201
    assert (await client.get(f"{maps}/dry")).code == 404


async def test_the_simulated_api_server_is_down(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    await api.post(f"runs/{run['id']}/commands/", {"kind": "fault", "fault": "apiserver-down"})
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "100ms"})
    for path in (PODS, "/apis", "/openapi/v3"):
        answer = await client.get(path)
        assert (answer.code, answer.json["reason"]) == (503, "ServiceUnavailable")
    assert (await client.get("/readyz")).code == 500
    live = await runs.find(run["id"])
    before = len(live.cluster.commands)
    answer = await client.ask("POST", "/api/v1/namespaces/default/configmaps", config_map("a"))
    assert answer.code == 503
    assert len(live.cluster.commands) == before


async def test_too_many_requests(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    live = await runs.find(run["id"])
    live.clients.bucket._left = 1
    live.clients.bucket._rate = 0.001
    assert (await client.get(PODS)).code == 200
    answer = await client.get(PODS)
    assert answer.code == 429
    assert int(answer.headers["retry-after"]) == answer.json["details"]["retryAfterSeconds"] > 0


async def test_a_run_that_is_full_says_so(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    live = await runs.find(run["id"])
    live.cluster.trace._entries_max = len(live.cluster.trace.entries)
    answer = await client.ask("POST", "/api/v1/namespaces/default/configmaps", config_map("a"))
    assert answer.code == 429, answer.body
    assert "retry-after" not in answer.headers


async def test_a_write_in_the_past_forks(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    maps = "/api/v1/namespaces/default/configmaps"
    await client.ask("POST", maps, config_map("first"))
    await api.post(f"runs/{run['id']}/clock/", {"action": "seek", "event": 0})
    assert (await client.get(f"{maps}/first")).code == 404
    assert (await client.ask("POST", maps, config_map("second"))).code == 201
    live = await runs.find(run["id"])
    assert live.branch != "main"
    assert (await client.get(f"{maps}/first")).code == 404


async def test_a_write_survives_the_server(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    maps = "/api/v1/namespaces/default/configmaps"
    made = await client.ask("POST", maps, config_map("a"))
    runs.forget_all()
    assert (await client.get(f"{maps}/a")).json == made.json


async def test_writes_that_were_answered_survive_a_kill_before_the_head_was_saved(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    maps = "/api/v1/namespaces/default/configmaps"
    monkeypatch.setattr("explorer.upkeep.SAVE_EVERY_S", 3600)
    made = [await client.ask("POST", maps, config_map(f"m-{number}")) for number in range(3)]
    live = await runs.find(run["id"])
    assert live.unsaved
    before = live.cluster.number, live.cluster.now, live.cluster.state_hash()
    runs.forget_all()
    again = await runs.find(run["id"])
    assert (again.cluster.number, again.cluster.now, again.cluster.state_hash()) == before
    assert again.notice is not None and again.notice.id == "notice.restored"
    assert (await client.get(f"{maps}/m-2")).json == made[2].json


async def test_requests_are_visible_without_secrets(api: Api) -> None:
    run = await api.run()
    client = await kube(api, run["id"])
    await client.get(f"{PODS}?limit=5", user_agent="kubectl/v1.33\x1b[31m")
    await client.ask("POST", "/api/v1/namespaces/default/configmaps", config_map("a"), impersonate_user="jane")
    seen = (await api.get(f"runs/{run['id']}/requests/")).json()
    assert [(item["verb"], item["resource"], item["user"], item["code"]) for item in seen["items"]] == [
        ("list", "pods", "kubernetes-admin", 200),
        ("create", "configmaps", "jane", seen["items"][1]["code"]),
    ]
    assert seen["items"][0]["path"] == f"{PODS}?limit=5"
    assert seen["items"][0]["command"] is None
    assert seen["items"][1]["command"] == 0
    assert "\x1b" not in json.dumps(seen)
    assert client.prefix.rpartition("/")[2] not in json.dumps(seen)


async def test_addresses_that_are_too_long(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    assert (await client.get("/" + "a" * 20_000)).code == 414
    assert (await client.get(f"{PODS}?labelSelector=" + "a" * 20_000)).code == 414
    assert (await client.get(f"{PODS}?" + "a=b&" * 2_000)).code == 400


async def test_other_paths_are_not_its_own() -> None:
    assert raw_path({"path": "/k8s/a b", "raw_path": None}) == b"/k8s/a%20b"
    assert raw_path({"path": "/x", "raw_path": b"/x%2F?y"}) == b"/x%2F"
    assert (await Kube("/k8s").get("")).code in (401, 404)
