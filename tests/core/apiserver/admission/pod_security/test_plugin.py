"""PodSecurity in a control plane."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Response
from tests.core.apiserver.plane import Plane, deployment, pod

LABEL = "pod-security.kubernetes.io/"


def plane_with(**levels: str) -> Plane:
    plane = Plane()
    labels = {LABEL + mode.replace("_", "-"): level for mode, level in levels.items()}
    plane.ask(
        "patch", "namespaces", name="default", body={"metadata": {"labels": labels}}, options={"patch_type": "merge"}
    )
    return plane


def create(plane: Plane, body: dict[str, Any], resource: str = "pods") -> Response:
    return plane.ask("create", resource, namespace="default", body=body)


def test_what_is_enforced_and_what_is_warned_about() -> None:
    plane = plane_with(enforce="baseline", warn="restricted")
    refused = create(plane, pod(hostNetwork=True))
    assert refused.body["message"] == (
        'pods "web" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'
    )
    answer = create(plane, pod())
    assert answer.code == 201
    assert answer.warnings == (
        'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set '
        'securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set '
        'securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set '
        'securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set '
        'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )


def test_templates_are_warned_about_and_made_all_the_same() -> None:
    plane = plane_with(enforce="restricted", warn="baseline", warn_version="v1.30")
    body = deployment()
    body["spec"]["template"]["spec"]["hostPID"] = True
    answer = create(plane, body, "deployments.apps")
    assert answer.code == 201
    assert answer.warnings == ('would violate PodSecurity "baseline:v1.30": host namespaces (hostPID=true)',)


def test_a_new_level_is_checked_against_the_pods_that_are_there() -> None:
    plane = Plane()
    for name in ("a", "b"):
        plane.made("pods", pod(name, hostNetwork=True))
    body = {"metadata": {"labels": {LABEL + "enforce": "baseline"}}}
    answer = plane.ask("patch", "namespaces", name="default", body=body, options={"patch_type": "merge"})
    assert answer.warnings == (
        'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
        "a (and 1 other pod): host namespaces",
    )
    bad = {"metadata": {"labels": {LABEL + "enforce": "strict"}}}
    refused = plane.ask("patch", "namespaces", name="default", body=bad, options={"patch_type": "merge"})
    assert (refused.code, "must be one of privileged, baseline, restricted" in refused.body["message"]) == (422, True)
