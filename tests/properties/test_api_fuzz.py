"""Whatever a client sends, the API server answers with an object or a Status 4xx; nothing raises, nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.kinds import KINDS
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.schema import fields_of
from tests.core.apiserver.plane import Plane, deployment, pod
from tests.properties.seeds import SEEDS, seed

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "a", "web", "None", "-", "A_b", "10.96.0.1", "50%", "100m", "1Gi", "80", "Always", "é", "x" * 300]
    ),
    st.text(max_size=8),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)
# The kinds that have a seed: all but component statuses, which cannot be written at all.
KNOWN = [kind for kind in KINDS if kind.kind in SEEDS]
GOOD = {
    "string": st.sampled_from(
        ["a", "web", "tcp", "x-y", "10.96.3.4", "None", "Always", "ClusterIP", "In", "NoExecute"]
    ),
    "int32": st.sampled_from([0, 1, 2, 80, 443, 65536, -1]),
    "int64": st.sampled_from([0, 1, 30, -5]),
    "bool": st.booleans(),
    "quantity": st.sampled_from(["100m", "1Gi", "0", "-1", 2, 0.5]),
    "int-or-string": st.sampled_from([80, "http", "25%", 0, -1, 70000]),
    "time": st.sampled_from(["2025-01-01T00:00:00Z"]),
    "micro-time": st.sampled_from(["2025-01-01T00:00:00.000000Z"]),
    "bytes": st.sampled_from(["YQ==", ""]),
    "any": JSON,
}


@st.composite
def objects(draw: st.DrawFn, struct: str, depth: int = 0) -> dict[str, Any]:
    """An object with some of the fields of its type, now and then with a value that does not fit."""
    known = fields_of(struct)
    known = {name: field for name, field in known.items() if depth or name not in ("apiVersion", "kind", "metadata")}
    wanted = [name for name in known if known[name].required or draw(st.integers(0, 2 + 2 * depth)) == 0]
    found = {name: draw(values(known[name].type, depth)) for name in wanted}
    if draw(st.integers(0, 9)) == 0:
        found[draw(st.sampled_from([*known, "nonsense"]))] = draw(JSON)
    return found


@st.composite
def values(draw: st.DrawFn, kind: str, depth: int) -> Any:
    """A value of a type of the table."""
    if draw(st.integers(0, 60)) == 0:
        return draw(JSON)
    if kind.startswith("[]"):
        return [draw(values(kind[2:], depth)) for _ in range(draw(st.integers(0, 2)))]
    if kind.startswith("{}"):
        keys = draw(st.lists(st.sampled_from(["a", "app", "cpu", "memory", "storage", "bad key", "x/y"]), max_size=2))
        return {key: draw(values(kind[2:], depth)) for key in keys}
    if kind.startswith("@"):
        return draw(objects(kind[1:], depth + 1)) if depth < 6 else {}
    return draw(GOOD[kind])


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """A good value with one part replaced, removed or added somewhere inside."""
    if isinstance(value, dict) and value and draw(st.integers(0, 7)):
        name = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 9)) == 0:
            return {key: part for key, part in value.items() if key != name}
        return {**value, name: draw(spoilt(value[name]))}
    if isinstance(value, list) and value and draw(st.integers(0, 7)):
        place = draw(st.integers(0, len(value) - 1))
        twice = draw(st.integers(0, 9)) == 0
        return [*value[:place], draw(spoilt(value[place])), *value[place + (0 if twice else 1) :]]
    return draw(
        st.one_of(JSON, st.sampled_from(["a", "A_b", 0, 1, -1, 70000, "50%", "-5", [], {}, None, [{}], {"a": 1}]))
    )


def acceptable(code: int, body: Any) -> None:
    """A success, or a Status that says what is wrong; all of it plain JSON."""
    assert code < 300 or 400 <= code < 500, body
    if code >= 400:
        assert body["kind"] == "Status"
        assert body["code"] == code
        assert body["message"]
    json.dumps(body).encode()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_json_as_a_new_object(data: st.DataObject) -> None:
    create_and_change(data)


@pytest.mark.slow
@settings(max_examples=600, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_much_json_as_a_new_object(data: st.DataObject) -> None:
    create_and_change(data)


def create_and_change(data: st.DataObject) -> None:
    """Create something of some kind; if that was accepted, change and delete it."""
    plane = Plane()
    kind = data.draw(st.sampled_from(KNOWN), label="kind")
    good = seed(kind.kind)
    named = objects(kind.kind).map(lambda obj: {**obj, "metadata": {"name": good["metadata"]["name"]}})
    bodies = st.one_of(JSON, named, spoilt(good), spoilt(good), st.just(good))
    body = data.draw(bodies, label="body")
    options = {"field_validation": data.draw(st.sampled_from(["Strict", "Ignore", ""]))}
    response = plane.ask("create", kind.resource, namespace="default", body=body, options=options)
    acceptable(response.code, response.body)
    if not response.ok or not kind.stored:
        return
    name = response.body["metadata"]["name"]
    again = data.draw(st.one_of(bodies, spoilt(response.body)), label="update")
    for verb, subresource in (("update", ""), ("patch", ""), ("update", "status"), *changes(kind), ("delete", "")):
        if verb == "patch" and data.draw(st.booleans()):
            again = [{"op": "replace", "path": "/spec", "value": again}]
        options = {"patch_type": data.draw(st.sampled_from(["merge", "strategic", "strategic", "json", "apply"]))}
        where = {"namespace": "default", "name": name, "subresource": subresource}
        response = plane.ask(verb, kind.resource, body=again, options=options, **where)
        acceptable(response.code, response.body)


def changes(kind: Kind) -> list[tuple[str, str]]:
    """Verbs of the subresources of a kind, whether or not it has them all."""
    return [
        (verb, one.name) for one in kind.subresources for verb in ("create", "update", "patch") if one.name != "status"
    ] or [("patch", "scale")]


@pytest.mark.parametrize("kind", KNOWN, ids=lambda kind: kind.kind)
def test_every_seed_is_good(kind: Kind) -> None:
    """What is spoilt was good before."""
    answer = Plane().ask("create", kind.resource, namespace="default", body=seed(kind.kind))
    assert answer.ok or kind.group == "events.k8s.io" or answer.body["message"] == 'pods "x" not found', answer.body


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(patch=JSON, kind=st.sampled_from(["merge", "strategic"]), about=st.sampled_from(["deployments", "pods"]))
def test_any_json_as_a_patch(patch: Any, kind: str, about: str) -> None:
    plane = Plane()
    plane.made(about, deployment() if about == "deployments" else pod())
    for body in (patch, {"spec": patch}, {"metadata": patch}, {"spec": {"template": patch, "containers": [patch]}}):
        response = plane.ask("patch", about, namespace="default", name="web", body=body, options={"patch_type": kind})
        acceptable(response.code, response.body)
    assert plane.get(about, "web") is not None


OPERATIONS = st.fixed_dictionaries(
    {},
    optional={
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "nonsense", 3]),
        "path": st.sampled_from(
            ["", "/", "/spec", "/spec/replicas", "/metadata/labels/a~1b", "/spec/-", "no", 5, "/kind"]
        ),
        "from": st.sampled_from(["", "/spec", "/spec/template", "/metadata", "/nope", None]),
        "value": JSON,
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(patch=st.one_of(JSON, st.lists(st.one_of(OPERATIONS, JSON), max_size=4)))
def test_any_json_as_a_json_patch(patch: Any) -> None:
    plane = Plane()
    plane.made("deployments", deployment())
    options = {"patch_type": "json"}
    response = plane.ask("patch", "deployments", namespace="default", name="web", body=patch, options=options)
    acceptable(response.code, response.body)


TEXTS = st.one_of(st.text(max_size=30), st.text(alphabet="ab=!(),in <>.-/ ", max_size=20))


@settings(max_examples=50, deadline=None)
@given(
    labels=TEXTS,
    fields=TEXTS,
    revision=st.one_of(st.text(max_size=5), st.integers(-5, 99)),
    resource=st.text(max_size=5),
)
def test_any_text_as_a_selector(labels: str, fields: str, revision: Any, resource: str) -> None:
    plane = Plane()
    for options in ({"label_selector": labels}, {"field_selector": fields}, {"resource_version": revision}):
        for verb in ("list", "watch", "deletecollection"):
            response = plane.ask(verb, "configmaps", namespace="default", options=options)
            assert response.code < 500 or response.reason == "Timeout", response.body
    acceptable(*(lambda answer: (answer.code, answer.body))(plane.ask("list", resource)))
