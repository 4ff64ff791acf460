"""Every kind, whatever fits its types: defaults come to rest, validation only ever finds causes, what was accepted may stay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.errors import invalid
from cluster_core.api.kinds import KINDS
from cluster_core.api.kinds.kind import Kind, validate_metadata
from cluster_core.api.schema import DecodeError, decode
from tests.properties.seeds import SEEDS
from tests.properties.test_api_fuzz import objects, spoilt

STORED = [kind for kind in KINDS if kind.stored and kind.group != "events.k8s.io"]


def check(kind: Kind, body: Any) -> None:
    """What the API server does with a new object and with an update that changes nothing, at once."""
    try:
        found, _ = decode(kind.struct, body)
    except DecodeError:
        return
    meta = {"name": "x", "uid": "u"} | ({"namespace": "default"} if kind.namespaced else {})
    found = {**found, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta}
    obj = kind.defaults(found)
    assert kind.defaults(obj) == obj, "defaults of defaults"
    obj = kind.prepare_create(kind.fill_in(obj))
    causes = validate_metadata(kind, obj) + kind.validate_create(obj) + kind.validate(obj)
    status = {**obj, "status": found.get("status", {})}
    causes += kind.validate_status_update(kind.prepare_status_update(status, obj), obj)
    if causes:
        assert invalid(kind.kind, kind.group, "x", causes).status()["message"]
        return
    # A Job without labels gets those of its template when it is read again, which then has some.
    obj = kind.defaults(obj)
    kept = kind.prepare_update(kind.defaults(obj), obj)
    assert kept == obj, "an update that changes nothing"
    assert kind.validate(kept) + kind.validate_update(kept, obj) == []
    assert kind.selectable_fields(obj)["metadata.name"] == "x"


def bodies(kind: Kind) -> st.SearchStrategy[Any]:
    """Objects with some fields of their type; good ones with one part spoilt."""
    good = SEEDS[kind.kind]
    return st.one_of(objects(kind.struct), spoilt(good), st.just(good))


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.resource)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_object(kind: Kind, data: st.DataObject) -> None:
    check(kind, data.draw(bodies(kind)))


@pytest.mark.slow
@settings(max_examples=3000, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_many_objects(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(STORED))
    check(kind, data.draw(bodies(kind)))
