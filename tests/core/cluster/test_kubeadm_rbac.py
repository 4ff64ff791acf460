"""kubeadm's roles and bindings."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.kind import validate_metadata
from cluster_core.apiserver.server import ApiServer
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.kubeadm_rbac import add_on_roles, administrator
from cluster_core.cluster.world import World, boot
from cluster_core.sim.trace import Trace


def test_they_are_valid() -> None:
    for resource, obj in [administrator(), *add_on_roles()]:
        kind = by_resource(resource)
        assert kind.validate(obj) + validate_metadata(kind, obj) == []


def test_no_program_of_a_cluster_is_refused_anything(monkeypatch: object) -> None:
    refused: list[str] = []
    answer = ApiServer._answer

    def noted(self: ApiServer, request: object, code: int, body: dict[str, str], *rest: object) -> None:
        refused.extend([body["message"]] if code == 403 else [])
        answer(self, request, code, body, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ApiServer, "_answer", noted)  # type: ignore[attr-defined]
    world: World = boot(ClusterConfig(nodes=2), 1, Trace(100_000))
    world.sim.advance(60_000_000, 1_000_000)
    assert refused == []
