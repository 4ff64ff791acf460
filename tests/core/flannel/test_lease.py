"""Subnet leases as annotations of Nodes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster_core.flannel.lease import lease_annotations, lease_of


def node(**notes: str) -> dict[str, Any]:
    return {"metadata": {"name": "n", "annotations": notes}, "spec": {"podCIDR": "10.244.7.0/24"}}


def test_a_lease_reads_as_it_was_written() -> None:
    notes = lease_annotations("192.168.66.17", "0e:00:00:00:00:07")
    assert json.loads(notes["flannel.alpha.coreos.com/backend-data"])["VNI"] == 1
    lease = lease_of(node(**notes))
    assert lease is not None
    assert (lease.subnet, lease.vtep, lease.vtep_mac) == ("10.244.7.0/24", "10.244.7.0", "0e:00:00:00:00:07")


@pytest.mark.parametrize("data", ["", "{", "[]", '{"VNI": 1}'])
def test_annotations_that_cannot_be_read_are_no_lease(data: str) -> None:
    notes = lease_annotations("192.168.66.17", "x") | {"flannel.alpha.coreos.com/backend-data": data}
    assert lease_of(node(**notes)) is None
    assert lease_of(node()) is None
