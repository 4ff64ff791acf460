"""Containers that a checkpoint takes as a whole. What is in them never changes; a `Shelf` or a `Ledger` itself may.

A checkpoint looks at every object that could change. An index of ten thousand unchanging things is one object to it, when
it says so by its class.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Fixed(dict[str, Any]):
    """Plain data that nobody changes any more: checkpoints and forks share it."""

    __slots__ = ()


class Shelf(dict[Key, Value]):
    """A dict of things that do not change: a checkpoint copies the dict and shares them."""

    __slots__ = ()

    def copy(self) -> Shelf[Key, Value]:
        """Another shelf with the same things, in the same order."""
        return Shelf(self)


class Recent(deque[Value]):
    """The newest of things that do not change, at most `maxlen`: a checkpoint copies the deque and shares them."""

    __slots__ = ()


class Ledger(list[Value]):
    """A list of things that do not change: a checkpoint copies the list and shares them."""

    __slots__ = ()

    def copy(self) -> Ledger[Value]:
        """Another ledger with the same things."""
        return Ledger(self)
