"""ConfigMaps, Secrets, service accounts, namespaces and their bounds, as kubectl describes them."""

from __future__ import annotations

import base64

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, moment


def describe_config_map(page: Page, obj: Obj) -> None:
    """A ConfigMap with all its data."""
    page.name(obj)
    page.marks(obj)
    page.write(0, "\nData\n====")
    for name, value in sorted((obj.get("data") or {}).items()):
        page.write(0, f"{name}:\n----\n{value}\n")
    page.write(0, "\nBinaryData\n====")
    for name, value in sorted((obj.get("binaryData") or {}).items()):
        page.write(0, f"{name}: {len(base64.b64decode(value))} bytes")
    page.write(0, "")


def describe_secret(page: Page, obj: Obj) -> None:
    """A Secret: the names of its keys and how long their values are."""
    page.name(obj)
    page.marks(obj)
    page.write(0, f"\nType:\t{obj.get('type', '')}")
    page.write(0, "\nData\n====")
    for name, value in sorted((obj.get("data") or {}).items()):
        content = base64.b64decode(value)
        shown = name == "token" and obj.get("type") == "kubernetes.io/service-account-token"
        page.write(0, f"{name}:\t{content.decode(errors='replace') if shown else f'{len(content)} bytes'}")


def describe_service_account(page: Page, obj: Obj, secrets: list[Obj] | None) -> None:
    """A service account and the Secrets of its namespace, None where they cannot be read."""
    page.name(obj)
    page.marks(obj)
    there = None if secrets is None else {one["metadata"]["name"] for one in secrets}
    _names(page, "Image pull secrets:", [one["name"] for one in obj.get("imagePullSecrets") or ()], there)
    _names(page, "Mountable secrets: ", [one["name"] for one in obj.get("secrets") or ()], there)
    tokens = [one["metadata"]["name"] for one in secrets or () if _is_token(one, obj["metadata"])]
    _names(page, "Tokens:            ", tokens, there)


def _is_token(secret: Obj, account: Obj) -> bool:
    notes = secret["metadata"].get("annotations") or {}
    return (
        secret.get("type") == "kubernetes.io/service-account-token"
        and notes.get("kubernetes.io/service-account.name") == account["name"]
        and notes.get("kubernetes.io/service-account.uid") == account["uid"]
    )


def _names(page: Page, title: str, names: list[str], there: set[str] | None) -> None:
    for name in names or ["<none>"]:
        missing = bool(names) and there is not None and name not in there
        page.write(0, f"{title}\t{name}{' (not found)' if missing else ''}")
        title = " " * len(title)


def describe_namespace(page: Page, obj: Obj, quotas: list[Obj], limits: list[Obj]) -> None:
    """A namespace with its quotas and limits."""
    page.name(obj, namespaced=False)
    page.marks(obj)
    status = obj.get("status", {})
    page.write(0, f"Status:\t{status.get('phase', '')}")
    if status.get("conditions"):
        page.write(0, "Conditions:")
        page.write(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
        page.write(1, "----\t------\t------------------\t------\t-------")
        for one in status["conditions"]:
            cells = (
                one["type"],
                one["status"],
                moment(one.get("lastTransitionTime")),
                one.get("reason", ""),
                one.get("message", ""),
            )
            page.write(1, "\t".join(cells))
    page.write(0, "")
    _quotas(page, quotas)
    page.write(0, "")
    _limits(page, limits)


def _quotas(page: Page, quotas: list[Obj]) -> None:
    if not quotas:
        page.write(0, "No resource quota.")
        return
    page.write(0, "Resource Quotas")
    for quota in sorted(quotas, key=lambda one: one["metadata"]["name"]):
        page.write(1, f"Name:\t{quota['metadata']['name']}")
        _hard(page, quota, 1, "---")


def _hard(page: Page, quota: Obj, level: int, line: str) -> None:
    status = quota.get("status", {})
    page.write(level, "Resource\tUsed\tHard")
    page.write(level, f"--------\t{line}\t{line}")
    for name, amount in sorted((status.get("hard") or {}).items()):
        page.write(level, f"{name}\t{(status.get('used') or {}).get(name, '0')}\t{amount}")


def describe_quota(page: Page, obj: Obj) -> None:
    """A ResourceQuota."""
    page.name(obj)
    scopes = sorted(obj.get("spec", {}).get("scopes") or ())
    if scopes:
        page.write(0, f"Scopes:\t{', '.join(scopes)}")
    _hard(page, obj, 0, "----")


def _limits(page: Page, limits: list[Obj]) -> None:
    if not limits:
        page.write(0, "No LimitRange resource.")
        return
    page.write(0, "Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
    page.write(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
    for one in limits:
        _limit_rows(page, one, " ")


def describe_limit_range(page: Page, obj: Obj) -> None:
    """A LimitRange."""
    page.name(obj)
    page.write(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
    page.write(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
    _limit_rows(page, obj, "")


def _limit_rows(page: Page, obj: Obj, indent: str) -> None:
    fields = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
    for item in obj.get("spec", {}).get("limits") or ():
        for resource in sorted({name for field in fields for name in item.get(field) or ()}):
            cells = [str((item.get(field) or {}).get(resource, "-")) for field in fields]
            page.write(0, "\t".join([f"{indent}{item['type']}", resource, *cells]))
