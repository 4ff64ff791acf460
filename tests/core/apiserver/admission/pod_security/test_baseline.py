"""Checks of baseline that look at annotations and at the pod itself."""

from __future__ import annotations

from cluster_core.apiserver.admission.pod_security.baseline import app_armor, seccomp


def test_app_armor_by_annotation_and_by_field() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/c"
    spec = {"containers": [{"name": "c"}]}
    assert app_armor({"annotations": {key: "unconfined"}}, spec) == (
        "forbidden AppArmor profile",
        f'annotation {key}="unconfined"',
    )
    assert app_armor({"annotations": {key: "localhost/x"}}, spec) is None
    off = {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}}
    found = app_armor({}, {**spec, **off})
    assert found == ("forbidden AppArmor profile", 'pod must not set AppArmor profile type to "Unconfined"')


def test_pod_and_container_are_named() -> None:
    off = {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}
    found = seccomp({}, {**off, "containers": [{"name": "c", **off}]})
    assert found is not None
    assert found[1].startswith('pod and container "c" must not set')
