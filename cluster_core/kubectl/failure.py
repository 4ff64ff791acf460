"""What kubectl prints when a request fails. Upstream: `k8s.io/kubectl/pkg/cmd/util/helpers.go`."""

from __future__ import annotations

from cluster_core.api.request import Response
from cluster_core.kubectl import words
from cluster_core.kubectl.conversation import Answer, KubectlError


def failed(answer: Answer, doing: str = "") -> KubectlError:
    """The error of a failed call; `doing` as in `words.failure`."""
    body = answer.body if isinstance(answer.body, dict) else {"message": str(answer.body)}
    return KubectlError(words.failure(Response(0, answer.code, body), doing))
