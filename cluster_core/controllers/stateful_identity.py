"""Who a StatefulSet's pods are: ordinals, names, labels, claims by name. Upstream: `pkg/controller/statefulset/stateful_set_utils.go`."""

from __future__ import annotations

import re

from cluster_core.api.objects import owner_reference, with_path
from cluster_core.api.request import Obj
from cluster_core.controllers.controller_revisions import template_of

REVISION_LABEL = "controller-revision-hash"
POD_NAME, POD_INDEX = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"
NUMBERED = re.compile(r"(.*)-([0-9]+)")
ORDINAL_MAX = 2**31 - 1


def parent_and_ordinal(name: str) -> tuple[str, int]:
    """ "web-3" is number 3 of "web"; -1 for what has no ordinal."""
    found = NUMBERED.fullmatch(name)
    if found is None:
        return "", -1
    ordinal = int(found[2])
    return found[1], ordinal if ordinal <= ORDINAL_MAX else -1


def ordinal_of(pod: Obj) -> int:
    """The ordinal in a pod's name."""
    return parent_and_ordinal(pod["metadata"]["name"])[1]


def is_member(owner: Obj, pod: Obj) -> bool:
    """Whether a pod's name is one of the set's names."""
    return bool(parent_and_ordinal(pod["metadata"]["name"])[0] == owner["metadata"]["name"])


def ordinals(owner: Obj) -> range:
    """The ordinals that are wanted: from `ordinals.start` on as many as there are replicas."""
    start = int((owner["spec"].get("ordinals") or {}).get("start", 0))
    return range(start, start + int(owner["spec"]["replicas"]))


def revision_of(pod: Obj) -> str:
    """The name of the revision that a pod was made of."""
    return str((pod["metadata"].get("labels") or {}).get(REVISION_LABEL, ""))


def claim_name(owner: Obj, template: Obj, ordinal: int) -> str:
    """The name of the claim that a template makes for an ordinal."""
    return f"{template['metadata']['name']}-{owner['metadata']['name']}-{ordinal}"


def claim_templates(owner: Obj) -> list[Obj]:
    """The claim templates of a set."""
    return owner["spec"].get("volumeClaimTemplates") or []


def new_claims(owner: Obj, ordinal: int) -> list[Obj]:
    """The claims of an ordinal, as they are created: the templates with a name, and the labels that the set selects."""
    found = []
    selected = (owner["spec"].get("selector") or {}).get("matchLabels") or {}
    for template in claim_templates(owner):
        meta = template["metadata"]
        named = {"name": claim_name(owner, template, ordinal), "namespace": owner["metadata"]["namespace"]}
        metadata = {**meta, **named, "labels": {**(meta.get("labels") or {}), **selected}}
        body = {name: value for name, value in template.items() if name != "status"}
        found.append({**body, "metadata": metadata})
    return found


def new_pod(owner: Obj, revision: Obj, ordinal: int) -> Obj:
    """The pod of an ordinal, made of the template that a revision keeps."""
    meta, template = owner["metadata"], template_of(revision)
    given = template.get("metadata") or {}
    name = f"{meta['name']}-{ordinal}"
    identity = {POD_NAME: name, POD_INDEX: str(ordinal), REVISION_LABEL: revision["metadata"]["name"]}
    metadata = {key: given[key] for key in ("annotations", "finalizers") if given.get(key)}
    metadata |= {
        "name": name,
        "generateName": f"{meta['name']}-",
        "namespace": meta["namespace"],
        "labels": {**(given.get("labels") or {}), **identity},
        "ownerReferences": [owner_reference(owner)],
    }
    spec = {**template["spec"], "hostname": name}
    if owner["spec"].get("serviceName"):
        spec["subdomain"] = owner["spec"]["serviceName"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": _with_claims(owner, spec, ordinal)}


def name_matches(pod: Obj) -> bool:
    """Whether a pod has the label that tells its name."""
    return bool((pod["metadata"].get("labels") or {}).get(POD_NAME) == pod["metadata"]["name"])


def storage_matches(owner: Obj, pod: Obj) -> bool:
    """Whether a pod's volumes include the claims of its ordinal."""
    claims = {
        volume["name"]: volume["persistentVolumeClaim"]["claimName"]
        for volume in pod["spec"].get("volumes") or ()
        if "persistentVolumeClaim" in volume
    }
    return _claims_by_volume(owner, ordinal_of(pod)).items() <= claims.items()


def with_identity(owner: Obj, pod: Obj) -> Obj:
    """A pod with the labels and (where they lack) the volumes of its ordinal."""
    ordinal, name = ordinal_of(pod), pod["metadata"]["name"]
    labels = {**(pod["metadata"].get("labels") or {}), POD_NAME: name, POD_INDEX: str(ordinal)}
    named = with_path(pod, ("metadata", "labels"), labels)
    if storage_matches(owner, pod):
        return named
    return {**named, "spec": _with_claims(owner, named["spec"], ordinal)}


def _claims_by_volume(owner: Obj, ordinal: int) -> dict[str, str]:
    return {one["metadata"]["name"]: claim_name(owner, one, ordinal) for one in claim_templates(owner)}


def _with_claims(owner: Obj, spec: Obj, ordinal: int) -> Obj:
    """A pod spec whose volumes include the claims of an ordinal; they take the place of volumes of the same name."""
    wanted = _claims_by_volume(owner, ordinal)
    if not wanted:
        return spec
    volumes = [{"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim in wanted.items()]
    volumes += [volume for volume in spec.get("volumes") or () if volume["name"] not in wanted]
    return {**spec, "volumes": volumes}
