"""Tokens of service accounts at the border: signed on the way out, stripped of the signature on the way in.

The model's tokens follow from a run's public seed (see `credentials`). So every answer that holds one (TokenRequest, a Secret of type
kubernetes.io/service-account-token) carries the signed form, and a TokenReview asks about what is left of a signed one. What a program in a
container prints of its mounted token is the model's, and opens nothing outside.
"""

from __future__ import annotations

import base64
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.authentication.tokens import ISSUER
from explorer.kubeapi.credentials import signed, verified

SECRET_TYPE = "kubernetes.io/service-account-token"
# What nobody has signed is nobody's, whatever the model makes of it.
UNSIGNED = "unsigned."


def outgoing(run_id: str, body: Obj) -> Obj:
    """An answer as a client gets it: a path copy if it holds a token, else itself."""
    match body.get("kind"):
        case "TokenRequest" if token := (body.get("status") or {}).get("token"):
            return {**body, "status": {**body["status"], "token": signed(run_id, token)}}
        case "Secret" if body.get("type") == SECRET_TYPE:
            return _secret(body, lambda token: signed(run_id, token))
        case "SecretList":
            return {
                **body,
                "items": [
                    outgoing(run_id, {"kind": "Secret", **item}) if _holds(item) else item for item in body["items"]
                ],
            }
    return body


def incoming(run_id: str, body: Any) -> Any:
    """A body as the simulated API server gets it."""
    if not isinstance(body, dict):
        return body
    spec = body.get("spec")
    if body.get("kind") == "TokenReview" and isinstance(spec, dict) and isinstance(spec.get("token"), str):
        token = spec["token"]
        return {**body, "spec": {**spec, "token": verified(run_id, token) or UNSIGNED + token}}
    if body.get("kind") == "Secret" and body.get("type") == SECRET_TYPE:
        return _secret(body, lambda token: verified(run_id, token) or token)
    return body


def restored(asked: Any, answer: Obj) -> Obj:
    """A TokenReview's answer repeats what was asked, as it was asked."""
    if answer.get("kind") != "TokenReview" or not isinstance(asked, dict) or not isinstance(asked.get("spec"), dict):
        return answer
    return {**answer, "spec": {**answer.get("spec", {}), "token": asked["spec"].get("token", "")}}


def known(review: Obj, user: str, groups: tuple[str, ...]) -> Obj:
    """A TokenReview whose token is this user's."""
    status = {"authenticated": True, "user": {"username": user, "groups": list(groups)}, "audiences": [ISSUER]}
    return {**review, "status": status}


def _holds(obj: Obj) -> bool:
    return obj.get("type") == SECRET_TYPE


def _secret(secret: Obj, change: Any) -> Obj:
    data = secret.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("token"), str):
        return secret
    try:
        token = base64.b64decode(data["token"], validate=True).decode()
    except ValueError:
        return secret
    return {**secret, "data": {**data, "token": base64.b64encode(change(token).encode()).decode()}}
