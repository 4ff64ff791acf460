"""Affinity of pods for pods, read once per pod. Upstream: `k8s.io/kube-scheduler/framework` (AffinityTerm), `pkg/scheduler/framework/types.go`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, from_label_selector

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

Labels = dict[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """Pods with these labels in these namespaces, counted by a topology key of their nodes; `weight` of a preference, 0 of a rule.

    selector, namespace_selector: None is absent and matches nothing, an empty one matches everything.
    """

    key: str
    selector: Selector | None
    namespaces: tuple[str, ...]
    namespace_selector: Selector | None = None
    weight: int = 0

    def matches(self, namespace: str, labels: Labels, namespace_labels: Labels) -> bool:
        """Whether a pod with these labels, in a namespace with these labels, is meant."""
        if self.selector is None:
            return False
        if namespace not in self.namespaces:
            selector = self.namespace_selector
            if selector is None or not selector.matches(namespace_labels):
                return False
        return self.selector.matches(labels)


@dataclass(frozen=True, slots=True)
class AffinityTerms:
    """The terms of a pod: rules and preferences, for being near and for being apart."""

    required: tuple[Term, ...] = ()
    required_anti: tuple[Term, ...] = ()
    preferred: tuple[Term, ...] = ()
    preferred_anti: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.required or self.required_anti or self.preferred or self.preferred_anti)

    @property
    def prefers(self) -> bool:
        """Whether it has preferences."""
        return bool(self.preferred or self.preferred_anti)


NONE = AffinityTerms()


def affinity_terms(spec: Obj, namespace: str) -> AffinityTerms:
    """The terms of a pod in a namespace. The values of `matchLabelKeys` are in the selectors since the pod was created."""
    affinity = spec.get("affinity") or {}
    near, apart = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
    if not near and not apart:
        return NONE
    return AffinityTerms(
        _rules(near, namespace), _rules(apart, namespace), _preferences(near, namespace), _preferences(apart, namespace)
    )


def parsed(selector: Obj | None) -> Selector | None:
    """A LabelSelector that tells an absent one (None) from an empty one."""
    return None if selector is None else from_label_selector(selector)


def _rules(given: Obj, namespace: str) -> tuple[Term, ...]:
    return tuple(_term(term, namespace) for term in given.get(REQUIRED) or ())


def _preferences(given: Obj, namespace: str) -> tuple[Term, ...]:
    preferences = given.get(PREFERRED) or ()
    return tuple(replace(_term(one["podAffinityTerm"], namespace), weight=one["weight"]) for one in preferences)


def _term(term: Obj, namespace: str) -> Term:
    """A term without namespaces and namespace selector is about the pod's own namespace."""
    namespaces = tuple(term.get("namespaces") or ())
    if not namespaces and term.get("namespaceSelector") is None:
        namespaces = (namespace,)
    return Term(
        term["topologyKey"], parsed(term.get("labelSelector")), namespaces, parsed(term.get("namespaceSelector"))
    )
