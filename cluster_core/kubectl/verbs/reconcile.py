"""kubectl auth reconcile: roles and bindings get what a manifest says, and keep what they have besides.

Upstream: `k8s.io/kubectl/pkg/cmd/auth/reconcile.go`, `k8s.io/component-helpers/auth/rbac/reconciliation`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, Manifest, manifests
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, on_client, said
from cluster_core.kubectl.rules import ShortRule, missing, short_rules

FLAGS = (
    FILENAME,
    RECURSIVE,
    DRY_RUN,
    OUTPUT,
    Flag("remove-extra-permissions", kind="bool"),
    Flag("remove-extra-subjects", kind="bool"),
)
GROUP = "rbac.authorization.k8s.io"
PROTECTED = "rbac.authorization.kubernetes.io/autoupdate"
ROLES, BINDINGS = ("Role", "ClusterRole"), ("RoleBinding", "ClusterRoleBinding")


@dataclass(slots=True)
class Outcome:
    """What it takes: none, create, update or recreate; the object as it is to be, and what to tell of the change."""

    operation: str
    obj: Obj
    told: list[str] = field(default_factory=list)


def reconcile(terminal: Terminal, given: Arguments) -> Talk:
    """Bring roles and bindings to what a manifest says."""
    if not given.given("filename"):
        raise KubectlError("error: must specify one of -f and -k")
    for one in manifests(terminal, given, "reconcile"):
        if one.resource.group != GROUP or one.resource.kind not in (*ROLES, *BINDINGS):
            continue
        answer: Answer = yield from ask(terminal, Call("GET", one.resource.path(one.namespace, one.name)))
        if not answer.ok and answer.code != 404:
            raise failed(answer)
        outcome = _outcome(given, one.obj, answer.body if answer.ok else None)
        guarded = answer.ok and (answer.body["metadata"].get("annotations") or {}).get(PROTECTED) == "false"
        if not on_client(given) and not guarded:
            yield from _carry_out(terminal, one, outcome)
        _tell(terminal, given, one, outcome, guarded)


def _outcome(given: Arguments, wanted: Obj, there: Obj | None) -> Outcome:
    is_role = wanted["kind"] in ROLES
    if there is None:
        told = _added_rules(short_rules(wanted.get("rules") or [])) if is_role else _subjects(wanted.get("subjects"))
        return Outcome("create", wanted, told)
    if is_role:
        return _role(given, wanted, there)
    if wanted["roleRef"] != there["roleRef"]:
        return Outcome("recreate", wanted, _subjects(wanted.get("subjects")))
    return _binding(given, wanted, there)


def _role(given: Arguments, wanted: Obj, there: Obj) -> Outcome:
    had, wants = there.get("rules") or [], wanted.get("rules") or []
    added, extra = missing(wants, had), missing(had, wants)
    told = _added_rules(added)
    new = [*had, *(rule.as_rule() for rule in added)]
    if given.flag("remove-extra-permissions") and extra:
        told += ["\textra rules removed:", *(f"\t\t{rule.as_struct()}" for rule in extra)]
        new = wants
    return _merged(wanted, there, {"rules": new}, new != had, told)


def _binding(given: Arguments, wanted: Obj, there: Obj) -> Outcome:
    had, wants = there.get("subjects") or [], wanted.get("subjects") or []
    added = [one for one in wants if _known(one) not in map(_known, had)]
    extra = [one for one in had if _known(one) not in map(_known, wants)]
    told, new = _subjects(added), [*had, *added]
    if given.flag("remove-extra-subjects") and extra:
        told += ["\textra subjects removed:", *(f"\t\t{_struct(one)}" for one in extra)]
        new = wants
    return _merged(wanted, there, {"subjects": new}, new != had, told)


def _merged(wanted: Obj, there: Obj, part: Obj, changed: bool, told: list[str]) -> Outcome:
    """Labels and annotations of the manifest are added too."""
    meta = dict(there["metadata"])
    for name in ("labels", "annotations"):
        more: dict[str, Any] = wanted["metadata"].get(name) or {}
        if any((meta.get(name) or {}).get(key) != value for key, value in more.items()):
            meta[name], changed = {**(meta.get(name) or {}), **more}, True
    return Outcome("update" if changed else "none", {**there, **part, "metadata": meta}, told)


def _carry_out(terminal: Terminal, one: Manifest, outcome: Outcome) -> Talk:
    path, collection = one.resource.path(one.namespace, one.name), one.resource.path(one.namespace)
    calls = {
        "none": [],
        "create": [Call("POST", collection, {}, outcome.obj)],
        "update": [Call("PUT", path, {}, outcome.obj)],
        "recreate": [Call("DELETE", path), Call("POST", collection, {}, outcome.obj)],
    }[outcome.operation]
    terminal.touch(one.resource.singular, one.namespace, one.name)
    for call in calls:
        answer: Answer = yield from ask(terminal, call)
        if not answer.ok:
            raise failed(answer)


def _tell(terminal: Terminal, given: Arguments, one: Manifest, outcome: Outcome, guarded: bool) -> None:
    said(terminal, given, one.label, "reconciled", outcome.obj)
    if outcome.operation == "none":
        return
    caveat = f", but object opted out ({PROTECTED}: false)" if guarded else ""
    terminal.err(f"\treconciliation required {outcome.operation}{caveat}")
    for line in outcome.told:
        terminal.err(line)


def _added_rules(rules: list[ShortRule]) -> list[str]:
    return ["\tmissing rules added:", *(f"\t\t{rule.as_struct()}" for rule in rules)] if rules else []


def _subjects(subjects: list[Obj] | None) -> list[str]:
    return ["\tmissing subjects added:", *(f"\t\t{_struct(one)}" for one in subjects)] if subjects else []


def _known(subject: Obj) -> tuple[str, str, str]:
    return subject["kind"], subject.get("namespace", ""), subject["name"]


def _struct(subject: Obj) -> str:
    group = subject.get("apiGroup", "" if subject["kind"] == "ServiceAccount" else GROUP)
    return (
        f"{{Kind:{subject['kind']} APIGroup:{group} Name:{subject['name']} Namespace:{subject.get('namespace', '')}}}"
    )
