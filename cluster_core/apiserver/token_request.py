"""serviceaccounts/token: a new token for a service account. Upstream: `pkg/registry/core/serviceaccount/storage/token.go`."""

from __future__ import annotations

from cluster_core.api.conversion import Form
from cluster_core.api.errors import ApiError, Cause, bad_request, conflict, invalid, not_found
from cluster_core.api.request import Obj, Request
from cluster_core.api.schema import DecodeError, decode
from cluster_core.api.timestamp import rfc3339, unix_nanoseconds
from cluster_core.apiserver.authentication.identity import account_user
from cluster_core.apiserver.authentication.tokens import ISSUER, Authenticator
from cluster_core.apiserver.write import Context, Write

USUAL_S, LEAST_S, MOST_S = 3_600, 600, 1 << 32
BOUND = {("Pod", "v1"): "pods", ("Secret", "v1"): "secrets", ("Node", "v1"): "nodes"}


def request_token(form: Form, request: Request, context: Context) -> Write:
    """Issue a token; nothing is stored. Raises 404, 400, 409, 422."""
    account = context.cache.get("serviceaccounts", request.namespace, request.name)
    if account is None:
        raise not_found("serviceaccounts", request.name)
    spec = _spec(request)
    bound = _bound(spec.get("boundObjectRef"), account, request.namespace, context)
    audiences = spec.get("audiences") or [ISSUER]
    duration = spec.get("expirationSeconds", USUAL_S)
    seconds = unix_nanoseconds(context.now) // 1_000_000_000
    meta = account["metadata"]
    said = {"namespace": meta["namespace"], **bound, "serviceaccount": {"name": meta["name"], "uid": meta["uid"]}}
    claims = {
        "aud": audiences,
        "exp": seconds + duration,
        "iat": seconds,
        "iss": ISSUER,
        "jti": context.uid(),
        "kubernetes.io": said,
        "nbf": seconds,
        "sub": account_user(meta["namespace"], meta["name"]),
    }
    token = Authenticator(context.cache, context.now, context.seed).issue(claims)
    expires = rfc3339(context.now + duration * 1_000_000)
    answer = {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"], "creationTimestamp": rfc3339(context.now)},
        "spec": {"audiences": audiences, "expirationSeconds": duration, "boundObjectRef": spec.get("boundObjectRef")},
        "status": {"token": token, "expirationTimestamp": expires},
    }
    return Write(request.name, None, 0, answer, 201, dry_run=True)


def _spec(request: Request) -> Obj:
    body = request.body if isinstance(request.body, dict) else {}
    meta = body.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    if meta.get("name") not in (None, "", request.name):
        raise bad_request(
            f"the name of the object ({meta['name']}) does not match the name on the URL ({request.name})"
        )
    if meta.get("namespace") not in (None, "", request.namespace):
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    try:
        spec, _unknown = decode("TokenRequestSpec", body.get("spec") or {})
    except DecodeError as error:
        raise bad_request(f'TokenRequest in version "v1" cannot be handled as a TokenRequest: {error}') from error
    duration, path = spec.get("expirationSeconds", USUAL_S), "spec.expirationSeconds"
    causes = []
    if duration < LEAST_S:
        causes.append(Cause(path, "Invalid", "may not specify a duration less than 10 minutes", duration))
    if duration > MOST_S:
        causes.append(Cause(path, "Invalid", "may not specify a duration larger than 2^32 seconds", duration))
    if causes:
        raise invalid("TokenRequest", "authentication.k8s.io", request.name, causes)
    found: Obj = spec
    return found


def _bound(ref: Obj | None, account: Obj, namespace: str, context: Context) -> Obj:
    """What the token is bound to, as its claims say it."""
    if not ref:
        return {}
    kind, version, name = ref.get("kind", ""), ref.get("apiVersion", ""), ref.get("name", "")
    resource = BOUND.get((kind, version))
    if resource is None:
        raise bad_request(f"cannot bind token to object of type {version}, Kind={kind}")
    found = context.cache.get(resource, "" if resource == "nodes" else namespace, name)
    if found is None:
        raise not_found(resource, name)
    uid = found["metadata"]["uid"]
    if ref.get("uid") and ref["uid"] != uid:
        raise _replaced(kind, name, ref["uid"], uid)
    said = {kind.lower(): {"name": name, "uid": uid}}
    if kind != "Pod":
        return said
    if found["spec"].get("serviceAccountName") != account["metadata"]["name"]:
        given = account["metadata"]["name"]
        raise bad_request(
            f'cannot bind token for serviceaccount "{given}" to pod running with different serviceaccount name.'
        )
    node = context.cache.get("nodes", "", found["spec"].get("nodeName", ""))
    if node is not None:
        said["node"] = {"name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
    return said


def _replaced(kind: str, name: str, wanted: str, there: str) -> ApiError:
    why = f"the UID in the bound object reference ({wanted}) does not match the UID in record ({there}). "
    return conflict(kind, name, why + "The object might have been deleted and then recreated")
