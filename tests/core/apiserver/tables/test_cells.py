"""Parts of objects as text."""

from __future__ import annotations

from cluster_core.apiserver.tables import cells


def test_selectors_are_sorted_by_key_and_keep_their_brackets() -> None:
    given = {
        "matchLabels": {"tier": "front", "app": "web"},
        "matchExpressions": [
            {"key": "zone", "operator": "In", "values": ["b", "a"]},
            {"key": "env", "operator": "NotIn", "values": ["test"]},
            {"key": "b", "operator": "Exists"},
            {"key": "c", "operator": "DoesNotExist"},
        ],
    }
    assert cells.selector(given) == "app=web,b,!c,env notin (test),tier=front,zone in (a,b)"
    assert cells.selector({}) == cells.selector(None) == "<none>"
    assert cells.selector_text({}) == ""


def test_labels_are_sorted() -> None:
    assert cells.labels({"b": "2", "a": "1"}) == "a=1,b=2"
    assert cells.labels(None) == "<none>"


def test_lists_are_cut_after_three() -> None:
    assert cells.listed(["a", "b", "c"]) == "a,b,c"
    assert cells.listed(["a", "b", "c", "d", "e"]) == "a,b,c + 2 more..."


def test_addresses_of_ipv6_have_brackets() -> None:
    assert cells.host_port("10.0.0.1", 80) == "10.0.0.1:80"
    assert cells.host_port("fd00::1", 80) == "[fd00::1]:80"


def test_load_balancers_and_access_modes() -> None:
    ingress = [{"hostname": "b.example"}, {"ip": "10.0.0.2"}, {"ip": "10.0.0.2"}]
    assert cells.load_balancer({"status": {"loadBalancer": {"ingress": ingress}}}) == "10.0.0.2,b.example"
    assert cells.access_modes(["ReadWriteMany", "ReadWriteOnce"]) == "RWO,RWX"
