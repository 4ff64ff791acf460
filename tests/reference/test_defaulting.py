"""What the API server makes of a manifest, field by field beside what a real one of 1.36.2 stored.

Each manifest that a recording applied is created by the simulator's API server; the stored object must be the recorded one but
for what differs from run to run (uids, times, addresses that are drawn).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from cluster_core.api.kinds import KINDS
from tests.core.apiserver.plane import Plane
from tests.reference.recording import recorded, recording

RECORDINGS = (
    "01-deploy-scale",
    "02-rolling-25-25",
    "03-rollback",
    "04-pause-resume",
    "05-statefulset",
    "06-daemonset",
    "07-job",
    "08-cronjob",
    "09-node-failure",
    "10-sched-spread",
    "11-sched-constraints",
    "12-preemption",
    "13-hpa",
    "14-endpoints",
    "15-quota-limits",
    "18-pod-lifecycle",
)
SERVED = {kind.kind: kind for kind in KINDS}
# The recorder drops the annotation that kubectl adds and leaves an empty map behind.
DRAWN = ("uid", "resourceVersion", "creationTimestamp", "annotations")


@pytest.mark.parametrize("name", RECORDINGS)
def test_stored_objects_are_those_of_a_real_api_server(name: str) -> None:
    plane = Plane()
    for machine in recording(name).machines:
        plane.ask("create", "nodes", body={"metadata": {"name": machine["name"], "labels": machine.get("labels", {})}})
    compared = 0
    for manifest in _applied(name):
        real = _first_seen(name, manifest)
        if real is None:
            continue
        body = {**manifest, "metadata": {"namespace": "default", **manifest["metadata"]}}
        ours = plane.made(SERVED[manifest["kind"]].resource, body)
        assert _comparable(ours) == _comparable(real), f"{manifest['kind']} {manifest['metadata']['name']}"
        compared += 1
    assert compared, "the recording applies something that is served"


def test_pods_of_a_template_are_those_of_a_real_replicaset() -> None:
    """The pod that the ReplicaSet controller posted, admitted and defaulted again."""
    plane = Plane()
    real = next(change.obj for change in recorded("01-deploy-scale").changes if change.kind == "Pod")
    template = next(change.obj for change in recorded("01-deploy-scale").changes if change.kind == "ReplicaSet")
    meta = {name: real["metadata"][name] for name in ("name", "generateName", "labels", "ownerReferences")}
    body = {"metadata": meta, "spec": template["spec"]["template"]["spec"]}
    assert _comparable(plane.made("pods", body)) == _comparable(real)


def _applied(name: str) -> list[dict[str, Any]]:
    texts = [step["apply"] for step in recording(name).steps if "apply" in step]
    found = [obj for text in texts for obj in yaml.safe_load_all(text) if obj]
    first = {(obj["kind"], obj["metadata"]["name"]): obj for obj in reversed(found)}
    # A pod's priority class is the business of admission.
    found = [obj for obj in found if not (obj.get("spec") or {}).get("priorityClassName")]
    return [obj for obj in found if obj["kind"] in SERVED and first[obj["kind"], obj["metadata"]["name"]] is obj]


def _first_seen(name: str, manifest: dict[str, Any]) -> dict[str, Any] | None:
    for change in recorded(name).changes:
        if (change.kind, change.name, change.type) == (manifest["kind"], manifest["metadata"]["name"], "ADDED"):
            return change.obj
    return None


def _comparable(obj: dict[str, Any]) -> dict[str, Any]:
    meta = {name: value for name, value in obj["metadata"].items() if name not in DRAWN}
    annotations = {
        name: value
        for name, value in (obj["metadata"].get("annotations") or {}).items()
        if not name.startswith(("kubectl.kubernetes.io/", "ref/"))
    }
    found = {**obj, "metadata": {**meta, "annotations": annotations}}
    if obj["kind"] == "Service":
        found["spec"] = _drawn_service(obj["spec"])
    return _without_drawn(found, obj["metadata"]["uid"])


def _drawn_service(spec: dict[str, Any]) -> dict[str, Any]:
    addresses = [re.sub(r"\d+", "#", address) for address in spec.get("clusterIPs", ())]
    spec = {**spec, "clusterIP": re.sub(r"\d+", "#", spec.get("clusterIP", "")), "clusterIPs": addresses}
    ports = [{**port, "nodePort": 0} if "nodePort" in port else port for port in spec["ports"]]
    return {**spec, "ports": ports}


def _without_drawn(obj: Any, uid: str) -> Any:
    """Without the suffix of the token's volume, the certificate that the recording's distribution adds to it, and its own uid."""
    if isinstance(obj, dict):
        return {name: _without_drawn(value, uid) for name, value in obj.items()}
    if isinstance(obj, list):
        kept = [
            item for item in obj if "openshift-service-ca.crt" not in str(item) or "sources" in item or "name" in item
        ]
        return [_without_drawn(item, uid) for item in kept]
    if obj == uid:
        return "#"
    return re.sub(r"^(kube-api-access-)\w{5}$", r"\1#", obj) if isinstance(obj, str) else obj
