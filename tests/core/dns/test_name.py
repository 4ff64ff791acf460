"""resolv.conf and names."""

from __future__ import annotations

import pytest

from cluster_core.dns.name import ResolvConf, cluster_first, is_dns_name

SVC = "default.svc.cluster.local"


def test_a_name_with_few_dots_goes_through_the_search_list_first() -> None:
    conf = cluster_first("default", "10.96.0.10")
    assert conf.candidates("web")[0] == f"web.{SVC}" and conf.candidates("web")[-1] == "web"
    assert conf.candidates("example.com.") == ["example.com"]
    assert conf.candidates("a.b.c.d.e.f")[0] == "a.b.c.d.e.f"
    assert ResolvConf("192.168.66.1").candidates("web") == ["web"]
    assert conf.text() == f"search {SVC} svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("web", True),
        ("a_b.c-d.", True),
        ("", False),
        (".", False),
        ("a..b", False),
        ("a b", False),
        ("ä", False),
        ("x" * 64, False),
        ("a." * 130, False),
    ],
)
def test_what_can_be_asked_for(text: str, valid: bool) -> None:
    assert is_dns_name(text) is valid
