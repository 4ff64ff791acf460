"""Addresses and families of Services: what is filled in, what does not go together."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.service_families import family_causes, fixed_address_causes, with_families
from cluster_core.api.request import Obj

ONE, SIX = "10.96.3.4", "fd00::1"


def spec(**fields: Any) -> Obj:
    return with_families({"type": "ClusterIP", **fields}, None)


FILLED: list[tuple[Obj, Obj]] = [
    (spec(selector={"a": "b"}), {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4"]}),
    (spec(clusterIP=ONE), {"clusterIPs": [ONE], "ipFamilies": ["IPv4"]}),
    (spec(clusterIP="None", selector={"a": "b"}), {"ipFamilyPolicy": "SingleStack", "clusterIPs": ["None"]}),
    (spec(clusterIP="None"), {"ipFamilyPolicy": "RequireDualStack", "ipFamilies": ["IPv4", "IPv6"]}),
    (spec(clusterIP="None", ipFamilies=["IPv6"]), {"ipFamilies": ["IPv6", "IPv4"]}),
    (spec(ipFamilyPolicy="PreferDualStack"), {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv4"]}),
]


@pytest.mark.parametrize(("found", "expected"), FILLED)
def test_what_is_left_open_is_filled_in(found: Obj, expected: Obj) -> None:
    assert {name: found.get(name) for name in expected} == expected
    assert family_causes(found) == []


def test_a_name_outside_has_none() -> None:
    outside = {"type": "ExternalName", "externalName": "a.b"}
    assert with_families(outside, None) == outside
    assert family_causes(outside) == []


WRONG: list[tuple[Obj, str]] = [
    ({"clusterIPs": [ONE]}, 'spec.clusterIPs: Invalid value: ["10.96.3.4"]: must be empty when `clusterIP` is not'),
    ({"clusterIP": ONE, "clusterIPs": ["10.96.3.5"]}, "first value must match `clusterIP`"),
    ({"ipFamilies": ["IPv5"]}, 'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"'),
    ({"ipFamilies": ["IPv4", "IPv4"]}, 'spec.ipFamilies[1]: Duplicate value: "IPv4"'),
    ({"ipFamilyPolicy": "X"}, 'spec.ipFamilyPolicy: Unsupported value: "X": supported values: "PreferDualStack"'),
    ({"clusterIP": "x"}, 'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address'),
    ({"clusterIP": "None", "clusterIPs": ["None", ONE]}, "'None' must be the first and only value"),
    ({"clusterIP": ONE, "clusterIPs": [ONE, SIX, "10.96.3.6"]}, "may only hold up to 2 values"),
    ({"clusterIP": ONE, "clusterIPs": [ONE, "10.96.3.6"]}, "may specify no more than one IP for each IP family"),
    (
        {"clusterIP": SIX, "ipFamilies": ["IPv4"]},
        'spec.clusterIPs[0]: Invalid value: "fd00::1": expected an IPv4 value as indicated by `ipFamilies[0]`',
    ),
    ({"clusterIP": SIX}, 'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'),
    (
        {"ipFamilies": ["IPv4", "IPv6"]},
        "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    ),
    ({"clusterIP": ONE, "clusterIPs": [ONE, SIX]}, "'PreferDualStack' when multiple cluster IPs are specified"),
    (
        {"ipFamilyPolicy": "RequireDualStack"},
        'Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ),
    ({"ipFamilies": ["IPv6"]}, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_what_does_not_go_together(given: Obj, words: str) -> None:
    assert any(words in cause.text() for cause in family_causes(spec(**given)))


def test_the_first_address_and_family_stay() -> None:
    old = spec(clusterIP=ONE)
    assert fixed_address_causes(old, old) == []
    assert fixed_address_causes({**old, "type": "ExternalName"}, old) == []
    other = fixed_address_causes({**old, "clusterIPs": ["10.96.3.5"]}, old)
    assert [cause.text() for cause in other] == [
        'spec.clusterIPs[0]: Invalid value: ["10.96.3.5"]: may not change once set'
    ]
    longer = fixed_address_causes({**old, "clusterIPs": [SIX, ONE], "ipFamilies": ["IPv6", "IPv4"]}, old)
    assert [cause.field for cause in longer] == ["spec.clusterIPs[0]", "spec.ipFamilies[0]"]


def test_an_update_speaks_one_form_of_the_address() -> None:
    old = spec(clusterIP=ONE)
    assert with_families({**old, "clusterIP": "10.96.3.5"}, old)["clusterIPs"] == ["10.96.3.5"]
    single = with_families({**spec(clusterIP="None"), "ipFamilyPolicy": "SingleStack"}, spec(clusterIP="None"))
    assert single["ipFamilies"] == ["IPv4"]
