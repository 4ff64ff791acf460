"""ComponentStatuses: the API server asks the rest of the control plane how it is. Upstream: `pkg/registry/core/componentstatus`.

Real Kubernetes asks all of them at once and lists them as they answer, and waits up to 20 seconds for one that does not.
"""

from __future__ import annotations

from cluster_core.api.errors import not_found
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.answers import list_of
from cluster_core.apiserver.reading import filter_of
from cluster_core.sim.kernel import Simulation

# The programs that answer on the API server's machine, and the port that each serves /healthz on.
PROBED = {"controller-manager": ("kube-controller-manager", 10257), "scheduler": ("kube-scheduler", 10259)}
REFUSED = 'Get "https://127.0.0.1:{port}/healthz": dial tcp 127.0.0.1:{port}: connect: connection refused'
TIMED_OUT = "context deadline exceeded"


def look_up(kind: Kind, request: Request, sim: Simulation, server: str, members: tuple[str, ...], revision: int) -> Obj:
    """The answer to a get or a list; `members` are the etcd servers that the API server knows. Raises 404."""
    found = [*(_program(sim, server, name) for name in PROBED), *_etcd(sim, server, members)]
    if request.verb == "get":
        named = [each for each in found if each["metadata"]["name"] == request.name]
        if not named:
            raise not_found(kind.resource, request.name)
        return named[0]
    wanted = filter_of(kind, request)
    return list_of(kind, [each for each in found if wanted.matches(each)], revision, kind.api_version)


def _program(sim: Simulation, server: str, name: str) -> Obj:
    process, port = PROBED[name]
    answers = process in sim.processes and sim.links.connected(sim, server, process)
    return _status(name, answers, "ok" if answers else REFUSED.format(port=port))


def _etcd(sim: Simulation, server: str, members: tuple[str, ...]) -> list[Obj]:
    alive = [sim.links.connected(sim, server, member) for member in members]
    return [
        _status(f"etcd-{index}", answers, "ok" if answers else "", "" if answers else TIMED_OUT)
        for index, answers in enumerate(alive)
    ]


def _status(name: str, healthy: bool, message: str, error: str = "") -> Obj:
    condition = {"type": "Healthy", "status": "True" if healthy else "False"}
    condition |= {"message": message} if message else {}
    condition |= {"error": error} if error else {}
    return {
        "apiVersion": "v1",
        "kind": "ComponentStatus",
        "metadata": {"name": name},
        "conditions": [condition],
    }
