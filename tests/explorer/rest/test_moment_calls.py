"""Objects, events and why over REST."""

from __future__ import annotations

from typing import Any

import pytest

from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def ready_run(api: Api) -> str:
    run = await api.run(scenario="first-deployment")
    await api.post(f"runs/{run['id']}/clock/", {"action": "advance", "by": "20s"})
    return f"runs/{run['id']}/"


async def test_objects_are_kubernetes_objects(api: Api) -> None:
    base = await ready_run(api)
    pods = (await api.get(f"{base}objects/?kind=pods&namespace=default")).json()["items"]
    assert len(pods) == 3
    assert {pod["kind"] for pod in pods} == {"Pod"}
    one = (await api.get(f"{base}objects/?kind=po&namespace=default&name={pods[0]['metadata']['name']}")).json()
    assert one["items"] == pods[:1]
    unknown = await api.get(f"{base}objects/?kind=widgets")
    assert unknown.status_code == 400
    assert "widgets" in unknown.json()["error"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500])
async def test_pages_of_events_lose_and_double_nothing(api: Api, limit: int) -> None:
    base = await ready_run(api)
    everything = (await api.get(f"{base}events/?limit=500")).json()
    assert everything["next"] is None
    numbers = [item["number"] for item in everything["items"]]
    assert len(set(numbers)) < len(numbers), "several entries share an event number"
    collected: list[dict[str, Any]] = []
    since: int | None = 0
    while since is not None:
        page = (await api.get(f"{base}events/?since={since}&limit={limit}")).json()
        collected += page["items"]
        since = page["next"]
    assert collected == everything["items"]


async def test_in_the_past_the_recorded_future_is_told_apart(api: Api) -> None:
    base = await ready_run(api)
    before = (await api.get(f"{base}events/")).json()
    await api.post(f"{base}clock/", {"action": "seek", "event": 200})
    after = (await api.get(f"{base}events/")).json()
    assert after["items"] == before["items"]
    assert (after["event"], after["head"]) == (200, before["head"])


async def test_the_density_counts_every_entry_and_marks_commands(api: Api) -> None:
    base = await ready_run(api)
    everything = (await api.get(f"{base}events/?limit=500")).json()["items"]
    answer = (await api.get(f"{base}events/density/?bins=20&lang=zh-Hans")).json()
    assert (answer["span"], answer["entries"]) == (20_000_000, len(everything))
    assert len(answer["counts"]) == 20 and sum(answer["counts"]) == len(everything)
    assert [mark["id"] for mark in answer["marks"]] == ["command.given"]
    assert answer["marks"][0]["text"].startswith("你")


async def test_why_walks_back_to_the_users_command(api: Api) -> None:
    base = await ready_run(api)
    pod = (await api.get(f"{base}objects/?kind=pods&namespace=default")).json()["items"][0]["metadata"]["name"]
    english = (await api.get(f"{base}why/?object=pod/default/{pod}&lang=en")).json()
    chinese = (await api.get(f"{base}why/?object=pod/default/{pod}", Accept_Language="zh-CN,zh;q=0.9")).json()
    assert english["chain"][0]["id"] == "command.given"
    numbers = [entry["number"] for entry in english["chain"]]
    assert numbers == sorted(numbers)
    assert all(entry["cause"] < entry["number"] for entry in english["chain"])
    assert [entry["id"] for entry in english["chain"]] == [entry["id"] for entry in chinese["chain"]]
    assert english["chain"][0]["text"] != chinese["chain"][0]["text"]
    nothing = await api.get(f"{base}why/?object=pod/default/no-such")
    assert nothing.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["events/?since=-1", "events/density/?bins=-2", "events/?since=x", "events/?limit=1e9", "why/?event=99999999"],
)
async def test_numbers_that_are_none_are_refused(api: Api, query: str) -> None:
    base = await ready_run(api)
    answer = await api.get(base + query)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]


async def test_a_packet_walks_from_a_pod_to_a_service(api: Api) -> None:
    base = await ready_run(api)
    pods = (await api.get(f"{base}objects/?kind=pods&namespace=default")).json()["items"]
    before = (await api.get(base)).json()["state_hash"]
    asked = {"from": f"pod/default/{pods[0]['metadata']['name']}", "to": "10.96.0.10", "protocol": "udp", "port": 53}
    journey = (await api.post(f"{base}packets/", asked)).json()
    assert journey["result"] == "delivered", journey["reason"]
    assert any(hop["chain"].startswith("nat KUBE-SEP-") for hop in journey["request"])
    assert (await api.post(f"{base}packets/", asked)).json() == journey, "the same probe at the same moment"
    assert (await api.get(base)).json()["state_hash"] == before, "a probe changes nothing"
    unknown = await api.post(f"{base}packets/", asked | {"from": "pod/default/nobody"})
    assert unknown.status_code == 400
    assert "nobody" in unknown.json()["error"]


async def test_what_is_programmed_in_a_node(api: Api) -> None:
    base = await ready_run(api)
    network = (await api.get(f"{base}network/?node=node-1")).json()
    assert {"eth0", "flannel.1", "cni0"} <= {one["name"] for one in network["interfaces"]}
    assert '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES' in network["iptables"]
    assert (await api.get(f"{base}network/?node=node-99")).status_code == 404


async def test_usage_over_time(api: Api) -> None:
    base = await ready_run(api)
    found = (await api.get(f"{base}usage/?namespace=kube-system&points=5&begin=0")).json()
    assert any(row["kind"] == "pod" and row["name"].startswith("metrics-server-") for row in found["rows"])
    assert all(len(row["points"]) in (5, 6) for row in found["rows"])
    node = (await api.get(f"{base}usage/?node=node-1")).json()["rows"][0]
    assert node["points"][-1][1] > 35_000_000
    assert (await api.get(f"{base}usage/?node=node-99")).status_code == 404
    assert (await api.get(f"{base}usage/?begin=x")).status_code == 400


async def test_when_a_pod_was_an_endpoint(api: Api) -> None:
    base = await ready_run(api)
    pods = (await api.get(f"{base}objects/?kind=pods&namespace=kube-system")).json()["items"]
    dns = next(pod["metadata"]["name"] for pod in pods if pod["metadata"]["name"].startswith("coredns-"))
    spans = (await api.get(f"{base}traffic/?namespace=kube-system&pod={dns}")).json()["spans"]
    assert (spans[-1]["service"], spans[-1]["state"], spans[-1]["to"]) == ("kube-dns", "ready", None)
    assert (await api.get(f"{base}traffic/?pod=nobody")).json() == {"spans": []}


async def test_a_load_is_set(api: Api) -> None:
    base = await ready_run(api)
    answer = await api.post(f"{base}commands/", {"kind": "load", "selector": {"app": "web"}, "millicores": 500})
    assert answer.json()["results"][0]["message"] == "app=web"
    refused = await api.post(f"{base}commands/", {"kind": "load", "millicores": 500})
    assert refused.status_code == 400
