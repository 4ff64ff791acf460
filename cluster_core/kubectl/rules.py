"""Policy rules as kubectl shows them: taken apart, verbs about the same thing put together again. Upstream: `k8s.io/kubectl/pkg/util/rbac/rbac.go`."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.request import Obj


@dataclass(slots=True)
class ShortRule:
    """What may be done with one resource (perhaps of one name), or with one path."""

    resource: str = ""
    group: str = ""
    names: list[str] = field(default_factory=list)
    path: str = ""
    verbs: list[str] = field(default_factory=list)

    def cells(self) -> list[str]:
        """Resources, Non-Resource URLs, Resource Names, Verbs."""
        plural, slash, sub = self.resource.partition("/")
        shown = (f"{plural}.{self.group}" if self.group else plural) + slash + sub
        return [shown, bracketed([self.path] if self.path else []), bracketed(self.names), bracketed(self.verbs)]

    def as_rule(self) -> Obj:
        """As a PolicyRule."""
        if self.path:
            return {"nonResourceURLs": [self.path], "verbs": self.verbs}
        named = {"resourceNames": self.names} if self.names else {}
        return {"apiGroups": [self.group], "resources": [self.resource], **named, "verbs": self.verbs}

    def as_struct(self) -> str:
        """As Go prints the fields of the rule."""
        groups, resources = ([self.group], [self.resource]) if self.resource else ([], [])
        paths = bracketed([self.path] if self.path else [])
        return (
            f"{{Verbs:{bracketed(self.verbs)} APIGroups:{bracketed(groups)} Resources:{bracketed(resources)} "
            f"ResourceNames:{bracketed(self.names)} NonResourceURLs:{paths}}}"
        )

    def as_text(self) -> str:
        """As Go writes the rule, which is what rules are sorted by."""
        groups, resources = ([self.group], [self.resource]) if self.resource else ([], [])
        paths = [self.path] if self.path else []
        return (
            f"&PolicyRule{{Verbs:{bracketed(self.verbs)},APIGroups:{bracketed(groups)},Resources:{bracketed(resources)},"
            f"ResourceNames:{bracketed(self.names)},NonResourceURLs:{bracketed(paths)},}}"
        )


def bracketed(values: list[str] | None) -> str:
    """A list as Go prints it: [get list]."""
    return f"[{' '.join(values or ())}]"


def short_rules(rules: list[Obj]) -> list[ShortRule]:
    """Rules taken apart and put together, in kubectl's order. Paths are left as they are, each verb by itself."""
    paths: list[ShortRule] = []
    found: dict[tuple[str, str, str | None], ShortRule] = {}
    for rule in rules:
        names: list[str | None] = list(rule.get("resourceNames") or [None])
        for group in rule.get("apiGroups") or ():
            for resource in rule.get("resources") or ():
                for verb in rule.get("verbs") or ():
                    for name in names:
                        _add(found, (group, resource, name), verb)
        for url in rule.get("nonResourceURLs") or ():
            paths.extend(ShortRule(path=url, verbs=[verb]) for verb in rule.get("verbs") or ())
    return sorted([*paths, *found.values()], key=ShortRule.as_text)


def _add(found: dict[tuple[str, str, str | None], ShortRule], place: tuple[str, str, str | None], verb: str) -> None:
    group, resource, name = place
    known = found.setdefault(place, ShortRule(resource, group, [] if name is None else [name]))
    if verb not in known.verbs:
        known.verbs.append(verb)


def missing(wanted: list[Obj], there: list[Obj]) -> list[ShortRule]:
    """The parts of some rules that others do not allow."""
    found = []
    for rule in short_rules(wanted):
        verbs = [verb for verb in rule.verbs if not any(_covers(one, rule, verb) for one in there)]
        if verbs:
            found.append(ShortRule(rule.resource, rule.group, rule.names, rule.path, verbs))
    return found


def _covers(rule: Obj, part: ShortRule, verb: str) -> bool:
    """Upstream: component-helpers `auth/rbac/validation/policy_comparator.go`."""
    if not _has(rule.get("verbs"), verb):
        return False
    if part.path:
        urls = rule.get("nonResourceURLs") or ()
        return any(url == part.path or (url.endswith("*") and part.path.startswith(url[:-1])) for url in urls)
    names = rule.get("resourceNames") or []
    if names and not (part.names and set(part.names) <= set(names)):
        return False
    resources, (_, slash, sub) = rule.get("resources"), part.resource.partition("/")
    return _has(rule.get("apiGroups"), part.group) and (
        _has(resources, part.resource) or bool(slash and f"*/{sub}" in (resources or ()))
    )


def _has(values: list[str] | None, wanted: str) -> bool:
    return "*" in (values or ()) or wanted in (values or ())
