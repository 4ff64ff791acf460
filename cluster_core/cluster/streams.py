"""The streams of clients outside: exec, attach, their input, requests over a forwarded port. Each is a command of the log.

Authorization is asked before, by the edge (`pods/exec` and so on); what a session writes is read out of band (`World.session`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster_core.api.errors import ApiError, not_found
from cluster_core.cluster.forwarding import dialed, opened
from cluster_core.cluster.logs import chosen_container, find
from cluster_core.cluster.responding import respond
from cluster_core.kubelet.session import OpenSession, Session, SessionInput, SessionSettled
from cluster_core.sim.process import Process, Unreachable

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

SESSIONS_MAX, KEPT_MAX, KEPT_BYTES = 50, 200, 16 << 20


class ClientStreams(Process):
    """`answers` by the command's index: [{"object", "message", "error"}], with "data" (latin-1) for a forwarded request."""

    def __init__(self, sim: Any, world: World) -> None:
        super().__init__(sim, "streams", "workstation")
        self.world = world
        self.answers: dict[int, list[dict[str, Any]]] = {}
        self.sessions: dict[str, Session] = {}

    def on_command(self, command: Any) -> None:
        """Carry out one command."""
        getattr(self, f"_{command.kind}")(command)

    def _exec(self, command: Any) -> None:
        asked, identity = command.params, f"session-{command.index}"
        names = {name: asked.get(name, "") for name in ("namespace", "pod", "container")}
        self.record("command.given", kind=command.kind, index=command.index, user=asked.get("user", ""), **names)
        session = Session(
            identity, asked["namespace"], asked["pod"], asked.get("container", ""), list(asked.get("command") or ())
        )
        session.tty, session.interactive = bool(asked.get("tty")), bool(asked.get("stdin"))
        session.attached = command.kind == "attach"
        self._keep(session)
        try:
            self._open(session, command.index)
        except ApiError as failure:
            session.end(self.sim.now, None, failure.message)
            self._answer(command.index, identity, failure.message, failure.reason)

    _attach = _exec

    def _open(self, session: Session, index: int) -> None:
        pod = self.world.objects("pods").get(f"{session.namespace}/{session.pod}")
        if pod is None:
            raise not_found("pods", session.pod)
        if sum(not one.ended for one in self.sessions.values()) > SESSIONS_MAX:
            raise ApiError(429, "TooManyRequests", "too many streams are open")
        session.name = chosen_container(pod, session.pod, session.name)
        worker, _ = find(self.world, pod, session.name)
        session.node = worker.kubelet.node.name
        session.settles.append(index)
        self.send(f"containerd/{session.node}", OpenSession(session, worker.uid))

    def _keep(self, session: Session) -> None:
        self.sessions[session.id] = session
        size = sum(one.written for one in self.sessions.values())
        for one in [one for one in self.sessions.values() if one.ended]:
            if len(self.sessions) <= KEPT_MAX and size <= KEPT_BYTES:
                break
            del self.sessions[one.id]
            size -= one.written

    def _stdin(self, command: Any) -> None:
        asked = command.params
        session = self.sessions.get(asked["session"])
        if session is None or session.ended:
            self._answer(command.index, asked["session"], "the session has ended", "Gone")
            return
        data = str(asked.get("data", "")).encode("latin-1", "replace")
        message = SessionInput(session, data, bool(asked.get("eof")), command.kind == "close")
        if command.kind == "resize":
            message.size = (int(asked.get("width", 80)), int(asked.get("height", 24)))
        session.settles.append(command.index)
        self.send(f"containerd/{session.node}", message)

    _close = _resize = _stdin

    def _forward(self, command: Any) -> None:
        """One request over a forwarded port, or of the API server's proxy (with an `address`)."""
        asked = command.params
        namespace, pod, port = asked["namespace"], asked["pod"], int(asked["port"])
        self.record("command.given", kind="forward", index=command.index, namespace=namespace, pod=pod, port=port)
        address = str(asked.get("address", ""))
        door = dialed(self.world, address, port) if address else opened(self.world, namespace, pod, port)
        if door.refusal:
            self._answer(command.index, pod, door.refusal, "Refused")
            return
        data = str(asked.get("data", "")).encode("latin-1", "replace")
        answer = respond(self.world, door.netns, door.listener, door.port, data, door.client)
        self.answers[command.index] = [
            {"object": pod, "message": "", "error": "", "data": answer.data.decode("latin-1"), "closed": answer.closed}
        ]

    def on_session_settled(self, message: SessionSettled) -> None:
        """Nothing more comes by itself."""
        for index in message.indexes:
            self._answer(index, "", "", "")

    def on_unreachable(self, message: Unreachable) -> None:
        """The node is down."""
        session = message.message.session
        session.end(self.sim.now, None, f"error dialing backend: dial tcp: connect: no route to host ({session.node})")
        indexes, session.settles = session.settles, []
        for index in indexes:
            self._answer(index, session.id, session.error, "InternalError")

    def _answer(self, index: int, name: str, message: str, error: str) -> None:
        self.answers[index] = [{"object": name, "message": message, "error": error}]

    def is_idle(self, identity: str) -> bool:
        """Whether a session waits for input or time (or has ended): a paused run has nothing more to show of it."""
        session = self.sessions.get(identity)
        if session is None or session.ended:
            return True
        if session.settles or not session.opened:
            return False
        containers = next(one.containers for one in self.world.kubelets if one.node.name == session.node)
        return containers.is_idle(session)
