"""Options of requests, from the query or the body of a DELETE, checked in upstream's words.

Upstream: apimachinery `apis/meta/v1/types.go`, `apis/meta/v1/validation/validation.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause, bad_request, invalid, supported
from explorer.kubeapi.exchange import Exchange

MANAGER_BYTES_MAX = 128
FIELD_VALIDATIONS = ("Ignore", "Strict", "Warn")
DRY_RUNS = ("All",)
META = "meta.k8s.io"


READ = {
    "resourceVersion": "resource_version",
    "resourceVersionMatch": "resource_version_match",
}
LIST = {
    **READ,
    "labelSelector": "label_selector",
    "fieldSelector": "field_selector",
    "limit": "limit",
    "continue": "continue",
    "allowWatchBookmarks": "allow_bookmarks",
    "sendInitialEvents": "send_initial_events",
}


def of_read(exchange: Exchange, lists: bool) -> dict[str, Any]:
    """Options of a get, list or watch, as texts: the API server reads them."""
    names = LIST if lists else READ
    return {name: exchange.text(given) for given, name in names.items() if given in exchange.query}


def of_write(exchange: Exchange, verb: str) -> dict[str, Any]:
    """Options of a create, update or patch. Raises 422 for values that there are not."""
    kind = {"create": "CreateOptions", "update": "UpdateOptions"}.get(verb, "PatchOptions")
    manager, validation = exchange.text("fieldManager"), exchange.text("fieldValidation")
    causes = _wrong_dry_run(exchange.query.get("dryRun", []))
    if len(manager.encode(errors="replace")) > MANAGER_BYTES_MAX:
        causes.append(Cause("fieldManager", "TooLong", f"may not be more than {MANAGER_BYTES_MAX} bytes"))
    if not manager.isprintable():
        causes.append(Cause("fieldManager", "Invalid", "should only contain printable characters", manager))
    if validation and validation not in FIELD_VALIDATIONS:
        causes.append(Cause("fieldValidation", "NotSupported", supported(*FIELD_VALIDATIONS), validation))
    if causes:
        raise invalid(kind, META, "", causes)
    found: dict[str, Any] = {"field_validation": validation or "Warn"}
    if manager:
        found["field_manager"] = manager
    if exchange.query.get("dryRun"):
        found["dry_run"] = True
    if verb == "patch" and "force" in exchange.query:
        found["force"] = exchange.flag("force")
    return found


def of_delete(exchange: Exchange, body: Any) -> dict[str, Any]:
    """Options of a delete: those of the body, else those of the query. Raises 400 or 422."""
    given: dict[str, Any] = body if body is not None else _delete_query(exchange)
    if not isinstance(given, dict):
        raise bad_request("the object provided is unrecognized (must be of type DeleteOptions)")
    _check_delete(given)
    causes = _wrong_dry_run(given.get("dryRun") or [])
    policy, orphan = given.get("propagationPolicy"), given.get("orphanDependents")
    if policy is not None and orphan is not None:
        causes.append(
            Cause("propagationPolicy", "Invalid", "orphanDependents and deletionPropagation cannot be both set", policy)
        )
    if causes:
        raise invalid("DeleteOptions", META, "", causes)
    if orphan is not None:
        policy = "Orphan" if orphan else "Background"
    found = {
        "grace_period": given.get("gracePeriodSeconds"),
        "propagation_policy": policy,
        "preconditions": given.get("preconditions"),
    }
    options = {name: value for name, value in found.items() if value not in (None, "", {})}
    return {**options, "dry_run": True} if given.get("dryRun") else options


def manager_of(agent: str) -> str:
    """The field manager of a client that names none: the program of its User-Agent. Upstream: `handlers/create.go` `managerOrUserAgent`."""
    return "".join(char for char in agent.partition("/")[0] if char.isprintable())[:MANAGER_BYTES_MAX] or "unknown"


def _delete_query(exchange: Exchange) -> dict[str, Any]:
    found: dict[str, Any] = {
        "gracePeriodSeconds": exchange.number("gracePeriodSeconds"),
        "propagationPolicy": exchange.text("propagationPolicy") or None,
        "dryRun": exchange.query.get("dryRun", []),
    }
    if "orphanDependents" in exchange.query:
        found["orphanDependents"] = exchange.flag("orphanDependents")
    return found


def _check_delete(given: dict[str, Any]) -> None:
    """Types of the fields of DeleteOptions."""
    kinds: dict[str, tuple[type, ...]] = {
        "gracePeriodSeconds": (int,),
        "propagationPolicy": (str,),
        "orphanDependents": (bool,),
        "preconditions": (dict,),
        "dryRun": (list,),
    }
    for name, types in kinds.items():
        value = given.get(name)
        if value is None:
            continue
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise bad_request(
                f'DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal {_go_type(value)} into Go struct field DeleteOptions.{name}'
            )
    preconditions = given.get("preconditions") or {}
    for name in ("uid", "resourceVersion"):
        if not isinstance(preconditions.get(name) or "", str):
            raise bad_request(
                f'DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal {_go_type(preconditions[name])} into Go struct field Preconditions.preconditions.{name} of type string'
            )


def _go_type(value: Any) -> str:
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "value")


def _wrong_dry_run(values: list[Any]) -> list[Cause]:
    if all(value in DRY_RUNS for value in values):
        return []
    return [Cause("dryRun", "NotSupported", supported(*DRY_RUNS), values)]
