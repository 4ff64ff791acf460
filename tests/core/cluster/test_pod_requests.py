"""Programs in pods ask the API server, as their service account."""

from __future__ import annotations

import json

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.pod_requests import ask, read_http
from cluster_core.sim.kernel import US_PER_SECOND as SECOND

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
API = "https://kubernetes.default.svc"
BEARER = f'-H "Authorization: Bearer $(cat {ACCOUNT}/token)"'
MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: curlimages/curl, command: [sleep, 1d]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}, {apiGroups: [""], resources: [configmaps], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster(ClusterConfig(nodes=1), 5)
    made.apply(Command("apply", {"manifest": MANIFEST}))
    made.advance(40 * SECOND, 1_000_000)
    return made


def ran(cluster: Cluster, script: str) -> tuple[str, int | None]:
    index = cluster.apply(Command("exec", {"namespace": "default", "pod": "p", "command": ["sh", "-c", script]}))
    cluster.run_until_answered(index)
    cluster.advance(cluster.now + 2 * SECOND, 100_000)
    session = cluster.world.session(f"session-{index}")
    return b"".join(data for _, data in session.chunks).decode(), session.exit_code


def test_the_pods_of_the_namespace(cluster: Cluster) -> None:
    text, code = ran(cluster, f"curl -sk {BEARER} {API}/api/v1/namespaces/default/pods")
    assert (code, [pod["metadata"]["name"] for pod in json.loads(text)["items"]]) == (0, ["p"])
    assert text.startswith('{\n  "kind": "PodList",\n  "apiVersion": "v1",\n')


def test_what_rbac_does_not_allow(cluster: Cluster) -> None:
    text, _ = ran(cluster, f"curl -sk {BEARER} {API}/api/v1/namespaces/default/secrets")
    told = 'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"'
    assert (json.loads(text)["message"], json.loads(text)["code"]) == (told, 403)


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (f"curl -s --cacert {ACCOUNT}/ca.crt {API}/version", 0, '"gitVersion": "v1.33.9"'),
        (f"curl -sS {API}/version", 60, "curl: (60) SSL certificate problem: unable to get local issuer certificate"),
        (f"curl -sk {API}/api", 0, 'User \\"system:anonymous\\" cannot get path \\"/api\\"'),
        (f"curl -sk {BEARER} {API}/apis/apps/v1", 0, '"name": "deployments/scale"'),
        (f'curl -sk -H "Authorization: Bearer x" {API}/api', 0, '"message": "Unauthorized"'),
        (f"curl -sk {API}/healthz", 0, "ok"),
        ("curl -s http://kubernetes.default.svc:443/", 0, "Client sent an HTTP request to an HTTPS server."),
        ("curl -sSk https://example.com", 35, "curl: (35) TLS connect error"),
        (f"curl -sk {BEARER} '{API}/api/v1/pods?watch=true'", 0, "streams are not served"),
        (f"curl -sk {BEARER} {API}/api/v1/nothing", 0, "the server could not find the requested resource"),
    ],
)
def test_answers(cluster: Cluster, command: str, code: int, told: str) -> None:
    text, ended = ran(cluster, command)
    assert told in text and ended == code


def test_a_write_is_carried_out(cluster: Cluster) -> None:
    body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"made"},"data":{"a":"b"}}'
    script = f"curl -sk {BEARER} -H 'Content-Type: application/json' -d '{body}' -w ' %{{http_code}}' {API}/api/v1/namespaces/default/configmaps"
    text, code = ran(cluster, script)
    assert (code, text[-4:]) == (0, " 201")
    assert cluster.world.objects("configmaps")["default/made"]["data"] == {"a": "b"}
    text, _ = ran(cluster, script)
    assert 'configmaps \\"made\\" already exists' in text
    text, _ = ran(cluster, f"curl -sk -X DELETE {BEARER} {API}/api/v1/namespaces/default/configmaps/made")
    assert json.loads(text)["code"] == 403


def test_a_read_leaves_no_trace(cluster: Cluster) -> None:
    before = cluster.number, cluster.world.apiserver.requests
    assert isinstance(ask(cluster.world, b"GET /version HTTP/1.1\r\n\r\n"), bytes)
    assert (cluster.number, cluster.world.apiserver.requests) == before


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b"GET", b"\xff\xfe \x00", b"POST /api/v1/namespaces/a/pods x\r\n\r\n[["]
)
def test_nonsense_is_answered(cluster: Cluster, data: bytes) -> None:
    found = ask(cluster.world, data)
    assert isinstance(found, bytes) and found.split(b" ")[1][:1] == b"4"


def test_a_request_is_read() -> None:
    asked = read_http(b"POST /a?b=c&d HTTP/1.1\r\nContent-Type: text/x; q\r\n\r\nbody")
    assert (asked.method, asked.path, asked.query, asked.media, asked.body) == (
        "POST",
        "/a",
        {"b": "c", "d": ""},
        "text/x",
        b"body",
    )
