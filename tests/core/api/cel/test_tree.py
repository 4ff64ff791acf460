"""Trees."""

from __future__ import annotations

from cluster_core.api.cel.parser import parse
from cluster_core.api.cel.tree import children, depth_of


def test_children_of_every_node() -> None:
    tree = parse("[a.b, {k: v}, f(x), t.g(y), T{n: z}, l.all(i, c), o.optMap(p, q), 1]")
    assert [len(children(node)) for node in children(tree)] == [1, 2, 1, 2, 1, 2, 2, 0]


def test_depth() -> None:
    assert depth_of(parse("1")) == 1
    assert depth_of(parse("a.b.c")) == 3
    assert depth_of(parse("a && b && c")) == 2
