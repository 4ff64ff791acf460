"""Affinity terms of pods."""

from __future__ import annotations

from typing import Any

from cluster_core.scheduler.affinity_terms import NONE, affinity_terms

WEB = {"matchLabels": {"app": "web"}}


def _spec(**term: Any) -> dict[str, Any]:
    rule = {"topologyKey": "zone", "labelSelector": WEB, **term}
    preference = {"weight": 7, "podAffinityTerm": rule}
    required, preferred = (
        {"requiredDuringSchedulingIgnoredDuringExecution": [rule]},
        {"preferredDuringSchedulingIgnoredDuringExecution": [preference]},
    )
    return {"affinity": {"podAffinity": required, "podAntiAffinity": preferred}}


def test_rules_and_preferences() -> None:
    terms = affinity_terms(_spec(), "default")
    assert (len(terms.required), len(terms.required_anti), len(terms.preferred)) == (1, 0, 0)
    (apart,) = terms.preferred_anti
    assert (apart.weight, apart.key, terms.prefers, bool(terms)) == (7, "zone", True, True)
    assert affinity_terms({"affinity": {"nodeAffinity": {}}}, "default") is NONE and not NONE


def test_a_term_is_about_its_own_namespace_unless_it_says_others() -> None:
    (own,) = affinity_terms(_spec(), "a").required
    assert own.matches("a", {"app": "web"}, {}) and not own.matches("b", {"app": "web"}, {})
    assert not own.matches("a", {"app": "db"}, {})
    (named,) = affinity_terms(_spec(namespaces=["b"]), "a").required
    assert named.matches("b", {"app": "web"}, {}) and not named.matches("a", {"app": "web"}, {})
    (chosen,) = affinity_terms(_spec(namespaceSelector={"matchLabels": {"team": "x"}}), "a").required
    assert chosen.matches("c", {"app": "web"}, {"team": "x"}) and not chosen.matches("a", {"app": "web"}, {})
    (everywhere,) = affinity_terms(_spec(namespaceSelector={}), "a").required
    assert everywhere.matches("z", {"app": "web"}, {})


def test_an_absent_selector_matches_nothing_and_an_empty_one_everything() -> None:
    (absent,) = affinity_terms(_spec(labelSelector=None), "a").required
    (empty,) = affinity_terms(_spec(labelSelector={}), "a").required
    assert not absent.matches("a", {}, {}) and empty.matches("a", {}, {})
