"""How versions of a custom kind are converted. Upstream: apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`.

Real Kubernetes calls webhooks; here a definition that names one is stored, and its objects cannot be used in other versions.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.request import Obj

PATH = "spec.conversion"
CLIENT = f"{PATH}.webhookClientConfig"
REVIEWS = f"{PATH}.conversionReviewVersions"
NOT_WEBHOOK = "should not be set when strategy is not set to Webhook"


def validate_conversion(conversion: Obj | None) -> list[Cause]:
    """What is wrong with the conversion of a definition."""
    if conversion is None:
        return []
    strategy, webhook = conversion.get("strategy") or "", conversion.get("webhook") or {}
    if not strategy:
        return [Cause(f"{PATH}.strategy", "Required")]
    causes: list[Cause] = []
    if strategy not in ("None", "Webhook"):
        causes.append(Cause(f"{PATH}.strategy", "NotSupported", supported("None", "Webhook"), strategy))
    if strategy == "Webhook":
        return causes + _client(webhook.get("clientConfig")) + _reviews(webhook.get("conversionReviewVersions") or [])
    if webhook.get("clientConfig") is not None:
        causes.append(Cause(CLIENT, "Forbidden", NOT_WEBHOOK))
    if webhook.get("conversionReviewVersions"):
        causes.append(Cause(REVIEWS, "Forbidden", NOT_WEBHOOK))
    return causes


def _client(client: Obj | None) -> list[Cause]:
    if client is None:
        return [Cause(CLIENT, "Required", "required when strategy is set to Webhook")]
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        return [Cause(CLIENT, "Required", "exactly one of url or service is required")]
    if url is not None:
        words = "'https' is the only allowed URL scheme; desired format: https://host[/path]"
        return [] if url.startswith("https://") else [Cause(f"{CLIENT}.url", "Invalid", words, url)]
    fields = [name for name in ("name", "namespace") if not (service or {}).get(name)]
    causes = [Cause(f"{CLIENT}.service.{name}", "Required", f"service {name} is required") for name in fields]
    port: Any = (service or {}).get("port", 443)
    if not 1 <= port <= 65535:
        words = "port is not valid: must be between 1 and 65535, inclusive"
        causes.append(Cause(f"{CLIENT}.service.port", "Invalid", words, port))
    return causes


def _reviews(versions: list[str]) -> list[Cause]:
    if not versions:
        return [Cause(REVIEWS, "Required")]
    causes: list[Cause] = []
    for place, version in enumerate(versions):
        if version in versions[:place]:
            causes.append(Cause(f"{REVIEWS}[{place}]", "Invalid", "duplicate version", version))
            continue
        causes += [Cause(f"{REVIEWS}[{place}]", "Invalid", words, version) for words in names.dns_1035(version)]
    if not {"v1", "v1beta1"} & set(versions):
        causes.append(Cause(REVIEWS, "Invalid", "must include at least one of v1, v1beta1", versions))
    return causes
