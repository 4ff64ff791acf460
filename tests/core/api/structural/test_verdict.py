"""What validators found."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.structural.verdict import Verdict, quoted


def test_checks_that_agree_are_counted() -> None:
    verdict = Verdict().merge(Verdict()).merge(Verdict.of(Cause("a", "Required")))
    verdict.add(Cause("b", "Required"))
    assert ([cause.field for cause in verdict.causes], verdict.count) == (["a", "b"], 1)
    assert quoted('a"é') == '"a\\"é"'
