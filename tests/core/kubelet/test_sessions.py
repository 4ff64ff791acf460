"""The node's side of sessions; the user's side is in tests/core/cluster/test_streams.py."""

from __future__ import annotations

from cluster_core.kubelet.session import OpenSession, Session, SessionInput
from tests.core.kubelet.test_containers import POD, pod, started


def test_a_container_that_is_not_there() -> None:
    cluster = started(POD.format(name="p", policy="Never", script="true"))
    kubelet = next(one for one in cluster.world.kubelets if one.node.name == pod(cluster, "p")["spec"]["nodeName"])
    for uid, name in (("nobody", "c"), (pod(cluster, "p")["metadata"]["uid"], "c")):
        session = Session("s", "default", "p", name, ["ls"])
        kubelet.containers.on_open_session(OpenSession(session, uid))
        assert (session.ended, session.error) == (True, 'container not found ("c")')
    kubelet.containers.on_session_input(SessionInput(session, b"x"))
    assert kubelet.containers.sessions == {}
