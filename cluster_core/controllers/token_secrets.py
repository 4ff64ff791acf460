"""Secrets of type kubernetes.io/service-account-token: filled with a token, gone with their account.

Upstream: `pkg/controller/serviceaccount/tokens_controller.go`. Such Secrets are made by hand today; pods have tokens of their own.
"""

from __future__ import annotations

from base64 import b64encode

from cluster_core.api.request import Obj
from cluster_core.api.service_account_token import legacy_claims, signed_token
from cluster_core.client.controller import Action, Controller, Plan

KIND = "kubernetes.io/service-account-token"
NAME, UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
ROOT_CA = "kube-root-ca.crt"


class TokenSecretController(Controller):
    """Looks after every Secret of the type. Its key is that of the Secret."""

    name = "serviceaccount-token-controller"
    account = "system:kube-controller-manager"
    resources = ("secrets", "serviceaccounts", "configmaps")

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The Secret, or those of an account that came or went."""
        obj = new or old
        assert obj is not None
        if resource == "secrets":
            return [_key(obj)] if new is not None and new.get("type") == KIND else []
        if resource == "configmaps" or (old is not None and new is not None):
            return []
        meta = obj["metadata"]
        mine = self.informer("secrets").objects(meta["namespace"])
        return [_key(secret) for secret in mine if _account_of(secret) == meta["name"]]

    def reconcile(self, key: str) -> Plan | None:
        """Fill in what is missing, or delete the Secret of an account that is no more."""
        secret = self.informer("secrets").get(key)
        if secret is None or secret.get("type") != KIND or secret["metadata"].get("deletionTimestamp"):
            return None
        meta = secret["metadata"]
        account = self.informer("serviceaccounts").get(f"{meta['namespace']}/{_account_of(secret)}")
        said = (meta.get("annotations") or {}).get(UID)
        if account is None or (said and said != account["metadata"]["uid"]):
            options = {"preconditions": {"uid": meta["uid"]}}
            gone = Action(
                "delete", "secrets", meta["namespace"], meta["name"], options=options, ignore=("NotFound", "Conflict")
            )
            return Plan(stages=[[gone]])
        body = self._filled(secret, account)
        if body == secret:
            return Plan()
        return Plan(stages=[[Action("update", "secrets", meta["namespace"], meta["name"], body, ignore=("NotFound",))]])

    def _filled(self, secret: Obj, account: Obj) -> Obj:
        meta, data = secret["metadata"], dict(secret.get("data") or {})
        annotations = {**(meta.get("annotations") or {}), UID: account["metadata"]["uid"]}
        claims = legacy_claims(meta["namespace"], meta["name"], account)
        wanted = {"namespace": meta["namespace"], "token": signed_token(self.host.sim.streams.seed, claims)}
        authority = self.informer("configmaps").get(f"{meta['namespace']}/{ROOT_CA}")
        if authority is not None:
            wanted["ca.crt"] = (authority.get("data") or {}).get("ca.crt", "")
        for name, text in wanted.items():
            data.setdefault(name, b64encode(text.encode()).decode())
        return {**secret, "metadata": {**meta, "annotations": annotations}, "data": data}


def _account_of(secret: Obj) -> str:
    """The account that a Secret of the type names, "" for another Secret."""
    if secret.get("type") != KIND:
        return ""
    return str((secret["metadata"].get("annotations") or {}).get(NAME, ""))


def _key(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
