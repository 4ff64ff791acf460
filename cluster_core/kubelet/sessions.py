"""The node's side of exec and attach: programs are started and fed; the client is told when nothing more comes by itself.

Upstream: `pkg/kubelet/cri/streaming`. Real streams go through the API server and the kubelet; here containerd is asked directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.kubelet import beside
from cluster_core.kubelet.environment import MissingReference
from cluster_core.kubelet.session import OpenSession, Session, SessionInput, SessionSettled, SettleNow
from cluster_core.shell.descriptors import Descriptor, SinkEnd, Source
from cluster_core.shell.loading import NotRunnable
from cluster_core.shell.terminal import Terminal
from cluster_core.shell.userland import NoMoreTasks
from cluster_core.sim.process import Process

if TYPE_CHECKING:
    from cluster_core.kubelet.containers import Running
    from cluster_core.kubelet.kubelet import Kubelet

SETTLE_US = 20_000


class Sessions(Process):
    """What containerd does for clients outside. A mixin of `containers.Containers`."""

    kubelet: Kubelet
    running: dict[str, Running]
    sessions: dict[str, Session]

    def turn(self, running: Running) -> None:
        """Let the tasks of a container go on."""
        raise NotImplementedError

    def on_open_session(self, message: OpenSession) -> None:
        """Start the program of an exec, or connect to the main one."""
        session, worker = message.session, self.kubelet.workers.get(message.uid)
        state = worker.states.get(session.name) if worker is not None else None
        record = state.current if state is not None else None
        if worker is None or state is None or record is None or not record.running(self.sim.now):
            session.end(self.sim.now, None, f'container not found ("{session.name}")')
            self._settle(session)
            return
        try:
            running = self.kubelet.containers.open(worker, state, record)
            session.container = record.id
            self.sessions[session.id] = session
            if session.attached:
                worker.record("pod.attached", session.name)
                self._attach(session, running)
            else:
                worker.record("pod.exec-started", session.name, command=" ".join(session.command)[:200])
                self._exec(session, running)
        except (NotRunnable, NoMoreTasks, MissingReference) as refusal:
            name = session.command[0] if session.command else ""
            session.end(self.sim.now, getattr(refusal, "status", 126), beside.not_started(name, refusal))
        session.opened = True
        self._settle_soon(session)

    def _exec(self, session: Session, running: Running) -> None:
        session.stdin = Terminal(session) if session.tty else Source(ended=not session.interactive)
        output: list[Descriptor] = [SinkEnd(session, 1), SinkEnd(session, 2)]
        if isinstance(session.stdin, Terminal):
            session.stdin.columns, session.stdin.rows = session.size
            output = [session.stdin, session.stdin]
        fds: dict[int, Descriptor] = {0: session.stdin, 1: output[0], 2: output[1]}
        session.pid = self.kubelet.containers.run_beside(running, session.command, fds, session)

    def _attach(self, session: Session, running: Running) -> None:
        session.stdin = running.stdin
        if running.record.log is not None:
            running.record.log.readers.append(session)

    def on_session_input(self, message: SessionInput) -> None:
        """Feed the program; signals of keys go to all that belong to the session."""
        session, now = message.session, self.sim.now
        running = self.running.get(session.container)
        if session.ended or running is None:
            session.end(now, None, "the session has ended")
            self._settle(session)
            return
        if message.closed:
            self._close(session, running)
            return
        if message.size is not None and isinstance(session.stdin, Terminal):
            session.stdin.resize(*message.size, now)
        if isinstance(session.stdin, Terminal):
            session.stdin.type(message.data + (b"\x04" if message.eof else b""), now)
            self._signals(session, running, session.stdin)
        elif isinstance(session.stdin, Source):
            session.stdin.feed(message.data, now, message.eof)
        self.turn(running)
        self._settle_soon(session)

    def _signals(self, session: Session, running: Running, terminal: Terminal) -> None:
        group = session.pid or 1
        while terminal.signals:
            number = terminal.signals.pop(0)
            for task in list(running.land.tasks.values()):
                if task.group == group and task.alive:
                    running.land.kill(task.pid, number, self.sim.now)

    def _close(self, session: Session, running: Running) -> None:
        """The client has gone: an exec's programs are hung up; an attached container goes on, with stdinOnce at its end."""
        if session.attached:
            once = running.state.spec.get("stdinOnce")
            if once and isinstance(session.stdin, Source):
                session.stdin.feed(b"", self.sim.now, ended=True)
            session.end(self.sim.now, 0)
            self.turn(running)
        else:
            running.land.end_group(session.pid, self.sim.now)
            self.turn(running)
            session.end(self.sim.now, 137)
        self._settle(session)

    def is_idle(self, session: Session) -> bool:
        """Whether nothing more comes by itself before time passes."""
        running = self.running.get(session.container)
        return session.ended or running is None or running.land.idle(session.pid or 1)

    def _settle_soon(self, session: Session) -> None:
        if self.is_idle(session):
            self._settle(session)
        else:
            self.alarm(self.sim.now + SETTLE_US, SettleNow(session))

    def on_settle_now(self, message: SettleNow) -> None:
        """Long enough."""
        self._settle(message.session)

    def settled(self, running: Running) -> None:
        """After a turn: sessions whose programs wait now are answered; those of a container that has ended are over."""
        for session in [one for one in self.sessions.values() if one.container == running.record.id]:
            if running.record.id not in self.running:
                session.end(self.sim.now, running.record.exit_code if session.attached else 137)
            if self.is_idle(session):
                self._settle(session)

    def _settle(self, session: Session) -> None:
        indexes: list[int] = []
        indexes, session.settles = session.settles, indexes
        if indexes:
            self.send("streams", SessionSettled(indexes))
        if session.ended:
            self.sessions.pop(session.id, None)

    def sessions_lost(self) -> None:
        """The machine goes down: connections break."""
        for session in list(self.sessions.values()):
            session.end(self.sim.now, None, "connection reset by peer")
        self.sessions.clear()
