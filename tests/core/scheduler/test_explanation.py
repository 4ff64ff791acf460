"""One decision in full agrees with the cycle that made it."""

from __future__ import annotations

from cluster_core.scheduler.explanation import explain
from cluster_core.scheduler.schedule_one import schedule_one
from tests.core.scheduler.machines import node, pod, profile, snapshot

TAINT = {"key": "x", "effect": "NoSchedule"}


def test_it_has_what_the_cycle_found() -> None:
    nodes = snapshot(node("n1"), node("n2", cpu="8"), node("n3", taints=[TAINT]), node("n4", cpu="8"))
    verdict, _ = schedule_one(pod(cpu="2"), nodes, profile(), 0, lambda count: count - 1)
    card = explain(pod(cpu="2"), nodes, profile(), lambda count: count - 1).as_card()
    assert card["node"] == card["drawn"] == verdict.node == "n4"
    assert card["tied"] == verdict.tied == ["n2", "n4"]
    assert card["counts"] == {"nodes": 4, "feasible": 3, "looked_at": 4}
    rows = {row["name"]: row for row in card["nodes"]}
    assert {name: rows[name]["total"] for name in verdict.totals} == verdict.totals
    weighted = {name: rows[name]["weighted"] for name in verdict.totals}
    assert {name: {k: v for k, v in one.items() if v} for name, one in weighted.items()} == verdict.scores
    assert (rows["n3"]["plugin"], rows["n3"]["feasible"]) == ("TaintToleration", False)
    assert all(
        rows["n1"]["weighted"][name] == card["weights"][name] * rows["n1"]["normalized"][name]
        for name in card["weights"]
    )
    assert [step["point"] for step in card["steps"]] == ["PreFilter", "Filter", "Score", "Reserve", "Bind"]


def test_who_fits_nowhere_has_reasons_by_plugin() -> None:
    nodes = snapshot(node("n1"), node("n2"), node("n3", taints=[TAINT]))
    card = explain(pod(cpu="9"), nodes, profile(), None).as_card()
    assert card["node"] is None
    assert card["message"].startswith(
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu."
    )
    assert card["reasons"][0] == {"plugin": "NodeResourcesFit", "reason": "Insufficient cpu", "count": 2}
    assert card["steps"][-1]["point"] == "PostFilter"


def test_without_a_draw_a_tie_stays_open() -> None:
    card = explain(pod(), snapshot(node("n1"), node("n2")), profile(), None).as_card()
    assert (card["node"], card["drawn"], card["tied"]) == (None, None, ["n1", "n2"])


def test_of_many_nodes_the_best_and_the_nearest_misses_are_rows_and_others_are_found_by_name() -> None:
    fit = [node(f"fit-{number:03}") for number in range(400)]
    full = [node(f"full-{number:03}", cpu="1") for number in range(60)]
    tainted = [node(f"tainted-{number:03}", taints=[TAINT]) for number in range(60)]
    found = explain(pod(cpu="2"), snapshot(*full, *tainted, *fit), profile(), None)
    rows = found.as_card()["nodes"]
    assert len(rows) == 200 and [row["feasible"] for row in rows] == [True] * 150 + [False] * 50
    assert [row["plugin"] for row in rows].count("TaintToleration") >= 10, "no reason is left out"
    assert {row["name"] for row in found.as_card("tainted-05")["nodes"]} == {
        f"tainted-{number:03}" for number in range(50, 60)
    }
    assert found.as_card("nobody")["nodes"] == []
