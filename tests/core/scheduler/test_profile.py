"""A profile runs its plugins point by point, as upstream's runtime does."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, Plugin, PostFilterResult, PreFilterResult
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status, skip
from tests.core.scheduler.machines import node, pod, profile, snapshot


class Answers(Plugin):
    """Says at PreFilter what it was told to say."""

    def __init__(self, name: str, answer: PreFilterResult | Status | None) -> None:
        super().__init__()
        self.name = name  # type: ignore[misc]
        self.answer = answer
        self.filtered = 0

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        return self.answer

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        self.filtered += 1
        return None


def _pre_filter(*plugins: Plugin) -> tuple[set[str] | None, list[str]]:
    found = Profile(list(plugins)).pre_filter(CycleState(), pod(), snapshot())
    return found.nodes, found.refusal.reasons if found.refusal else []


def test_named_nodes_are_intersected() -> None:
    first, second = Answers("A", PreFilterResult({"a", "b"})), Answers("B", PreFilterResult({"b", "c"}))
    assert _pre_filter(first, Answers("N", None), second) == ({"b"}, [])
    nobody = ["node(s) didn't satisfy plugin(s) [A C] simultaneously"]
    assert _pre_filter(first, Answers("C", PreFilterResult({"c"}))) == (set(), nobody)
    assert _pre_filter(Answers("C", PreFilterResult(set()))) == (set(), ["node(s) didn't satisfy plugin C"])


def test_what_eviction_could_resolve_lets_the_others_speak() -> None:
    soft, hard = Answers("S", Status(UNSCHEDULABLE, ["soft"])), Answers("H", Status(UNRESOLVABLE, ["hard"]))
    assert _pre_filter(soft, hard) == (None, ["hard"])
    assert _pre_filter(hard, soft) == (None, ["hard"])
    assert _pre_filter(soft, Answers("N", PreFilterResult({"a"}))) == ({"a"}, ["soft"])


def test_who_skips_is_not_asked_again() -> None:
    busy, idle, state = Answers("busy", None), Answers("idle", skip()), CycleState()
    both = Profile([busy, idle])
    both.pre_filter(state, pod(), snapshot())
    assert both.filter(state, pod(), node()) is None
    assert (busy.filtered, idle.filtered, state.skip_filter) == (1, 0, {"idle"})


def test_nominated_pods_take_their_room_from_no_higher_priority() -> None:
    there, state, rules = node(cpu="1"), CycleState(), profile()
    coming = pod("coming", "1", priority=5)
    both = Snapshot({"n1": there}, nominated={"n1": [coming]})
    rules.pre_filter(state, pod("p", "1"), both)
    refused = rules.filter_nominated(state, pod("p", "1", priority=5), there, both)
    assert refused is not None and refused.reasons == ["Insufficient cpu"]
    assert rules.filter_nominated(state, pod("p", "1", priority=6), there, both) is None
    assert rules.filter_nominated(state, coming, there, both) is None
    assert there.requested.cpu == 0


class Tries(Plugin):
    """A PostFilter plugin with a prepared result."""

    def __init__(self, result: PostFilterResult) -> None:
        super().__init__()
        self.name = "Tries"  # type: ignore[misc]
        self.result = result

    def post_filter(
        self, profile: Profile, state: CycleState, pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses
    ) -> PostFilterResult:
        return self.result


def test_post_filter_ends_at_the_first_that_helps_and_tells_all_that_do_not() -> None:
    helps = Tries(PostFilterResult(None, nominate="n1"))
    no, clears = (
        Tries(PostFilterResult(Status(UNSCHEDULABLE, [word]), nominate))
        for word, nominate in (("no", None), ("never", ""))
    )
    run = (CycleState(), pod(), snapshot(), NodeStatuses())
    assert Profile([no, helps, clears]).post_filter(*run) == helps.result
    assert Profile([no, clears]).post_filter(*run) == PostFilterResult(Status(UNSCHEDULABLE, ["no", "never"]), "")
    assert Profile([]).post_filter(*run) is None


class Books(Plugin):
    """Reserves, or refuses to."""

    def __init__(self, name: str, books: list[str], refuses: bool = False) -> None:
        super().__init__()
        self.name = name  # type: ignore[misc]
        self.books, self.refuses = books, refuses

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        self.books.append(f"+{self.name}")
        return Status(UNSCHEDULABLE, ["full"]) if self.refuses else None

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        self.books.append(f"-{self.name}")


def test_a_refused_reservation_is_undone_everywhere_in_reverse() -> None:
    books: list[str] = []
    refused = Profile([Books("a", books), Books("b", books, refuses=True), Books("c", books)]).reserve(
        CycleState(), pod(), "n1"
    )
    assert refused is not None and refused.plugin == "b"
    assert books == ["+a", "+b", "-c", "-b", "-a"]


def test_weights_are_the_plugins_unless_the_profile_has_its_own() -> None:
    assert profile().weights["TaintToleration"] == 3
    assert Profile([Answers("A", None)], weights={"A": 7}).weights == {"A": 7}
