"""admissionregistration.k8s.io: admission policies, and webhooks, which are stored and never called.

Real Kubernetes calls the webhooks."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class ValidatingAdmissionPolicy(Kind):
    """Rules in CEL that refuse requests."""

    group, kind, plural = "admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies"
    categories = ("api-extensions",)
    namespaced = False
    initial_status = {}


class ValidatingAdmissionPolicyBinding(Kind):
    """Where such a policy holds."""

    group, kind, plural = (
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
    )
    categories = ("api-extensions",)
    namespaced = False
    has_status = False


class MutatingAdmissionPolicy(Kind):
    """Rules in CEL that change objects."""

    group, kind, plural = "admissionregistration.k8s.io", "MutatingAdmissionPolicy", "mutatingadmissionpolicies"
    categories = ("api-extensions",)
    namespaced = False
    has_status = False


class MutatingAdmissionPolicyBinding(Kind):
    """Where such a policy holds."""

    group, kind, plural = (
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
    )
    categories = ("api-extensions",)
    namespaced = False
    has_status = False


class ValidatingWebhookConfiguration(Kind):
    """Webhooks that may refuse requests."""

    group, kind, plural = (
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
    )
    categories = ("api-extensions",)
    namespaced = False
    has_status = False
    has_spec = False


class MutatingWebhookConfiguration(Kind):
    """Webhooks that may change objects."""

    group, kind, plural = (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
    )
    categories = ("api-extensions",)
    namespaced = False
    has_status = False
    has_spec = False
