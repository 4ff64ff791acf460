"""ServiceAccount."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.service_account import MOUNT, add_service_account
from tests.core.apiserver.admission.samples import cache, pod, suffix


def test_the_token_is_mounted_in_every_container() -> None:
    spec = add_service_account(pod(initContainers=[{"name": "i"}]), cache(), suffix)["spec"]
    assert spec["serviceAccountName"] == spec["serviceAccount"] == "default"
    mounts = [c["volumeMounts"][0] for c in (*spec["containers"], *spec["initContainers"])]
    assert {(mount["name"], mount["mountPath"]) for mount in mounts} == {("kube-api-access-xxxxx", MOUNT)}
    assert spec["volumes"][0]["projected"]["sources"][0] == {
        "serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}
    }


@pytest.mark.parametrize(
    ("spec", "account"), [({"automountServiceAccountToken": False}, {}), ({}, {"automountServiceAccountToken": False})]
)
def test_no_token_where_it_is_not_wanted(spec: Obj, account: Obj) -> None:
    assert "volumes" not in add_service_account(pod(**spec), cache(**account), suffix)["spec"]


def test_a_container_with_its_own_mount_keeps_it() -> None:
    own = {"name": "mine", "mountPath": MOUNT}
    spec = add_service_account(pod(containers=[{"name": "c", "volumeMounts": [own]}]), cache(), suffix)["spec"]
    assert spec["containers"][0]["volumeMounts"] == [own]


def test_mirror_pods_have_no_account() -> None:
    given = pod()
    given["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert add_service_account(given, cache(), suffix) is given


def test_a_missing_account_is_refused() -> None:
    with pytest.raises(ApiError, match='serviceaccount "nobody" not found'):
        add_service_account(pod(serviceAccountName="nobody"), cache(), suffix)
