"""Nobody gives rights that they have not: writes of roles and bindings. Upstream: `pkg/registry/rbac/{role,rolebinding,…}/policybased`.

Real Kubernetes does this in the storage of these kinds; here it stands with the admission plugins, which see the same.
"""

from __future__ import annotations

from cluster_core.api.errors import not_found
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, UPDATE, Attributes, Plugin
from cluster_core.apiserver.authentication.identity import MASTERS
from cluster_core.apiserver.authorization.attributes import Attributes as Asked
from cluster_core.apiserver.authorization.rbac import (
    BINDINGS,
    CLUSTER_BINDINGS,
    CLUSTER_ROLES,
    GROUP,
    ROLES,
    role_rules,
)
from cluster_core.apiserver.authorization.rules import compact, printed, uncovered


class PrivilegeEscalation(Plugin):
    """A role may hold, and a binding may give, only what its author holds, unless the author may "escalate" or "bind"."""

    name = "PrivilegeEscalation"
    points = tuple(
        (operation, resource, "")
        for operation in (CREATE, UPDATE)
        for resource in (ROLES, CLUSTER_ROLES, BINDINGS, CLUSTER_BINDINGS)
    )

    def validate(self, attributes: Attributes) -> None:
        """403 with the rights that are missing."""
        old, new = attributes.old, attributes.obj
        if MASTERS in attributes.who.groups:
            return
        if attributes.kind.kind in ("Role", "ClusterRole"):
            if old is not None and old.get("rules") == new.get("rules") and _gathers(old) == _gathers(new):
                return
            if self._may(attributes, "escalate", attributes.kind.plural, new["metadata"]["name"]):
                return
            self._confirm(attributes, list(new.get("rules") or ()))
            if _gathers(new):
                self._confirm(attributes, [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}])
        else:
            self._check_binding(attributes, new)

    def _check_binding(self, attributes: Attributes, new: Obj) -> None:
        ref = new["roleRef"]
        if attributes.old is not None and attributes.old.get("subjects") == new.get("subjects"):
            return
        if self._may(attributes, "bind", f"{ref['kind'].lower()}s", ref["name"]):
            return
        rules = role_rules(attributes.cache, ref, attributes.namespace)
        if rules is None:
            resource = f"{ref['kind'].lower()}s.{GROUP}"
            raise not_found(resource, ref["name"])
        self._confirm(attributes, rules)

    @staticmethod
    def _may(attributes: Attributes, verb: str, resource: str, name: str) -> bool:
        asked = Asked(verb, GROUP, resource, namespace=attributes.namespace, name=name)
        return attributes.context.authorizer.decide(attributes.cache, attributes.who, asked).allowed

    @staticmethod
    def _confirm(attributes: Attributes, rules: list[Obj]) -> None:
        who = attributes.who
        owned, problems = attributes.context.authorizer.rules_of(attributes.cache, who, attributes.namespace)
        missing = sorted(printed(one) for one in compact(uncovered(owned, rules)))
        if not missing:
            return
        groups = " ".join(f'"{group}"' for group in who.groups)
        why = f'user "{who.user}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n'
        why += "\n".join(missing)
        raise attributes.refused(f"{why}; resolution errors: [{', '.join(problems)}]" if problems else why)


def _gathers(role: Obj) -> object:
    return role.get("aggregationRule")
