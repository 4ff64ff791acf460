"""Every verb, kind, subresource and option; pages against whole lists, taps against watches and lists, while others write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.kinds import KINDS
from cluster_core.api.request import Obj, Request, Response
from cluster_core.apiserver.tap import Tap
from tests.core.apiserver.plane import Plane
from tests.properties.seeds import META, SEEDS
from tests.properties.test_api_fuzz import JSON, OPERATIONS, objects, spoilt

VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "connect", "")
SUBRESOURCES = (
    "",
    "",
    "",
    "status",
    "scale",
    "binding",
    "eviction",
    "ephemeralcontainers",
    "resize",
    "token",
    "approval",
    "finalize",
    "log",
    "nonsense",
)
NUMBERS = st.one_of(st.none(), st.integers(-3, 40), st.sampled_from(["", "0", "3", "-1", "x", "9" * 40, "1.5", "１"]))
FLAGS = st.sampled_from([None, True, False, "true", "false", "1", "0", "True", "", "maybe"])
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "resource_version": NUMBERS,
        "resource_version_match": st.sampled_from(["", "Exact", "NotOlderThan", "x"]),
        "limit": NUMBERS,
        "continue": st.one_of(
            st.text(max_size=8),
            st.sampled_from(["", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiJhXHUwMDAwIn0"]),
        ),
        "send_initial_events": FLAGS,
        "allow_bookmarks": FLAGS,
        "label_selector": st.sampled_from(["", "app=x", "app in (x,y)", "!a", "a b"]),
        "field_selector": st.sampled_from(
            ["", "metadata.name=x", "metadata.name!=x", "spec.nodeName=a", "nope=1", "x"]
        ),
        "field_validation": st.sampled_from(["", "Strict", "Warn", "Ignore", "Loose"]),
        "field_manager": st.sampled_from(["", "me", "x" * 200, "a\nb"]),
        "force": FLAGS,
        "dry_run": st.sampled_from([None, True, "All", ["All"], ["No"], []]),
        "patch_type": st.sampled_from(["merge", "strategic", "json", "apply", "x"]),
        "grace_period": NUMBERS,
        "propagation_policy": st.sampled_from([None, "", "Orphan", "Foreground", "Background", "x"]),
        "orphan_dependents": FLAGS,
        "preconditions": st.sampled_from([None, {}, {"uid": "u"}, {"resourceVersion": "1"}, [], "x"]),
        "duplicate_fields": st.sampled_from([[], ["spec.a"]]),
    },
)


def acceptable(response: Response, resource: str) -> None:
    """A success, a Status that says what is wrong with the request, or a revision of the future; all of it plain JSON.

    Metrics are another program's, and here there is none."""
    code, body = response.code, response.body
    known = [(504, "Timeout")] + ([(503, "ServiceUnavailable")] if resource.endswith(".metrics.k8s.io") else [])
    assert code < 300 or 400 <= code < 500 or (code, response.reason) in known, body
    if code >= 400:
        assert (body["kind"], body["code"], bool(body["message"])) == ("Status", code, True)
    assert all(isinstance(text, str) for text in response.warnings)
    json.dumps(body).encode()


def ask_anything(data: st.DataObject) -> None:
    """One object of some kind, and some requests about it."""
    plane = Plane()
    kind = data.draw(st.sampled_from(KINDS), label="kind")
    seed = {"metadata": META, **SEEDS.get(kind.kind, {})}
    plane.ask("create", kind.resource, namespace="default", body=seed)
    bodies = st.one_of(
        st.none(),
        JSON,
        objects(kind.struct).map(lambda obj: {**obj, "metadata": {"name": "x"}}),
        spoilt(seed),
        st.just(seed),
        st.lists(OPERATIONS, max_size=3),
        st.just({"metadata": {"name": "x"}}),
    )
    for _ in range(4):
        verb = data.draw(st.sampled_from(VERBS), label="verb")
        fields: dict[str, Any] = {
            "namespace": data.draw(st.sampled_from(["default", "default", "other", "", "nope"])),
            "name": ""
            if verb in ("create", "list", "watch", "deletecollection")
            else data.draw(st.sampled_from(["x", "x", "y", ""])),
            "subresource": data.draw(st.sampled_from(SUBRESOURCES), label="subresource"),
            "version": data.draw(st.sampled_from(["", *kind.served_versions, "v9"])),
            "body": data.draw(bodies, label="body"),
            "options": data.draw(OPTIONS, label="options"),
        }
        if fields["subresource"] and verb == "create":
            fields["name"] = "x"
        resource = data.draw(st.sampled_from([kind.resource, kind.resource, kind.resource, "gadgets"]))
        before = (plane.sim.digest, plane.server.cache.revision)
        out_of_band = Request(0, "", "kubernetes-admin", verb, resource, groups=("system:masters",), **fields)
        acceptable(plane.server.read(out_of_band), resource)
        assert (plane.sim.digest, plane.server.cache.revision) == before, "reading out of band has changed something"
        acceptable(plane.ask(verb, resource, **fields), resource)
    plane.settle(1)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_request(data: st.DataObject) -> None:
    ask_anything(data)


@pytest.mark.slow
@settings(max_examples=800, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_many_requests(data: st.DataObject) -> None:
    ask_anything(data)


NAMES = st.sampled_from(["a", "b", "c", "d", "a-b", "a.b"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "label", "delete"]),
        NAMES,
        st.sampled_from(["x", "y"]),
        st.sampled_from(["default", "other"]),
    ),
    max_size=12,
)


def carry_out(plane: Plane, step: tuple[str, str, str, str]) -> None:
    """One write of a ConfigMap; whether it is refused does not matter."""
    how, name, tier, namespace = step
    body = {"metadata": {"name": name, "labels": {"tier": tier}}}
    if how == "put":
        plane.ask("create", "configmaps", namespace=namespace, body=body)
    elif how == "label":
        plane.ask("patch", "configmaps", namespace=namespace, name=name, body=body, options={"patch_type": "merge"})
    else:
        plane.ask("delete", "configmaps", namespace=namespace, name=name)


def listed(plane: Plane, namespace: str, **options: Any) -> Response:
    return plane.server.read(
        Request(0, "", "jane", "list", "configmaps", namespace, options=options, groups=("system:masters",))
    )


def state(objs: list[Obj]) -> dict[str, str]:
    return {
        f"{obj['metadata']['namespace']}/{obj['metadata']['name']}": obj["metadata"]["resourceVersion"] for obj in objs
    }


@settings(max_examples=40, deadline=None)
@given(before=STEPS, between=STEPS, limit=st.integers(1, 4), namespace=st.sampled_from(["", "default"]))
def test_pages_are_the_list_of_one_moment_whatever_is_written_between_them(
    before: list[Any], between: list[Any], limit: int, namespace: str
) -> None:
    plane = Plane()
    for step in before:
        carry_out(plane, step)
    whole = listed(plane, namespace).body
    page = listed(plane, namespace, limit=limit).body
    found = list(page["items"])
    while token := page["metadata"].get("continue"):
        if between:
            carry_out(plane, between.pop())
        page = listed(plane, namespace, limit=limit, **{"continue": token}).body
        assert page["metadata"]["resourceVersion"] == whole["metadata"]["resourceVersion"]
        found += page["items"]
    assert found == whole["items"]
    again = listed(
        plane, namespace, resource_version=whole["metadata"]["resourceVersion"], resource_version_match="Exact"
    )
    assert again.body["items"] == whole["items"]


@settings(max_examples=40, deadline=None)
@given(
    before=STEPS,
    after=STEPS,
    selector=st.sampled_from(["", "tier=x", "tier!=x"]),
    namespace=st.sampled_from(["", "default"]),
    polls=st.integers(1, 3),
)
def test_a_tap_tells_what_a_watch_tells_and_what_lists_differ_by(
    before: list[Any], after: list[Any], selector: str, namespace: str, polls: int
) -> None:
    plane = Plane()
    for step in before:
        carry_out(plane, step)
    first = listed(plane, namespace, label_selector=selector).body
    options = {"resource_version": first["metadata"]["resourceVersion"], "label_selector": selector}
    request = Request(0, "", "jane", "watch", "configmaps", namespace, options=options, groups=("system:masters",))
    tap = Tap(lambda: plane.server, request)
    number = plane.client.ask("watch", "configmaps", namespace=namespace, options=options)
    told: list[tuple[str, Obj]] = []
    for place, step in enumerate(after):
        carry_out(plane, step)
        if place % polls == 0:
            told += tap.poll()
    told += tap.poll()
    plane.settle(1)
    shown = [(kind, state([obj])) for kind, obj in told]
    assert shown == [(kind, state([obj])) for kind, obj in plane.client.events.get(number, [])]
    known = state(first["items"])
    for kind, obj in told:
        (entry,) = state([obj]).items()
        assert (entry[0] in known) == (kind != "ADDED")
        if kind == "DELETED":
            del known[entry[0]]
        else:
            known[entry[0]] = entry[1]
    assert known == state(listed(plane, namespace, label_selector=selector).body["items"])
