"""The tree of a script is data that checkpoints may share."""

from __future__ import annotations

import pickle

from cluster_core.cluster.history import is_frozen
from cluster_core.shell import syntax
from cluster_core.shell.parser import parse


def test_every_node_is_frozen() -> None:
    nodes = [kind for kind in vars(syntax).values() if isinstance(kind, type) and hasattr(kind, "__dataclass_params__")]
    assert len(nodes) > 20
    assert all(is_frozen(kind) for kind in nodes)


def test_a_tree_comes_back() -> None:
    tree = parse("if a; then b | c; fi; f() { x=1 d; }")
    assert pickle.loads(pickle.dumps(tree)) == tree
