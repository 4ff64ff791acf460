"""Parts of objects as one cell of a table. Upstream: `pkg/printers/internalversion/printers.go` and what it calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.duration import since

NONE = "<none>"
UNSET = "<unset>"
LISTED_MAX = 3
ACCESS_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def spec(obj: Obj) -> Obj:
    """The spec, empty for an object without one."""
    found: Obj = obj.get("spec") or {}
    return found


def status(obj: Obj) -> Obj:
    """The status, empty for an object without one."""
    found: Obj = obj.get("status") or {}
    return found


def name(obj: Obj) -> str:
    """metadata.name."""
    return str(obj["metadata"].get("name", ""))


def age(obj: Obj, now: int) -> str:
    """How long ago the object was created."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def is_true(conditions: Any, kind: str) -> bool:
    """Whether the first condition of a type has the status True."""
    found = next((each for each in conditions or () if each.get("type") == kind), None)
    return found is not None and found.get("status") == "True"


def containers(template: Obj | None) -> list[str]:
    """The cells Containers and Images of a pod template."""
    found = spec(template or {}).get("containers") or ()
    return [",".join(each.get(field, "") for each in found) for field in ("name", "image")]


def labels(given: dict[str, str] | None) -> str:
    """A map of labels: "app=web,tier=front"."""
    return ",".join(f"{key}={value}" for key, value in sorted((given or {}).items())) or NONE


def selector(given: Obj | None) -> str:
    """A label selector as kubectl's -l takes it."""
    return selector_text(given) or NONE


def selector_text(given: Obj | None) -> str:
    """The same, "" for one that selects all or nothing. Sorted by key; `in` keeps its brackets for one value, unlike in a query."""
    given = given or {}
    terms = [(key, f"{key}={value}") for key, value in (given.get("matchLabels") or {}).items()]
    terms += [(each.get("key", ""), _expression(each)) for each in given.get("matchExpressions") or ()]
    return ",".join(text for _key, text in sorted(terms, key=lambda term: term[0]))


def _expression(given: Obj) -> str:
    key, operator = given.get("key", ""), given.get("operator", "")
    if operator in ("Exists", "DoesNotExist"):
        return f"{'' if operator == 'Exists' else '!'}{key}"
    return f"{key} {operator.lower()} ({','.join(sorted(given.get('values') or ()))})"


def listed(texts: Sequence[str], total: int | None = None, most: int = LISTED_MAX) -> str:
    """The first of them and how many more there are: "a,b,c + 2 more..."."""
    count = len(texts) if total is None else total
    text = ",".join(texts[:most])
    return f"{text} + {count - most} more..." if count > most else text


def access_modes(modes: Any) -> str:
    """ "RWO,RWX"."""
    return ",".join(short for mode, short in ACCESS_MODES.items() if mode in (modes or ()))


def yes(value: bool | None) -> str:
    """A boolean that may be unset, in upstream's words."""
    return UNSET if value is None else str(value)


def load_balancer(obj: Obj) -> str:
    """The addresses or host names of a load balancer, sorted."""
    ingress = (status(obj).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({each.get("ip") or each.get("hostname") or "" for each in ingress} - {""}))


def host_port(address: str, port: int) -> str:
    """ "10.0.0.1:80", "[fd00::1]:80"."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
