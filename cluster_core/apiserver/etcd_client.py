"""The API server's connection to etcd: which member it talks to, the one watch, numbered requests."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import PREFIX
from cluster_core.etcd.api import (
    CompactRequest,
    CompactResponse,
    Delete,
    LeaseGrant,
    Put,
    RangeRequest,
    TxnRequest,
    WatchRequest,
    mod_revision_is,
    prefix_end,
)
from cluster_core.sim.process import Process


class EtcdClient(Process):
    """A process that is a client of etcd; `members` are the processes of the etcd cluster, `member` the one in use."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str]) -> None:
        super().__init__(sim, name, host)
        self.members = members
        self.member = members[0]
        self._next_id = 0
        self._watch_id = 0

    def start(self) -> None:
        """Read everything from etcd."""
        self.send(self.member, RangeRequest(self.new_id(), self.name, PREFIX, prefix_end(PREFIX)))

    def watch_etcd(self, revision: int) -> None:
        """Watch everything from a revision on."""
        self._watch_id = self.new_id()
        self.send(self.member, WatchRequest(self._watch_id, self.name, PREFIX, revision))

    def commit(self, key: str, value: Obj | None, revision: int, lease: int = 0) -> int:
        """Put (None: delete) a key whose last write is still that of `revision`; returns the id of the request."""
        operation = Delete(key) if value is None else Put(key, value, lease)
        message = TxnRequest(self.new_id(), self.name, [mod_revision_is(key, revision)], [operation])
        self.send(self.member, message)
        return message.id

    def grant(self, ttl: int) -> int:
        """Ask for a lease of `ttl` seconds, with the id of the request as its own; returns that."""
        number = self.new_id()
        self.send(self.member, LeaseGrant(number, self.name, number, ttl))
        return number

    def compact(self, revision: int) -> None:
        """Forget what was overwritten before a revision."""
        self.send(self.member, CompactRequest(self.new_id(), self.name, revision))

    def on_compact_response(self, _message: CompactResponse) -> None:
        """Old revisions are forgotten."""

    def other_member(self) -> None:
        """Talk to the next member that can be reached, if there is one."""
        place = self.members.index(self.member)
        order = self.members[place + 1 :] + self.members[:place]
        alive = [member for member in order if self.sim.links.connected(self.sim, self.name, member)]
        self.member = alive[0] if alive else self.member

    def new_id(self) -> int:
        """The number of the next request."""
        self._next_id += 1
        return self._next_id
