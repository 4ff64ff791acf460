"""Roles and bindings, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page
from cluster_core.kubectl.rules import short_rules


def describe_role(page: Page, obj: Obj) -> None:
    """A Role or a ClusterRole: resource by resource what may be done."""
    page.name(obj, namespaced=False)
    page.marks(obj)
    page.write(0, "PolicyRule:")
    page.write(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
    page.write(1, "---------\t-----------------\t--------------\t-----")
    for rule in short_rules(obj.get("rules") or []):
        page.write(1, "\t".join(rule.cells()))


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
