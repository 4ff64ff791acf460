"""The façade: one run of a simulated cluster that can be commanded, advanced, rewound and forked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Request, Response
from cluster_core.apiserver.tap import Tap
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.conditions import Condition
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.fingerprint import Fingerprint
from cluster_core.cluster.history import Checkpoints
from cluster_core.cluster.scheduling import PastDecision, explained_now, past_decision, queues
from cluster_core.cluster.world import World, boot, direct, end_boot
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.limits import LimitExceeded
from cluster_core.sim.trace import Trace

ANSWER_EVENTS_MAX = 200_000
ANSWER_TIME_MAX = 60 * US_PER_SECOND
STEP_TIME_MAX = 3600 * US_PER_SECOND


class PastError(Exception):
    """A change was asked for in the past: fork there, or go to the head first."""


class NotYetError(Exception):
    """A seek beyond what has happened."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a seek goes: an event number, and a virtual time (µs). Exact: no event after `number` runs, even if it is due by `at`."""

    number: int
    at: int | None = None
    exact: bool = True


class Cluster:
    """A run: config, seed and command log, and the world they lead to at the playhead.

    The playhead is (`number`, `now`): the last event that ran, and virtual time in µs. The head is the furthest the
    branch has been; between the two lies the recorded future.
    """

    def __init__(
        self, config: ClusterConfig, seed: int, commands: Iterable[Command] = (), world: World | None = None
    ) -> None:
        """`world` is one that `begin_boot` and `continue_boot` have brought to rest; without it the cluster boots here."""
        self.config = config
        self.seed = seed
        self.commands = list(commands)
        for index, command in enumerate(self.commands):
            command.index = index
        self.trace = Trace(config.limits.trace_entries)
        self.checkpoints = Checkpoints()
        self.fingerprint = Fingerprint()
        self.explained: dict[tuple[int, str], dict[str, Any]] = {}
        if world is None:
            self.world = boot(config, seed, self.trace)
        else:
            self.world = end_boot(world, self.trace)
        self.checkpoints.save(self.world)
        self.head_number = 0
        self.head_now = 0
        self._next_command = 0

    @property
    def now(self) -> int:
        """Virtual time of the playhead in µs."""
        return self.world.sim.now

    @property
    def number(self) -> int:
        """The last event that ran."""
        return self.world.sim.number

    @property
    def in_past(self) -> bool:
        """Whether the playhead is before the head of the branch."""
        return self.number < self.head_number or self.now < self.head_now

    def state_hash(self) -> str:
        """Hex digest of the event log and of every stored object at the playhead: equal for equal histories on any machine."""
        return self.fingerprint.of(self.world)

    def admit(self, command: Command) -> Command:
        """Check a command and give it its place in the log, without entering it: what is written down ahead of `apply`."""
        if self.in_past:
            raise PastError("this moment is in the past: fork here, or go to the head and do it there")
        self.trace.check_room()
        if len(self.commands) >= self.config.limits.commands:
            raise LimitExceeded("commands", self.config.limits.commands)
        if not command.objects:
            command.parsed()
        self._check_target(command)
        command.number, command.at, command.index = self.number, self.now, len(self.commands)
        return command

    def apply(self, command: Command) -> int:
        """Enter a command at the playhead, which must be the head. Returns its index in the log; the answer comes with time."""
        self.commands.append(self.admit(command))
        self._enter_commands(self.now)
        return command.index

    def next_at(self) -> int | None:
        """When the next event runs (µs), None if nothing is scheduled."""
        return self.world.sim.next_at()

    def told_before(self, number: int) -> int:
        """The last event before `number` that has a trace entry, 0 if there is none."""
        place = self.trace.until(number - 1) if number else 0
        return self.trace.entries[place - 1].number if place else 0

    def answer(self, index: int) -> list[dict[str, Any]] | None:
        """What kubectl printed for the command of this index: [{object, message, error}], None while it is still running."""
        return self.world.answer(index)

    def read(self, request: Request) -> Response:
        """What the API server answers to a get, list or review at the playhead, out of band: no event, nothing changes."""
        return self.world.apiserver.read(request)

    def scheduling(self) -> list[dict[str, Any]]:
        """The queue of every scheduler at the playhead, and its last decisions (`scheduler.queue_report`)."""
        return queues(self.world)

    def decision(self, pod: str, now: bool = False, part: str = "") -> dict[str, Any]:
        """The last decision about a pod ("namespace/name") in full, or with `now` the one that would be made at the playhead.

        With `part` only nodes with that in their names are told of.

        LookupError: there is no such pod, or its scheduler does not run.
        """
        twin = None if now else self.begin_decision(pod, part)
        while twin is not None and not twin.approach(self.config.limits.events_per_advance):
            pass
        return twin.card(part) if twin is not None else explained_now(self.world, pod, part)

    def begin_decision(self, pod: str, part: str = "") -> PastDecision | None:
        """The way back to the last decision about a pod, to `approach` in slices; None if none was made up to the playhead."""
        return past_decision(self, pod, part)

    def tap(self, request: Request) -> Tap:
        """A watch of somebody outside of the simulation, to be polled after each slice of the clock. It ends with a 410 at a seek.

        Raises ApiError for a request that cannot be a watch.
        """
        return Tap(lambda: self.world.apiserver, request)

    def run_until_answered(self, index: int) -> list[dict[str, Any]] | None:
        """Let time move until a command has its answer (a few ms of virtual time); None if it has none within a minute."""
        limit = self.now + ANSWER_TIME_MAX
        for _ in range(ANSWER_EVENTS_MAX):
            found = self.answer(index)
            at = self.world.sim.next_at()
            if found is not None or at is None or at > limit:
                break
            self._enter_commands()
            self._step_once()
        self._note_head()
        return self.answer(index)

    def advance(self, until: int, budget: int) -> int:
        """Let time move to `until` (µs) or for `budget` events, whichever comes first; returns how many events ran.

        LimitExceeded once the trace is full: the run ends there, whole, and can be looked at, rewound and forked before.
        """
        start = self.number
        while self.number < start + budget and self._move(until, start + budget):
            pass
        self._note_head()
        return self.number - start

    def _move(self, until: int, last: int) -> bool:
        """Run to a time or to event `last`, at most to the next halt; whether there is more to do."""
        if until > self.now:
            self._check_room()
        self._enter_commands(until)
        self._save_if_due()
        sim = self.world.sim
        wanted = min(last, self._next_halt()) - sim.number
        return sim.advance(until, wanted) == wanted or sim.interrupted

    def step(self, count: int = 1) -> int:
        """Run `count` events (negative: go back that many); returns the new event number."""
        if count < 0:
            self.seek(number=max(0, self.number + count))
            return self.number
        for _ in range(count):
            self._check_room()
            self._enter_commands()
            if self.world.sim.next_at() is None:
                break
            self._step_once()
        self._note_head()
        return self.number

    def step_told(self, count: int = 1) -> int:
        """Step to the next (or with -1 the previous) event that has a trace entry; returns the new event number."""
        if count < 0:
            self.seek(number=self.told_before(self.number))
            return self.number
        entries, start = self.trace.until(self.number), self.now
        for _ in range(self.config.limits.events_per_advance):
            self.step()
            if self.trace.until(self.number) > entries or self.world.sim.next_at() is None:
                break
            if self.now > start + STEP_TIME_MAX:
                break
        return self.number

    def run_until(self, condition: Condition, limit: int, budget: int) -> bool:
        """Let time move until a condition holds, at most to virtual time `limit` or for `budget` events; whether it held."""
        start, world = self.number, self.world
        world.apiserver.heeded = tuple(condition.resources())
        held = condition.holds(world.objects)
        while not held and self.number < start + budget and self.now < limit:
            self._move(limit, start + budget)
            held = condition.holds(world.objects)
        world.apiserver.heeded = ()
        self._note_head()
        return held

    def seek(self, at: int | None = None, number: int | None = None) -> None:
        """Move the playhead within recorded history: to an event number, to a virtual time (after all its events), or to both."""
        moment = self.begin_seek(at, number)
        while not self.approach(moment, self.config.limits.events_per_advance):
            pass

    def check_recorded(self, at: int | None = None, number: int | None = None) -> None:
        """Raise `NotYetError` for a moment that is not in the recorded history of the branch."""
        if number is not None and not 0 <= number <= self.head_number:
            raise NotYetError(f"event {number} has not happened yet: the head is event {self.head_number}")
        if at is not None and not 0 <= at <= self.head_now:
            raise NotYetError(f"{at} µs has not happened yet: the head is at {self.head_now} µs")

    def begin_seek(self, at: int | None = None, number: int | None = None) -> Moment:
        """Load the checkpoint before a recorded moment; `approach` then runs to it in slices."""
        self.check_recorded(at, number)
        target = number if number is not None else self._number_at(at or 0)
        if target < self.number or (at is not None and at < self.now) or self.checkpoints.nearest(target) > self.number:
            self._load(target)
        if number is not None and at is None and number == self.head_number:
            at = self.head_now
        return Moment(target, at, exact=number is not None)

    def approach(self, moment: Moment, budget: int) -> bool:
        """Run at most `budget` events towards a moment; whether it is reached."""
        while self.number < moment.number:
            if budget <= 0:
                return False
            self._enter_commands()
            self._save_if_due()
            wanted = min(budget, min(moment.number, self._next_halt()) - self.number)
            if self.world.sim.run(wanted) < wanted:
                raise NotYetError(f"the log ends at event {self.number}, before event {moment.number}")
            budget -= wanted
        if moment.at is not None and moment.exact:
            self._idle_to(moment.at)
        elif moment.at is not None and self.advance(moment.at, budget) == budget:
            return False
        self._note_head()
        return True

    def fork(self, number: int | None = None) -> Cluster:
        """Another run with the same history up to an event (default: the playhead); both go on independently."""
        twin, moment = self.begin_fork(number)
        while not twin.approach(moment, self.config.limits.events_per_advance):
            pass
        return twin

    def begin_fork(self, number: int | None = None) -> tuple[Cluster, Moment]:
        """The twin at the checkpoint before the fork, and the moment to `approach` with it."""
        moment = Moment(self.number, self.now) if number is None else Moment(number)
        self.check_recorded(number=moment.number)
        twin = Cluster.__new__(Cluster)
        twin.config, twin.seed = self.config, self.seed
        twin.commands = [
            command
            for command in self.commands
            if command.number < moment.number
            or (command.number == moment.number and number is None and command.index < self._next_command)
        ]
        twin.trace = self.trace.prefix(moment.number)
        twin.checkpoints = self.checkpoints.prefix(moment.number)
        twin.fingerprint = Fingerprint()
        twin.explained = {}
        twin.head_number, twin.head_now = 0, 0
        twin._load(moment.number)
        return twin, moment

    def replay(self, number: int, at: int) -> None:
        """After a restart of the server: run the log again up to the head that was saved."""
        moment = self.begin_replay(number, at)
        while not self.approach(moment, self.config.limits.events_per_advance):
            pass

    def begin_replay(self, number: int, at: int) -> Moment:
        """The head to `approach` after a restart: at least as far as the last command of the log was given."""
        if self.commands and (self.commands[-1].number, self.commands[-1].at) > (number, at):
            number, at = self.commands[-1].number, self.commands[-1].at
        return Moment(number, at)

    def _idle_to(self, at: int) -> None:
        """Let time pass to `at` after the last event of a moment, as far as nothing happens in between."""
        self._enter_commands(at)
        pending = self.world.sim.next_at()
        if pending is None or pending > at:
            self.world.sim.now = max(self.now, at)

    def _load(self, number: int) -> None:
        self.world = self.checkpoints.load(number)
        self.world.sim.trace = self.trace
        self._next_command = self.world.commands_entered

    def _check_room(self) -> None:
        """What is replayed is in the trace already; what is new needs room there."""
        if not self.in_past:
            self.trace.check_room()

    def _step_once(self) -> None:
        self._save_if_due()
        self.world.sim.step()

    def _save_if_due(self) -> None:
        sim = self.world.sim
        if sim.number >= self.checkpoints.due_at and sim.number >= self.head_number and not self._just_entered():
            self.checkpoints.save(self.world)

    def _just_entered(self) -> bool:
        """Whether a command was handed over after the last event: a checkpoint now would have it in a fork before it."""
        return self._next_command > 0 and self.commands[self._next_command - 1].number == self.number

    def _next_halt(self) -> int:
        """The event number at which a run of events has to pause: for a command of the log, or for a checkpoint."""
        halt = max(self.checkpoints.due_at, self.head_number, self.number + 1)
        if self._next_command < len(self.commands):
            number = self.commands[self._next_command].number
            halt = min(halt, number) if number > self.number else halt
        return halt

    def _note_head(self) -> None:
        self.head_number = max(self.head_number, self.number)
        self.head_now = max(self.head_now, self.now)

    def _enter_commands(self, until: int | None = None) -> None:
        """Hand over the commands that come after the last event, up to a time; virtual time moves to theirs."""
        while self._next_command < len(self.commands):
            command = self.commands[self._next_command]
            if command.number != self.number or (until is not None and command.at > until):
                return
            self._next_command += 1
            self.world.commands_entered = self._next_command
            self.world.sim.now = max(self.now, command.at)
            direct(self.world, command)

    def _number_at(self, at: int) -> int:
        """The last recorded event at or before a time, from the trace (events without entries are found by running)."""
        low, high = 0, len(self.trace.entries)
        while low < high:
            middle = (low + high) // 2
            if self.trace.entries[middle].at <= at:
                low = middle + 1
            else:
                high = middle
        return self.trace.entries[low - 1].number if low else 0

    def _check_target(self, command: Command) -> None:
        if command.kind != "fault":
            return
        fault, target = command.params["fault"], command.params.get("target", "")
        known = self.world.targets(fault)
        if known is not None and target not in known:
            raise CommandError(f"{fault}: no such target {target!r}; there are {', '.join(known)}")
