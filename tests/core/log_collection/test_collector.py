"""fluent-bit: where it was, what it tries again, what it reads at the last moment."""

from __future__ import annotations

from cluster_core.log_collection.collector import FLUSH_US, KEPT_MAX, RETRY_US, FluentBit
from cluster_core.log_collection.line import LogRecord, read
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace
from tests.core.log_collection.test_line import LINE


class Disk:
    """Files of a node, and a store that may be away."""

    def __init__(self) -> None:
        self.files: list[LogRecord] = []
        self.taken: list[LogRecord] = []
        self.tries = 0
        self.away = False

    def lines(self, places: dict[str, int], limit: int) -> list[LogRecord]:
        return [line for line in self.files if line.number >= places.get(line.start, 0)][:limit]

    def post(self, data: bytes) -> bool:
        self.tries += 1
        if not self.away:
            self.taken += read(data)
        return not self.away


def begun() -> tuple[Simulation, Disk, FluentBit]:
    sim, disk = Simulation(Streams(1), Links(), Trace(100), 1000), Disk()
    collector = FluentBit(sim, "node-1", disk)
    collector.restart()
    sim.advance(2 * FLUSH_US, 100)
    return sim, disk, collector


def write(sim: Simulation, disk: Disk, collector: FluentBit, count: int = 1) -> None:
    for _ in range(count):
        disk.files.append(LINE._replace(number=len(disk.files), at=sim.now))
    collector.noted(sim.now)


def test_lines_are_sent_once_with_the_next_beat() -> None:
    sim, disk, collector = begun()
    write(sim, disk, collector, 3)
    assert disk.taken == []
    sim.advance(sim.now + FLUSH_US, 100)
    assert [line.number for line in disk.taken] == [0, 1, 2] and disk.tries == 1
    sim.advance(sim.now + 100 * FLUSH_US, 100)
    assert disk.tries == 1, "nothing is written, nothing is done"


def test_what_the_store_does_not_take_is_tried_again_later_and_later() -> None:
    sim, disk, collector = begun()
    disk.away = True
    write(sim, disk, collector)
    sim.advance(sim.now + FLUSH_US + 3 * RETRY_US, 100)
    assert disk.tries == 3, "after 5 and 10 more seconds"
    disk.away = False
    write(sim, disk, collector)
    sim.advance(sim.now + 4 * RETRY_US, 100)
    assert [line.number for line in disk.taken] == [0, 1] and collector.wait == RETRY_US


def test_after_a_restart_it_goes_on_where_it_was() -> None:
    sim, disk, collector = begun()
    write(sim, disk, collector)
    sim.advance(sim.now + FLUSH_US, 100)
    collector.crash()
    write(sim, disk, collector, 2)
    sim.advance(sim.now + 10 * FLUSH_US, 100)
    assert len(disk.taken) == 1
    collector.restart()
    sim.advance(sim.now + 2 * FLUSH_US, 100)
    assert [line.number for line in disk.taken] == [0, 1, 2]


def test_a_file_that_is_removed_is_read_at_the_last_moment() -> None:
    sim, disk, collector = begun()
    write(sim, disk, collector)
    sim.advance(sim.now + FLUSH_US, 100)
    write(sim, disk, collector)
    files, disk.files = disk.files, []
    collector.removed(files, [LINE.start])
    sim.advance(sim.now + 2 * FLUSH_US, 100)
    assert [line.number for line in disk.taken] == [0, 1] and not collector.places
    collector.removed([LINE._replace(number=number) for number in range(KEPT_MAX + 9)], [])
    assert len(collector.kept) == KEPT_MAX


def test_many_lines_go_in_batches() -> None:
    sim, disk, collector = begun()
    write(sim, disk, collector, 2_500)
    sim.advance(sim.now + 5 * FLUSH_US, 100)
    assert len(disk.taken) == 2_500 and disk.tries == 3
