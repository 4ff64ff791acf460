"""Reviews: questions to the API server, answered at once and stored nowhere."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class TokenReview(Kind):
    """Whose token is this?"""

    group, kind, plural = "authentication.k8s.io", "TokenReview", "tokenreviews"
    namespaced = False
    stored = False
    verbs = ("create",)


class SelfSubjectReview(Kind):
    """Who am I?"""

    group, kind, plural = "authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"
    namespaced = False
    stored = False
    verbs = ("create",)


class SubjectAccessReview(Kind):
    """May that user do this?"""

    group, kind, plural = "authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews"
    namespaced = False
    stored = False
    verbs = ("create",)


class LocalSubjectAccessReview(Kind):
    """May that user do this in the namespace?"""

    group, kind, plural = "authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews"
    stored = False
    verbs = ("create",)


class SelfSubjectAccessReview(Kind):
    """May I do this?"""

    group, kind, plural = "authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"
    namespaced = False
    stored = False
    verbs = ("create",)


class SelfSubjectRulesReview(Kind):
    """What may I do in the namespace?"""

    group, kind, plural = "authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"
    namespaced = False
    stored = False
    verbs = ("create",)
