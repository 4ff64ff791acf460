"""Webhooks of admission: defaults and validation. Upstream: `pkg/apis/admissionregistration`, apiserver `util/webhook`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.admission_rules import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    default_rule,
    validate_conditions,
    validate_rule,
)
from cluster_core.api.kinds.checks import choice, named
from cluster_core.api.qualified_names import fully_qualified_name
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

REVIEWS = ("v1", "v1beta1")
SIDE_EFFECTS = ("None", "NoneOnDryRun")
LONGEST_S = 30


def default_webhook(hook: Obj, mutating: bool) -> Obj:
    """Failures refuse, every namespace and object, ten seconds."""
    given = {name: value for name, value in hook.items() if value is not None}
    unset: Obj = {
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "timeoutSeconds": 10,
    }
    if mutating:
        unset["reinvocationPolicy"] = "Never"
    found = {**unset, **given}
    if found.get("rules"):
        found["rules"] = [default_rule(rule) for rule in found["rules"]]
    client = found.get("clientConfig") or {}
    if client.get("service") is not None:
        found["clientConfig"] = {**client, "service": {"port": 443, **client["service"]}}
    return found


def validate_webhooks(hooks: Any, path: str) -> list[Cause]:
    """Everything that is wrong with defaulted webhooks."""
    causes: list[Cause] = []
    seen: list[str] = []
    for index, hook in enumerate(hooks or ()):
        here, name = f"{path}[{index}]", hook.get("name") or ""
        causes += _validate_webhook(hook, here)
        causes += _validate_reviews(hook.get("admissionReviewVersions") or [], f"{here}.admissionReviewVersions")
        if name and name in seen:
            causes.append(Cause(f"{here}.name", "Duplicate", "", name))
        seen.append(name)
    return causes


def _validate_webhook(hook: Obj, path: str) -> list[Cause]:
    causes = fully_qualified_name(hook.get("name") or "", f"{path}.name")
    for index, rule in enumerate(hook.get("rules") or ()):
        causes += validate_rule(rule, f"{path}.rules[{index}]")
    causes += choice(hook["failurePolicy"], FAILURE_POLICIES, f"{path}.failurePolicy")
    causes += choice(hook["matchPolicy"], MATCH_POLICIES, f"{path}.matchPolicy")
    if hook.get("sideEffects") is None:
        words = f"must specify one of {', '.join(SIDE_EFFECTS)}"
        causes.append(Cause(f"{path}.sideEffects", "Required", words))
    causes += choice(hook.get("sideEffects"), SIDE_EFFECTS, f"{path}.sideEffects")
    if not 1 <= hook["timeoutSeconds"] <= LONGEST_S:
        words = "the timeout value must be between 1 and 30 seconds"
        causes.append(Cause(f"{path}.timeoutSeconds", "Invalid", words, hook["timeoutSeconds"]))
    for field in ("namespaceSelector", "objectSelector"):
        causes += validate_label_selector(hook[field], f"{path}.{field}")
    causes += choice(hook.get("reinvocationPolicy"), ("IfNeeded", "Never"), f"{path}.reinvocationPolicy")
    causes += _validate_client(hook.get("clientConfig") or {}, f"{path}.clientConfig")
    return causes + validate_conditions(hook.get("matchConditions"), f"{path}.matchConditions")


def _validate_client(client: Obj, path: str) -> list[Cause]:
    url: Any = client.get("url")
    service = client.get("service")
    if (url is None) == (service is None):
        return [Cause(path, "Required", "exactly one of url or service is required")]
    return _validate_url(url, f"{path}.url") if service is None else _validate_service(service, f"{path}.service")


def _validate_url(url: str, path: str) -> list[Cause]:
    form = "; desired format: https://host[/path]"
    try:
        found = urlsplit(url)
        user, query, fragment = found.username is not None, found.query, found.fragment
    except ValueError as error:
        return [Cause(path, "Required", f"url must be a valid URL: {error}{form}")]
    causes: list[Cause] = []
    if found.scheme != "https":
        words = f'"https" is the only allowed URL scheme{form}'
        causes.append(Cause(path, "Invalid", words, found.scheme))
    if not found.netloc:
        causes.append(Cause(path, "Invalid", f"host must be specified{form}", found.netloc))
    if user:
        words = "user information is not permitted in the URL"
        causes.append(Cause(path, "Invalid", words, found.netloc.rpartition("@")[0]))
    if fragment:
        causes.append(Cause(path, "Invalid", "fragments are not permitted in the URL", fragment))
    if query:
        causes.append(Cause(path, "Invalid", "query parameters are not permitted in the URL", query))
    return causes


def _validate_service(service: Obj, path: str) -> list[Cause]:
    causes = [
        Cause(f"{path}.{field}", "Required", f"service {field} is required")
        for field in ("name", "namespace")
        if not service.get(field)
    ]
    if not 1 <= service["port"] <= 65535:
        words = "port is not valid: must be between 1 and 65535, inclusive"
        causes.append(Cause(f"{path}.port", "Invalid", words, service["port"]))
    where = service.get("path")
    if where is None or where == "/":
        return causes
    here = f"{path}.path"
    if not where.startswith("/"):
        return [*causes, Cause(here, "Invalid", "must start with a '/'", where)]
    steps = where[1:].removesuffix("/").split("/")
    for index, step in enumerate(steps):
        if not step:
            words = f"segment[{index}] may not be empty"
            return [*causes, Cause(here, "Invalid", words, where)]
        causes += [Cause(here, "Invalid", f"segment[{index}]: {words}", where) for words in names.subdomain(step)]
    return causes


def _validate_reviews(versions: list[str], path: str) -> list[Cause]:
    listed = ", ".join(REVIEWS)
    if not versions:
        return [Cause(path, "Required", f"must specify one of {listed}")]
    causes: list[Cause] = []
    for index, version in enumerate(versions):
        if version in versions[:index]:
            causes.append(Cause(f"{path}[{index}]", "Invalid", "duplicate version", version))
        else:
            causes += named(version, names.dns_1035, f"{path}[{index}]")
    if not any(version in REVIEWS for version in versions):
        causes.append(Cause(path, "Invalid", f"must include at least one of {listed}", versions))
    return causes
