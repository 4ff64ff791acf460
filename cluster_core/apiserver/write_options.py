"""Options of writes, checked in upstream's words: dry run, field manager and validation, how a deletion goes.

Options come as the edge found them in a query (texts, lists of texts), from the body of a DELETE, or as programs write them. Upstream:
apimachinery `apis/meta/v1/validation/validation.go`, apiserver `endpoints/handlers/{create,update,patch,delete}.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import Cause, bad_request, invalid, supported
from cluster_core.api.request import Request
from cluster_core.api.schema import DecodeError, decode
from cluster_core.apiserver.list_options import truth, whole_number

META = "meta.k8s.io"
MANAGER_MAX = 128
VALIDATIONS = ("Ignore", "Warn", "Strict")
KINDS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
POLICIES = ("Foreground", "Background", "Orphan")
BOTH = "orphanDependents and deletionPropagation cannot be both set"


def check_write_options(request: Request) -> None:
    """Raise 422 for options of a create, an update or a patch that cannot be."""
    options = request.options
    if not options:
        if request.verb != "patch":
            return
    causes = _apply_causes(options) if request.verb == "patch" else []
    causes += _field_owner_causes(options.get("field_manager")) + _dry_run_causes(options.get("dry_run"))
    given = options.get("field_validation")
    if given and given not in VALIDATIONS:
        words = supported("", "Ignore", "Strict", "Warn")
        causes.append(Cause("fieldValidation", "NotSupported", words, given))
    if causes:
        raise invalid(KINDS[request.verb], META, "", causes)


def is_dry_run(options: dict[str, Any]) -> bool:
    """Whether a write is to be decided but not stored."""
    return bool(options.get("dry_run"))


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How a deletion goes. `grace` in seconds, None as the object says; `policy` "" for the default of the kind; "" = no precondition."""

    grace: int | None = None
    policy: str = ""
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False


def delete_options(request: Request) -> DeleteOptions:
    """The options of a deletion: those of the body if there is one, else those of the query. Raises 400 or 422."""
    options = _of_body(request.body) if request.body else request.options
    policy, orphan = options.get("propagation_policy"), options.get("orphan_dependents")
    causes = []
    if policy and orphan is not None:
        causes.append(Cause("propagationPolicy", "Invalid", BOTH, policy))
    if policy and policy not in POLICIES:
        causes.append(Cause("propagationPolicy", "NotSupported", supported(*POLICIES, "nil"), policy))
    causes += _dry_run_causes(options.get("dry_run"))
    if causes:
        raise invalid("DeleteOptions", META, "", causes)
    if orphan is not None:
        policy = "Orphan" if truth(orphan) else "Background"
    grace = options.get("grace_period")
    wanted = options.get("preconditions") or {}
    if not isinstance(wanted, dict):
        raise bad_request("preconditions must be an object")
    return DeleteOptions(
        None if grace is None or grace == "" else _seconds(grace),
        str(policy or ""),
        str(wanted.get("uid") or ""),
        str(wanted.get("resourceVersion") or ""),
        is_dry_run(options) or is_dry_run(request.options),
    )


def _seconds(grace: Any) -> int:
    """Less than none is one second, as upstream reads it."""
    found = whole_number(grace)
    return found if found >= 0 else 1


def _of_body(body: Any) -> dict[str, Any]:
    """The DeleteOptions that a DELETE brings, by the names of options."""
    try:
        found, _unknown = decode("DeleteOptions", body)
    except DecodeError as error:
        raise bad_request(str(error)) from error
    if found.get("kind", "DeleteOptions") != "DeleteOptions":
        raise bad_request("decoded object cannot be converted to DeleteOptions")
    return {
        "grace_period": found.get("gracePeriodSeconds"),
        "propagation_policy": found.get("propagationPolicy"),
        "orphan_dependents": found.get("orphanDependents"),
        "preconditions": found.get("preconditions"),
        "dry_run": found.get("dryRun"),
    }


def _apply_causes(options: dict[str, Any]) -> list[Cause]:
    if options.get("patch_type") == "apply":
        missing = Cause("fieldManager", "Required", "is required for apply patch")
        return [] if options.get("field_manager") else [missing]
    if options.get("force") is not None:
        return [Cause("force", "Forbidden", "may not be specified for non-apply patch")]
    return []


def _field_owner_causes(manager: Any) -> list[Cause]:
    if not manager:
        return []
    if not isinstance(manager, str):
        raise bad_request("fieldManager must be a text")
    causes = []
    if len(manager.encode("utf-8", "replace")) > MANAGER_MAX:
        causes.append(Cause("fieldManager", "TooLong", f"may not be more than {MANAGER_MAX} bytes"))
        manager = manager[:MANAGER_MAX]
    for place, letter in enumerate(manager):
        if not letter.isprintable():
            words = f"invalid character U+{ord(letter):04X} (at position {place})"
            causes.append(Cause("fieldManager", "Invalid", words, manager))
    return causes[:8]


def _dry_run_causes(given: Any) -> list[Cause]:
    if not given or given is True or given == "All":
        return []
    values = given if isinstance(given, list | tuple) else [given]
    if all(value == "All" for value in values):
        return []
    return [Cause("dryRun", "NotSupported", supported("All"), list(values))]
