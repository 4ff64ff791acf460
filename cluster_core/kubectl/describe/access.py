"""Roles and bindings, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page


def describe_role(page: Page, obj: Obj) -> None:
    """A Role or a ClusterRole: resource by resource what may be done."""
    page.name(obj, namespaced=False)
    page.marks(obj)
    page.write(0, "PolicyRule:")
    page.write(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
    page.write(1, "---------\t-----------------\t--------------\t-----")
    for row in sorted(_rows(obj.get("rules") or [])):
        page.write(1, "\t".join(row))


def _rows(rules: list[Obj]) -> list[tuple[str, str, str, str]]:
    """One row per resource and names; the verbs of rules about the same are put together."""
    verbs: dict[tuple[str, str, str], list[str]] = {}
    for rule in rules:
        names = _shown(rule.get("resourceNames"))
        places = [
            (f"{resource}.{group}" if group else resource, "[]", names)
            for group in rule.get("apiGroups") or [""]
            for resource in rule.get("resources") or ()
        ]
        places += [("", f"[{url}]", "[]") for url in rule.get("nonResourceURLs") or ()]
        for place in places:
            verbs.setdefault(place, []).extend(rule.get("verbs") or ())
    return [(*place, _shown(list(dict.fromkeys(found)))) for place, found in verbs.items()]


def _shown(values: list[str] | None) -> str:
    return f"[{' '.join(values or ())}]"


def describe_binding(page: Page, obj: Obj) -> None:
    """A RoleBinding or a ClusterRoleBinding: who has which role."""
    page.name(obj, namespaced=False)
    page.marks(obj)
    page.write(0, "Role:")
    page.write(1, f"Kind:\t{obj['roleRef']['kind']}")
    page.write(1, f"Name:\t{obj['roleRef']['name']}")
    page.write(0, "Subjects:")
    page.write(1, "Kind\tName\tNamespace")
    page.write(1, "----\t----\t---------")
    for one in obj.get("subjects") or ():
        page.write(1, f"{one['kind']}\t{one['name']}\t{one.get('namespace', '')}")
