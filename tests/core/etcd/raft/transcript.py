"""Interaction transcripts: a script of verbs drives a Raft group, and what happens is written below each verb.

The form follows etcd-raft's `testdata`: a line with a verb, `----`, the log, an empty line. Verbs:

    members <n> [slow-disks]        start a group
    campaign <m>                    its election timeout passes
    propose <m> <data>…             give entries to a member
    read <m> <context>              ask for a read index
    deliver [<m>…]                  deliver what waits for these members (all) until nothing waits for them
    drop <m>…                       lose what waits from and to these members
    isolate <m>…  /  heal           from now on lose everything from and to them / no more
    advance <ms>                    time passes: alarms ring, messages arrive (those of isolated members do not)
    awaken <m>…                     tell members that the network changed; isolated ones are away
    write <m>                       finish one slow disk write
    crash <m>  /  restart <m>       memory is lost / begin again from disk
    compact <m> <index>             forget the log up to an index
    status  /  log [<m>…]  /  applied [<m>…]
"""

from __future__ import annotations

from cluster_core.etcd.raft.message import Message, Note, Ready
from tests.core.etcd.raft.group import Group


class Scripted(Group):
    """A group that tells what it does."""

    def __init__(self, size: int, slow_disks: bool) -> None:
        self.lines: list[str] = []
        self.isolated: tuple[str, ...] = ()
        self.telling = False
        super().__init__(size, slow_disks=slow_disks)
        self.telling = True

    def handle(self, name: str, ready: Ready) -> None:
        if self.telling:
            self.lines.extend(f"{name}: {_note(note)}" for note in ready.notes)
            self.lines.extend(f"{name}: reads {context} at index {index}" for context, index in ready.reads)
            self.lines.extend(f"{name}: refuses {data}" for data in ready.refused)
            for entry in ready.committed:
                self.lines.append(f"{name}: applies {_entry(entry)}")
        super().handle(name, ready)

    def deliver(self, message: Message) -> None:
        lost = message.source in self.isolated or message.target in self.isolated
        down = self.members[message.target].node is None
        self.lines.append(f"{show(message)}{' (lost)' if lost or down else ''}")
        if not lost:
            super().deliver(message)


def _note(note: Note) -> str:
    if note.what in ("quiesced", "awakened"):
        return note.what
    leader = f" of {note.leader}" if note.what == "follower" and note.leader else ""
    return f"{note.what}{leader} in term {note.term}"


def _entry(entry) -> str:  # type: ignore[no-untyped-def]
    return f"{entry.term}/{entry.index} {'(empty)' if entry.data is None else entry.data}"


def show(message: Message) -> str:
    """One message as a line."""
    parts = [f"{message.source}->{message.target} {message.kind}"]
    if message.term:
        parts.append(f"term:{message.term}")
    if message.kind in ("MsgApp", "MsgVote", "MsgPreVote"):
        parts.append(f"log:{message.log_term}/{message.index}")
    elif message.index:
        parts.append(f"index:{message.index}")
    if message.commit_index:
        parts.append(f"commit:{message.commit_index}")
    if message.reject:
        parts.append(f"rejected hint:{message.log_term}/{message.hint}" if message.kind == "MsgAppResp" else "rejected")
    if message.context:
        parts.append(f"read:{message.context}")
    if message.quiesce:
        parts.append("quiesce")
    if message.snapshot is not None:
        parts.append(f"snapshot:{message.snapshot.term}/{message.snapshot.index}")
    if message.entries:
        parts.append("entries:[" + ", ".join(_entry(entry) for entry in message.entries) + "]")
    return " ".join(parts)


def play(script: list[str]) -> str:
    """Run the verbs and return the transcript."""
    blocks: list[str] = []
    group: Scripted | None = None
    for line in script:
        verb, *words = line.split()
        if verb == "members":
            group = Scripted(int(words[0]), "slow-disks" in words)
        else:
            assert group is not None, "a script begins with members"
            VERBS[verb](group, words)
        log, group.lines = group.lines or ["ok"], []
        blocks.append("\n".join([line, "----", *log]))
    return "\n\n".join(blocks) + "\n"


def script_of(transcript: str) -> tuple[list[str], list[str]]:
    """The comment lines at the top and the verbs of a transcript."""
    comments = [line for line in transcript.splitlines() if line.startswith("#")]
    body = "\n".join(line for line in transcript.splitlines() if not line.startswith("#"))
    return comments, [block.strip().split("\n")[0] for block in body.split("\n\n") if block.strip()]


def _campaign(group: Scripted, words: list[str]) -> None:
    group.handle(words[0], group.node(words[0]).campaign(group.now))


def _propose(group: Scripted, words: list[str]) -> None:
    group.propose(words[0], *words[1:])


def _read(group: Scripted, words: list[str]) -> None:
    group.handle(words[0], group.node(words[0]).read_index(int(words[1]), group.now))


def _deliver(group: Scripted, words: list[str]) -> None:
    wanted = words or group.names
    while waiting := [message for message in group.network if message.target in wanted]:
        group.network.remove(waiting[0])
        group.deliver(waiting[0])


def _drop(group: Scripted, words: list[str]) -> None:
    lost = [message for message in group.network if message.source in words or message.target in words]
    group.network = [message for message in group.network if message not in lost]
    group.lines.extend(f"{show(message)} (lost)" for message in lost)


def _isolate(group: Scripted, words: list[str]) -> None:
    group.isolated = tuple(words)


def _advance(group: Scripted, words: list[str]) -> None:
    group.advance(int(words[0]) * 1_000)


def _awaken(group: Scripted, words: list[str]) -> None:
    for name in words:
        cut = group.names if name in group.isolated else [*group.isolated, *(set(group.names) - set(group.up()))]
        away = sorted(peer for peer in cut if peer != name)
        group.handle(name, group.node(name).observe_network(away, True, group.now))


def _write(group: Scripted, words: list[str]) -> None:
    group.finish_write(words[0])


def _crash(group: Scripted, words: list[str]) -> None:
    group.crash(words[0])


def _restart(group: Scripted, words: list[str]) -> None:
    group.start(words[0])


def _compact(group: Scripted, words: list[str]) -> None:
    group.node(words[0]).compact(int(words[1]))
    group.members[words[0]].disk.compact(int(words[1]))


def _status(group: Scripted, words: list[str]) -> None:
    for name in group.up():
        node = group.node(name)
        log, alarm = node.log, "none" if node.alarm is None else f"{node.alarm // 1000} ms"
        group.lines.append(
            f"{name}: {node.role} term:{node.term} vote:{node.voted_for} leader:{node.leader} "
            f"commit:{log.commit_index} last:{log.last_term}/{log.last_index} stable:{log.stable} "
            f"applied:{log.applied} alarm:{alarm}"
        )
        for peer, progress in node.progress.items():
            group.lines.append(f"  {peer}: {progress.state} match:{progress.match_index} next:{progress.next_index}")
        if node.role == "leader":
            group.lines.append(f"  heartbeats sent until {group.now // 1000} ms: {node.heartbeats_sent(group.now)}")


def _log(group: Scripted, words: list[str]) -> None:
    for name in words or group.up():
        log = group.node(name).log
        kept = [_entry(entry) for entry in log.entries]
        start = [f"(snapshot {log.snapshot_term}/{log.snapshot_index})"] if log.snapshot_index else []
        group.lines.append(f"{name}: " + ", ".join([*start, *kept]))


def _applied(group: Scripted, words: list[str]) -> None:
    for name in words or group.names:
        group.lines.append(f"{name}: {' '.join(str(data) for data in group.data(name))}")


VERBS = {
    "campaign": _campaign,
    "propose": _propose,
    "read": _read,
    "deliver": _deliver,
    "drop": _drop,
    "isolate": _isolate,
    "heal": _isolate,
    "advance": _advance,
    "awaken": _awaken,
    "write": _write,
    "crash": _crash,
    "restart": _restart,
    "compact": _compact,
    "status": _status,
    "log": _log,
    "applied": _applied,
}
