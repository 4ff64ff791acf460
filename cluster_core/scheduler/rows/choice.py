"""The choice of a node out of a row: which stretch of nodes is looked at, which groups fit, what each is worth, who ties."""

from __future__ import annotations

from cluster_core.scheduler.rows.row import Group, Row
from cluster_core.scheduler.rows.tally import LEAF, REFUSED, Tally, merge
from cluster_core.scheduler.status import Status

Stretch = tuple[int, int, Tally]


class Choice:
    """What is found in one cycle. `feasible` nodes in `looked_at` ones; `best` is the highest total, `ties` how many have it."""

    def __init__(self, row: Row, start: int, wanted: int) -> None:
        self._row = row
        self._refusals: dict[int, Status | None] = {}
        self._stretches: list[Stretch] = []
        self._groups: Tally = {}
        self.feasible = 0
        self.looked_at = 0
        self._look(start, wanted)
        self.offsets = self._offsets() if self.feasible > 1 else dict.fromkeys(self._groups, 0)
        self.best = max((best + self.offsets[group] for group, (_, best, _) in self._groups.items()), default=0)
        self._targets = {
            group: best for group, (_, best, _) in self._groups.items() if best + self.offsets[group] == self.best
        }
        self.ties = sum(self._groups[group][2] for group in self._targets)

    def refusal(self, place: int) -> Status | None:
        """Why a node is refused."""
        group = self._row.tree.groups[place]
        return self._row.refusals[place] if group == REFUSED else self._refused(group)

    def total(self, place: int) -> int:
        """The total of a node that fits."""
        tree = self._row.tree
        return tree.totals[place] + self.offsets[tree.groups[place]]

    def places(self) -> list[int]:
        """Every node that was looked at, in order."""
        return [place for begin, end, _ in self._stretches for place in range(begin, end)]

    def nth(self, number: int) -> int:
        """One of the nodes that tie, in the order in which they were looked at."""
        targets = self._targets
        for begin, end, tally in self._stretches:
            there = _count(tally, targets)
            if number >= there:
                number -= there
                continue
            if end - begin > LEAF:
                begin, end, number = self._leaf_of(begin, end, number)
            groups, totals = self._row.tree.groups, self._row.tree.totals
            for place in range(begin, end):
                if targets.get(groups[place]) == totals[place]:
                    if not number:
                        return place
                    number -= 1
        raise AssertionError("fewer nodes tie than were counted")

    def scores(self, place: int) -> dict[str, int]:
        """The normalized and weighted relative scores of a node's group."""
        return self._relative[self._row.tree.groups[place]]

    def _leaf_of(self, begin: int, end: int, number: int) -> tuple[int, int, int]:
        for first, last, tally in self._row.tree.leaves(begin, end):
            there = _count(tally, self._targets)
            if number < there:
                return first, last, number
            number -= there
        raise AssertionError("fewer nodes tie than were counted")

    def _look(self, start: int, wanted: int) -> None:
        """Go through the nodes from `start` on, around, until enough fit."""
        tree = self._row.tree
        for begin, end in ((start, tree.total), (0, start)):
            for stretch in tree.stretches(begin, end):
                if self._take(stretch, wanted):
                    return

    def _take(self, stretch: Stretch, wanted: int) -> bool:
        """Add a stretch, or as much of it as is needed; whether enough fit now."""
        begin, end, tally = stretch
        fitting = {group: found for group, found in tally.items() if self._refused(group) is None}
        fit = sum(found[0] for found in fitting.values())
        missing = wanted - self.feasible
        if fit > missing:
            if end - begin > LEAF:
                return any(self._take(leaf, wanted) for leaf in self._row.tree.leaves(begin, end))
            end = self._row.tree.reach(begin, end, lambda group: self._refused(group) is None, missing)
            return self._take((begin, end, self._row.tree.tallied(begin, end)), wanted)
        self._stretches.append((begin, end, fitting))
        merge(self._groups, fitting)
        self.feasible += fit
        self.looked_at += end - begin
        if fit == missing:
            self._cut()
        return fit == missing

    def _cut(self) -> None:
        """The search ended at the last node that fits: what comes after it in the last stretch was not looked at."""
        begin, end, tally = self._stretches[-1]
        groups = self._row.tree.groups
        last = end
        while last > begin and (groups[last - 1] == REFUSED or self._refused(groups[last - 1]) is not None):
            last -= 1
        self._stretches[-1] = (begin, last, tally)
        self.looked_at -= end - last

    def _refused(self, group: int) -> Status | None:
        if group not in self._refusals:
            self._refusals[group] = self._asked(self._row.groups[group])
        return self._refusals[group]

    def _asked(self, group: Group) -> Status | None:
        for rules, parts in zip(self._row.rules, group.parts, strict=True):
            refusal = rules.refusal(parts) if rules.filters else None
            if refusal is not None:
                return refusal
        return None

    def _offsets(self) -> dict[int, int]:
        """What the relative plugins add to the total of each group."""
        self._relative: dict[int, dict[str, int]] = {group: {} for group in self._groups}
        self._normalize_raw()
        for place, rules in enumerate(self._row.rules):
            if rules.scores:
                sizes: dict[tuple[str | int | None, ...], int] = {}
                for group, (size, _, _) in self._groups.items():
                    parts = self._row.groups[group].parts[place]
                    sizes[parts] = sizes.get(parts, 0) + size
                scores, name = rules.normalized(sizes), rules.plugin.name
                weight = self._row.profile.weights[name]
                for group, shares in self._relative.items():
                    shares[name] = weight * scores[self._row.groups[group].parts[place]]
        return {group: sum(shares.values()) for group, shares in self._relative.items()}

    def _normalize_raw(self) -> None:
        for number, plugin in enumerate(self._row.relative):
            raw = {group: self._row.groups[group].raw[number] for group in self._groups}
            smallest, largest = min(raw.values()), max(raw.values())
            weight = self._row.profile.weights[plugin.name]
            for group, score in raw.items():
                self._relative[group][plugin.name] = weight * plugin.normalized(score, smallest, largest)


def _count(tally: Tally, targets: dict[int, int]) -> int:
    return sum(tally[group][2] for group, best in targets.items() if group in tally and tally[group][1] == best)
