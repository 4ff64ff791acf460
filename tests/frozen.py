"""A debug mode for invariant I4: everything that the API server has stored raises when somebody changes it in place."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from cluster_core.apiserver import answers, watch_cache
from cluster_core.etcd import api as etcd_api


class MutationError(AssertionError):
    """Somebody changed a stored object instead of making another version of it."""


def _refuse(self: Any, *_args: Any, **_named: Any) -> NoReturn:
    raise MutationError(f"a stored object is never mutated: {str(self)[:200]}")


class FrozenDict(dict[str, Any]):
    """A dict of a stored object."""

    __setitem__ = __delitem__ = pop = popitem = clear = update = setdefault = __ior__ = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Thawed in a checkpoint as it was frozen."""
        return (FrozenDict, (dict(self),))


class FrozenList(list[Any]):
    """A list of a stored object."""

    __setitem__ = __delitem__ = append = extend = insert = pop = remove = clear = sort = reverse = _refuse  # type: ignore[assignment]
    __iadd__ = __imul__ = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Thawed in a checkpoint as it was frozen."""
        return (FrozenList, (list(self),))


def frozen(value: Any) -> Any:
    """A copy that cannot be changed; what is frozen already is itself."""
    if isinstance(value, FrozenDict | FrozenList):
        return value
    if isinstance(value, dict):
        return FrozenDict({name: frozen(part) for name, part in value.items()})
    if isinstance(value, list):
        return FrozenList(frozen(part) for part in value)
    return value


@contextmanager
def frozen_objects() -> Iterator[None]:
    """Freeze every object as it is put into etcd and as the watch cache hands it out."""
    put, versioned, size = etcd_api.Put, watch_cache.with_revision, answers.rough_size

    def put_frozen(key: str, value: Any, lease: int = 0) -> Any:
        return put(key, frozen(value), lease)

    def versioned_frozen(obj: Any, revision: int) -> Any:
        return frozen(versioned(obj, revision))

    def size_of_frozen(value: Any) -> int:
        """marshal takes plain dicts only."""
        return size(json.loads(json.dumps(value)))

    with pytest.MonkeyPatch.context() as patch:
        for name, module in sorted(sys.modules.items()):
            if name.startswith("cluster_core.apiserver"):
                for attribute, original, replacement in (
                    ("Put", put, put_frozen),
                    ("with_revision", versioned, versioned_frozen),
                    ("rough_size", size, size_of_frozen),
                ):
                    if getattr(module, attribute, None) is original:
                        patch.setattr(module, attribute, replacement)
        yield
