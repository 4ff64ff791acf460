"""What view models are computed from."""

from __future__ import annotations

import pytest

from cluster_core.projection.source import app_label


@pytest.mark.parametrize(
    ("labels", "label"),
    [
        ({"app.kubernetes.io/name": "a", "app": "b"}, "a"),
        ({"k8s-app": "kube-dns", "component": "x"}, "kube-dns"),
        ({"tier": "front"}, "web-0"),
        ({}, "web-0"),
    ],
)
def test_an_object_is_called_by_the_first_usual_label(labels: dict[str, str], label: str) -> None:
    assert app_label({"metadata": {"name": "web-0", "labels": labels}}) == label
