"""The choice of a node out of a row: which stretch of nodes is looked at, which groups fit, what each is worth, who ties."""

from __future__ import annotations

from cluster_core.scheduler.rows.row import Group, Row
from cluster_core.scheduler.rows.tally import REFUSED, Stretch, Tally, count, merge
from cluster_core.scheduler.status import Status


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
        self.best, self.ties = 0, 0
        self._targets: dict[int, int] = {}
        self._find_best()

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
        return [place for stretch in self._stretches for place in range(stretch.begin, stretch.end)]

    def nth(self, number: int) -> int:
        """One of the nodes that tie, in the order in which they were looked at."""
        for stretch in self._stretches:
            there = count(stretch.tally, self._targets)
            if number < there:
                return self._row.tree.nth(stretch, self._targets, number)
            number -= there
        raise LookupError("fewer nodes tie than that")

    def scores(self, place: int) -> dict[str, int]:
        """The normalized and weighted relative scores of a node's group."""
        return self._relative[self._row.tree.groups[place]]

    def _find_best(self) -> None:
        offsets = self.offsets
        for group, (_, best, nodes) in self._groups.items():
            total = best + offsets[group]
            if total > self.best or not self._targets:
                self.best, self.ties, self._targets = total, nodes, {group: best}
            elif total == self.best:
                self.ties += nodes
                self._targets[group] = best

    def _look(self, start: int, wanted: int) -> None:
        """Go through the nodes from `start` on, around, until enough fit."""
        tree = self._row.tree
        for begin, end in ((start, tree.total), (0, start)):
            for stretch in tree.stretches(begin, end):
                if self._take(stretch, wanted):
                    return

    def _take(self, stretch: Stretch, wanted: int) -> bool:
        """Add a stretch, or as much of it as is needed; whether enough fit now."""
        if self._row.refuses:
            stretch = self._without_refused(stretch)
        fit = 0
        for found in stretch.tally.values():
            fit += found[0]
        missing = wanted - self.feasible
        if fit > missing:
            if stretch.level > 0:
                return any(self._take(part, wanted) for part in self._row.tree.parts(stretch))
            return self._take(self._cut(stretch.begin, stretch.end, missing), wanted)
        if fit == missing and wanted < self._row.tree.total:
            stretch = self._cut(stretch.begin, stretch.end, missing)
        self._stretches.append(stretch)
        merge(self._groups, stretch.tally)
        self.feasible += fit
        self.looked_at += stretch.end - stretch.begin
        return fit == missing

    def _cut(self, begin: int, end: int, missing: int) -> Stretch:
        """The search ends at the last node that is wanted: what comes after it is not looked at."""
        tree = self._row.tree
        end = tree.reach(begin, end, lambda group: self._refused(group) is None, missing)
        return self._without_refused(Stretch(begin, end, -1, tree.tallied(begin, end)))

    def _without_refused(self, stretch: Stretch) -> Stretch:
        refused = [group for group in stretch.tally if self._refused(group) is not None]
        if not refused:
            return stretch
        left = {group: found for group, found in stretch.tally.items() if group not in refused}
        return Stretch(stretch.begin, stretch.end, stretch.level, left)

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
