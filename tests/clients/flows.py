"""What Helm, k9s, Headlamp and controllers written with client-go ask, in their order: they are too large to be installed for a test.

Taken from their sources: Helm 3.17 and 4.2, k9s 0.51, Headlamp, client-go's reflector and leader election. Each flow is a list of
a name and a function of a `Wire`; it fails by an exception.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from tests.clients.libraries.samples import deployment
from tests.clients.wire import PROTOBUF, TYPED, Wire, field, mapping, protobuf

Flow = list[tuple[str, Callable[[Wire], None]]]
SECRETS = "/api/v1/namespaces/default/secrets"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
INFORMER = (
    "watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=300"
)
INITIAL_END = "k8s.io/initial-events-end"


def informed(wire: Wire, path: str, query: str = "", accept: str = "application/json") -> Iterator[Any]:
    """A WatchList informer's stream: events up to the bookmark that ends the initial ones, then None, then what follows."""
    for event in wire.watched(f"{path}?{INFORMER}{query}", accept=accept):
        assert event["type"] != "ERROR", event
        annotations = event["object"]["metadata"].get("annotations") or {}
        yield None if event["type"] == "BOOKMARK" and annotations.get(INITIAL_END) == "true" else event


def initial(wire: Wire, path: str, accept: str = "application/json") -> list[Any]:
    """What a WatchList informer begins with."""
    found = []
    for event in informed(wire, path, accept=accept):
        if event is None:
            return found
        found.append(event["object"])
    raise AssertionError("the stream ended before its bookmark")


def legacy_discovery(wire: Wire) -> None:
    """ServerGroupsAndResources of a client that knows no aggregated discovery."""
    groups = wire.ask("GET", "/apis").json["groups"]
    versions = [version["groupVersion"] for group in groups for version in group["versions"]]
    kinds = [
        found["kind"]
        for path in ["/api/v1", *(f"/apis/{version}" for version in versions)]
        for found in wire.ask("GET", path).json["resources"]
    ]
    assert {"Deployment", "Secret", "HorizontalPodAutoscaler"} <= set(kinds)


# --- Helm


def _release(version: int, status: str, resource_version: str = "") -> bytes:
    release = {"name": "demo", "version": version, "info": {"status": status}, "manifest": "x" * 700_000}
    packed = base64.b64encode(gzip.compress(json.dumps(release).encode(), 0))
    labels = {"modifiedAt": "1", "name": "demo", "owner": "helm", "status": status, "version": str(version)}
    meta = field(1, f"sh.helm.release.v1.demo.v{version}") + field(3, "default") + mapping(11, labels)
    meta += field(6, resource_version) if resource_version else b""
    secret = field(1, meta) + mapping(2, {"release": packed}) + field(3, "helm.sh/release.v1")
    return protobuf("v1", "Secret", secret)


def _releases(wire: Wire, selector: str) -> list[Any]:
    found = wire.ask("GET", f"{SECRETS}?labelSelector={quote(selector)}", accept=TYPED)
    assert found.code == 200, found.body
    items: list[Any] = found.json["items"]
    return items


def helm_store(wire: Wire) -> None:
    """A release is stored in a Secret, by protobuf; a second one of its name is a conflict."""
    assert _releases(wire, "name=demo,owner=helm") == []
    made = wire.ask("POST", SECRETS, _release(1, "pending-install"), content_type=PROTOBUF, accept=TYPED)
    assert made.code == 201, made.body[:500]
    again = wire.ask("POST", SECRETS, _release(1, "pending-install"), content_type=PROTOBUF, accept=TYPED)
    assert (again.code, again.json["reason"]) == (409, "AlreadyExists")
    stored = _releases(wire, "name=demo,owner=helm")[0]
    assert stored["type"] == "helm.sh/release.v1"
    manifest = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(stored["data"]["release"]))))["manifest"]
    assert len(manifest) == 700_000


def helm_three(wire: Wire) -> None:
    """Helm 3 creates, then sends three-way strategic merge patches."""
    made = wire.ask("POST", f"{DEPLOYMENTS}?fieldManager=helm", deployment("three"), content_type="application/json")
    assert made.code == 201, made.body
    patch = {"spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.28"}]}}}}
    found = wire.ask(
        "PATCH",
        f"{DEPLOYMENTS}/three?fieldManager=helm",
        patch,
        content_type="application/strategic-merge-patch+json",
    ).json
    assert found["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] == 80


def helm_four(wire: Wire) -> None:
    """Helm 4 applies server-side, and is told of conflicts."""
    query = "fieldManager=helm&fieldValidation=Strict&force=false"
    apply = "application/apply-patch+yaml"
    made = wire.ask("PATCH", f"{DEPLOYMENTS}/four?{query}", deployment("four"), content_type=apply)
    assert made.code == 201, made.body
    assert made.json["metadata"]["managedFields"][0]["manager"] == "helm"
    other = wire.ask(
        "PATCH",
        f"{DEPLOYMENTS}/four?fieldManager=other&force=false",
        deployment("four", 5),
        content_type=apply,
    )
    assert (other.code, other.json["details"]["causes"][0]["reason"]) == (409, "FieldManagerConflict")


def helm_wait(wire: Wire) -> None:
    """The status watcher: an informer of Deployments, until one is ready."""
    for event in informed(wire, DEPLOYMENTS, "&fieldSelector=metadata.name%3Dfour"):
        if event is not None and event["object"].get("status", {}).get("availableReplicas") == 2:
            return
    raise AssertionError("it was not said to be available")


def helm_finish(wire: Wire) -> None:
    """The release becomes deployed, by an update of what was read; who has an old version is refused."""
    version = _releases(wire, "name=demo,owner=helm")[0]["metadata"]["resourceVersion"]
    path = f"{SECRETS}/sh.helm.release.v1.demo.v1"
    sent = _release(1, "deployed", version)
    assert wire.ask("PUT", path, sent, content_type=PROTOBUF, accept=TYPED).code == 200
    assert len(_releases(wire, "name=demo,owner=helm,status=deployed")) == 1
    assert wire.ask("PUT", path, sent, content_type=PROTOBUF, accept=TYPED).json["reason"] == "Conflict"


def helm_uninstall(wire: Wire) -> None:
    """Everything goes, the release last."""
    for name in ("three", "four"):
        gone = wire.ask("DELETE", f"{DEPLOYMENTS}/{name}", {"propagationPolicy": "Background"})
        assert gone.code == 200, gone.body
    assert wire.ask("DELETE", f"{SECRETS}/sh.helm.release.v1.demo.v1", accept=TYPED).json["status"] == "Success"
    assert wire.ask("DELETE", f"{SECRETS}/sh.helm.release.v1.demo.v1").code == 404


# --- k9s


def version(wire: Wire) -> None:
    """The probe before anything else."""
    assert wire.ask("GET", "/version?timeout=3s").json["minor"] == "33"


def _may(wire: Wire, verb: str, group: str, resource: str, as_user: str = "") -> Any:
    attributes = field(1, "default") + field(2, verb) + field(3, group) + field(5, resource)
    body = protobuf("authorization.k8s.io/v1", "SelfSubjectAccessReview", field(2, field(1, attributes)))
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    more = {"impersonate_user": as_user} if as_user else {}
    found = wire.ask("POST", path, body, content_type=PROTOBUF, accept=TYPED, **more)
    assert found.code == 201, found.body
    return found.json["status"]


def k9s_rights(wire: Wire) -> None:
    """A review per resource and verb."""
    for group, resource in (("", "pods"), ("apps", "deployments"), ("batch", "jobs"), ("", "nodes")):
        for verb in ("get", "list", "watch", "delete"):
            assert _may(wire, verb, group, resource)["allowed"]
    assert not _may(wire, "list", "", "pods", "jane").get("allowed")


def _watchable(wire: Wire) -> list[str]:
    paths = []
    for prefix in [
        "/api/v1",
        *(f"/apis/{g['preferredVersion']['groupVersion']}" for g in wire.ask("GET", "/apis").json["groups"]),
    ]:
        for found in wire.ask("GET", prefix).json["resources"]:
            if "watch" in found["verbs"] and "/" not in found["name"]:
                paths.append(f"{prefix}/{found['name']}")
    return paths


def k9s_informers(wire: Wire) -> None:
    """An informer per kind, all at once."""
    paths = _watchable(wire)
    assert len(paths) > 40
    with ThreadPoolExecutor(len(paths)) as pool:
        begun = dict(zip(paths, pool.map(lambda path: initial(wire, path), paths), strict=True))
    assert len(begun["/api/v1/nodes"]) == 4
    assert len(begun["/api/v1/namespaces"]) == 5


def k9s_tables(wire: Wire) -> None:
    """Lists and watches of tables, with the whole objects."""
    listed = wire.ask("GET", "/api/v1/pods?limit=500&includeObject=Object", accept=TABLE).json
    assert listed["kind"] == "Table" and listed["rows"][0]["object"]["kind"] == "Pod"
    version = listed["metadata"]["resourceVersion"]
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "seen"}}
    events = wire.watched(f"/api/v1/configmaps?watch=true&resourceVersion={version}", accept=TABLE)
    assert wire.ask("POST", "/api/v1/namespaces/default/configmaps", made).code == 201
    assert next(events)["object"]["rows"][0]["cells"][0] == "seen"
    events.close()


def k9s_metrics(wire: Wire) -> None:
    """Usage of nodes, if the group is there."""
    assert "metrics.k8s.io" in [group["name"] for group in wire.ask("GET", "/apis").json["groups"]]
    found = wire.ask("GET", "/apis/metrics.k8s.io/v1beta1/nodes", accept=f"{PROTOBUF}, */*")
    assert found.json["items"][0]["usage"]["cpu"]


# --- Headlamp


def headlamp_rights(wire: Wire) -> None:
    """Who one is and what one may, by JSON."""
    rules = wire.ask(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": "default"}},
    ).json
    assert any(rule["resources"] == ["*"] for rule in rules["status"]["resourceRules"])
    me = wire.ask(
        "POST",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
    ).json
    assert me["status"]["userInfo"]["username"] == "kubernetes-admin"


def headlamp_health(wire: Wire) -> None:
    """It is there."""
    assert wire.ask("GET", "/healthz").body == b"ok"


def headlamp_watch(wire: Wire) -> None:
    """A watch over a WebSocket with a foreign Origin: through the multiplexer without a subprotocol, from a browser with one."""
    path = "/api/v1/namespaces/default/configmaps"
    version = wire.ask("GET", path).json["metadata"]["resourceVersion"]
    address = f"{path}?watch=1&resourceVersion={version}"
    with (
        wire.socket(address, "http://localhost:4466") as server,
        wire.socket(address, "http://headlamp.example", subprotocols=["base64.binary.k8s.io"]) as browser,
    ):
        made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "told"}}
        assert wire.ask("POST", path, made).code == 201
        for line in (server, browser):
            event = _frame(line.recv(timeout=60))
            assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "told")


def _frame(data: str | bytes) -> Any:
    text = data if isinstance(data, str) else data.decode()
    return json.loads(text if text.startswith("{") else base64.b64decode(text))


# --- controllers


def metadata_informer(wire: Wire) -> None:
    """A metadata-only informer, as the garbage collector's and controller-runtime's."""
    found = initial(wire, "/api/v1/pods", METADATA)
    assert {one["kind"] for one in found} == {"PartialObjectMetadata"} and "spec" not in found[0]


def leader_election(wire: Wire) -> None:
    """A Lease is taken; who comes with an old version of it loses."""
    path = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
    spec = {"holderIdentity": "a", "leaseDurationSeconds": 15, "acquireTime": "2025-01-01T00:00:00.000000Z"}
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "mine"}, "spec": spec}
    found = wire.ask("POST", path, lease).json
    taken = {**found, "spec": {**found["spec"], "holderIdentity": "b", "leaseTransitions": 1}}
    assert wire.ask("PUT", f"{path}/mine", taken).json["spec"]["holderIdentity"] == "b"
    late = wire.ask("PUT", f"{path}/mine", {**found, "spec": {**found["spec"], "holderIdentity": "c"}})
    assert (late.code, late.json["reason"]) == (409, "Conflict")


def bookmarks(wire: Wire) -> None:
    """An informer that sees a change and then a bookmark that is not older, before its watch ends."""
    path = "/api/v1/namespaces/default/configmaps"
    begun = wire.ask("GET", f"{path}?limit=500&resourceVersion=0").json["metadata"]["resourceVersion"]
    events = wire.watched(f"{path}?watch=true&allowWatchBookmarks=true&resourceVersion={begun}&timeoutSeconds=2")
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "marked-"}}
    version = int(wire.ask("POST", path, made).json["metadata"]["resourceVersion"])
    seen = list(events)
    assert seen[0]["type"] == "ADDED"
    marks = [int(event["object"]["metadata"]["resourceVersion"]) for event in seen if event["type"] == "BOOKMARK"]
    assert marks and marks[-1] >= version


def pages(wire: Wire) -> None:
    """A paged list is one moment: what is created between its pages is not in it."""
    path = "/api/v1/namespaces/kube-system/pods"
    first = wire.ask("GET", f"{path}?limit=5").json
    rest = wire.ask("GET", f"{path}?limit=500&continue={quote(first['metadata']['continue'])}").json
    assert first["metadata"]["remainingItemCount"] == len(rest["items"])
    assert first["metadata"]["resourceVersion"] == rest["metadata"]["resourceVersion"]


FLOWS: dict[str, tuple[str, Flow]] = {
    "Helm 3.17, 4.2": (
        "Helm/4.2",
        [
            ("version", version),
            ("discovery of every group version", legacy_discovery),
            ("the release is stored (protobuf, 700 kB)", helm_store),
            ("install and upgrade of Helm 3 (strategic merge patch)", helm_three),
            ("install of Helm 4 (server-side apply)", helm_four),
            ("--wait (WatchList informer)", helm_wait),
            ("the release is deployed (protobuf, versions)", helm_finish),
            ("uninstall", helm_uninstall),
        ],
    ),
    "k9s 0.51": (
        "k9s/0.51",
        [
            ("version", version),
            ("rights (protobuf SelfSubjectAccessReviews)", k9s_rights),
            ("an informer per kind (WatchList)", k9s_informers),
            ("tables, listed and watched", k9s_tables),
            ("metrics", k9s_metrics),
        ],
    ),
    "Headlamp": (
        "headlamp-server/0.37",
        [
            ("version", version),
            ("health", headlamp_health),
            ("rights", headlamp_rights),
            ("watch over WebSocket, with an Origin", headlamp_watch),
        ],
    ),
    "controllers (client-go 0.36)": (
        "controller/0.1",
        [
            ("informer of metadata", metadata_informer),
            ("bookmarks", bookmarks),
            ("leader election", leader_election),
            ("paged lists", pages),
        ],
    ),
}
PENDING: dict[tuple[str, str], str] = {}
