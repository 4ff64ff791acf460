"""What plugins may read besides nodes and pods."""

from __future__ import annotations

from cluster_core.client.informer import Informer
from cluster_core.scheduler.lister import InformerLister, ObjectLister

SERVICE = {"metadata": {"namespace": "a", "name": "web"}}


def test_objects_by_key_and_namespace() -> None:
    informer = Informer("services")
    informer.put("a/web", SERVICE)
    for lister in (InformerLister({"services": informer}), ObjectLister({"services": [SERVICE]})):
        assert lister.get("services", "a/web") is SERVICE and lister.get("services", "b/web") is None
        assert lister.objects("services", "a") == lister.objects("services") == [SERVICE]
        assert lister.objects("services", "b") == []


def test_what_nobody_asked_for_is_empty() -> None:
    assert InformerLister({}).objects("secrets") == [] and ObjectLister().get("secrets", "a/b") is None
