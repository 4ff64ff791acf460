"""Shapes: what is left of an object when chance and machines are taken away."""

from __future__ import annotations

from explorer.reference.naming import Names
from explorer.reference.shapes import endpoints_summary, fields, shape, slice_summary


def test_what_is_drawn_and_what_a_machine_knows_is_left_out() -> None:
    pod = {
        "metadata": {"name": "a", "uid": "1", "creationTimestamp": "2026", "annotations": {"sim.orrery/run-seconds": "3", "kubectl.kubernetes.io/x": "y"}},
        "spec": {"volumes": [{"name": "t", "projected": {"sources": [{"configMap": {"name": "openshift-service-ca.crt"}}, {"downwardAPI": {}}]}}]},
        "status": {"podIP": "10.0.0.1", "startTime": "2026-11-23T11:04:06Z", "containerStatuses": [{"name": "c", "imageID": "x", "ready": True}]},
    }  # fmt: skip
    found = fields(shape(Names(), pod, "Pod"))
    assert found == {
        "metadata.annotations.ref/run-seconds": "3",
        "spec.volumes[t].name": "t",
        "status.containerStatuses[c].name": "c",
        "status.containerStatuses[c].ready": True,
        "status.startTime": "<time>",
    }


def test_endpoints_are_counts() -> None:
    rows = [
        {"addresses": ["10.0.0.1"], "conditions": {"ready": True, "serving": True}},
        {"conditions": {"terminating": True}},
    ]
    assert slice_summary({"endpoints": rows})["status"] == {"endpoints": 2, "ready": 1, "serving": 1, "terminating": 1}
    subsets = [{"addresses": [{"ip": "1"}], "notReadyAddresses": [{"ip": "2"}, {"ip": "3"}], "ports": [{"port": 80}]}]
    found = endpoints_summary({"subsets": subsets})
    assert (found["status"], found["ports"]) == ({"ready": 1, "notReady": 2}, [[{"port": 80}]])
