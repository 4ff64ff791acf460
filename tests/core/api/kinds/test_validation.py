"""What each kind refuses, in upstream's words: one table."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane, deployment

CONTAINER: Obj = {"name": "c", "image": "nginx:1.25"}


def pod(**spec: Any) -> Obj:
    return {"metadata": {"name": "web"}, "spec": {"containers": [CONTAINER], **spec}}


def holding(**container: Any) -> Obj:
    return pod(containers=[{**CONTAINER, **container}])


def web(**spec: Any) -> Obj:
    return deployment("web", **spec)


def template(**spec: Any) -> Obj:
    inner = {"containers": [CONTAINER], **spec}
    return web(template={"metadata": {"labels": {"app": "web"}}, "spec": inner})


def service(*ports: Obj, **spec: Any) -> Obj:
    return {"metadata": {"name": "web"}, "spec": {"ports": list(ports), **spec}}


PROBE = {"httpGet": {"port": 80}}
FIELD = {"fieldRef": {"fieldPath": "metadata.name"}}

PODS: list[tuple[Obj, str]] = [
    ({"metadata": {"name": "web"}}, "spec.containers: Required value"),
    (pod(containers=[{"image": "a"}]), "spec.containers[0].name: Required value"),
    (pod(containers=[CONTAINER, CONTAINER]), 'spec.containers[1].name: Duplicate value: "c"'),
    (
        pod(containers=[{**CONTAINER, "name": "A"}]),
        'spec.containers[0].name: Invalid value: "A": a lowercase RFC 1123 label',
    ),
    (pod(containers=[{"name": "c"}]), "spec.containers[0].image: Required value"),
    (
        holding(image=" nginx"),
        'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
    ),
    (
        holding(imagePullPolicy="Often"),
        'imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"',
    ),
    (holding(ports=[{}]), "spec.containers[0].ports[0].containerPort: Required value"),
    (
        holding(ports=[{"containerPort": 70000}]),
        "containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ),
    (
        holding(ports=[{"containerPort": 80, "protocol": "ICMP"}]),
        'protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ),
    (
        holding(ports=[{"containerPort": 80, "name": "h"}, {"containerPort": 81, "name": "h"}]),
        'ports[1].name: Duplicate value: "h"',
    ),
    (
        holding(ports=[{"containerPort": 80, "name": "HTTP"}]),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    ),
    (holding(env=[{"value": "a"}]), "spec.containers[0].env[0].name: Required value"),
    (holding(env=[{"name": "A=B"}]), "a valid environment variable name must consist only of printable ASCII"),
    (holding(env=[{"name": "A", "value": "b", "valueFrom": FIELD}]), "may not be specified when `value` is not empty"),
    (
        holding(env=[{"name": "A", "valueFrom": {}}]),
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`",
    ),
    (
        holding(volumeMounts=[{"name": "v", "mountPath": "/v"}]),
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ),
    (
        holding(resources={"requests": {"gpu": 1}}),
        'resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or',
    ),
    (
        holding(resources={"limits": {"cpu": "-1"}}),
        'resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ),
    (
        holding(resources={"requests": {"cpu": "600m"}, "limits": {"cpu": "200m"}}),
        'spec.containers[0].resources.requests: Invalid value: "600m": must be less than or equal to cpu limit of 200m',
    ),
    (holding(livenessProbe={}), "spec.containers[0].livenessProbe: Required value: must specify a handler type"),
    (
        holding(livenessProbe={**PROBE, "tcpSocket": {"port": 1}}),
        "livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
    ),
    (
        holding(livenessProbe={**PROBE, "successThreshold": 2}),
        "livenessProbe.successThreshold: Invalid value: 2: must be 1",
    ),
    (
        holding(readinessProbe={**PROBE, "periodSeconds": -1}),
        "readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal",
    ),
    (
        holding(readinessProbe={"httpGet": {"port": 0}}),
        "readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535",
    ),
    (holding(readinessProbe={"httpGet": {"port": 80, "scheme": "FTP"}}), 'httpGet.scheme: Unsupported value: "FTP"'),
    (holding(readinessProbe={"exec": {}}), "readinessProbe.exec.command: Required value"),
    (holding(lifecycle={"preStop": {}}), "lifecycle.preStop: Required value: must specify a handler type"),
    (
        pod(initContainers=[{**CONTAINER, "name": "i", "livenessProbe": PROBE}]),
        "may not be set for init containers without restartPolicy=Always",
    ),
    (pod(initContainers=[CONTAINER]), 'spec.initContainers[0].name: Duplicate value: "c"'),
    (
        pod(restartPolicy="Sometimes"),
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ),
    (pod(dnsPolicy="Mine"), 'spec.dnsPolicy: Unsupported value: "Mine"'),
    (
        pod(terminationGracePeriodSeconds=-1),
        "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0",
    ),
    (
        pod(activeDeadlineSeconds=0),
        "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
    ),
    (pod(nodeSelector={"a b": "c"}), 'spec.nodeSelector: Invalid value: "a b": name part must consist of'),
    (pod(hostname="a.b"), 'spec.hostname: Invalid value: "a.b": a lowercase RFC 1123 label'),
    (pod(volumes=[{}]), "spec.volumes[0].name: Required value"),
    (pod(volumes=[{"name": "v"}, {"name": "v"}]), 'spec.volumes[1].name: Duplicate value: "v"'),
    (
        pod(volumes=[{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}]),
        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1",
    ),
    (
        pod(volumes=[{"name": "v", "persistentVolumeClaim": {}}]),
        "spec.volumes[0].persistentVolumeClaim.claimName: Required value",
    ),
    (pod(tolerations=[{"effect": "NoExecute"}]), "operator must be Exists when `key` is empty"),
    (
        pod(tolerations=[{"key": "a", "operator": "Exists", "value": "b"}]),
        "value must be empty when `operator` is 'Exists'",
    ),
    (
        pod(tolerations=[{"key": "a", "tolerationSeconds": 1}]),
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
    ),
    (
        pod(tolerations=[{"key": "a", "effect": "Never"}]),
        'effect: Unsupported value: "Never": supported values: "NoSchedule"',
    ),
    (
        pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}),
        "nodeSelectorTerms: Required value: must have at least one node selector term",
    ),
    (
        pod(affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0}]}}),
        "weight: Invalid value: 0: must be in the range 1-100",
    ),
]

WORKLOADS: list[tuple[str, Obj, str]] = [
    ("deployments", {"metadata": {"name": "web"}}, "spec.selector: Required value"),
    ("deployments", {"metadata": {"name": "web"}}, "spec.template.spec.containers: Required value"),
    ("deployments", web(replicas=-1), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
    ("deployments", web(selector={}), "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
    (
        "deployments",
        web(selector={"matchLabels": {"app": "other"}}),
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ),
    (
        "deployments",
        template(restartPolicy="Never"),
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ),
    ("deployments", template(containers=[]), "spec.template.spec.containers: Required value"),
    ("deployments", template(activeDeadlineSeconds=5), "activeDeadlineSeconds in ReplicaSet is not Supported"),
    (
        "deployments",
        web(strategy={"type": "Sideways"}),
        'spec.strategy.type: Unsupported value: "Sideways": supported values: "Recreate", "RollingUpdate"',
    ),
    (
        "deployments",
        web(strategy={"type": "Recreate", "rollingUpdate": {}}),
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ),
    (
        "deployments",
        web(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}),
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
    ),
    (
        "deployments",
        web(strategy={"rollingUpdate": {"maxSurge": "some"}}),
        'Invalid value: "some": a valid percent string must be a numeric',
    ),
    ("deployments", web(strategy={"rollingUpdate": {"maxUnavailable": "101%"}}), "must not be greater than 100%"),
    (
        "deployments",
        web(progressDeadlineSeconds=5, minReadySeconds=5),
        "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
    ),
    (
        "deployments",
        web(revisionHistoryLimit=-1),
        "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
    ),
    (
        "replicasets",
        web(minReadySeconds=-1),
        "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
    ),
    ("replicationcontrollers", {"metadata": {"name": "web"}}, "spec.selector: Required value"),
    ("replicationcontrollers", web(selector={"app": "other"}), "`selector` does not match template `labels`"),
    ("services", service(), "spec.ports: Required value"),
    ("services", service({"port": 0}), "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
    ("services", service({"port": 1}, {"port": 2}), "spec.ports[0].name: Required value"),
    (
        "services",
        service({"port": 1, "name": "a"}, {"port": 2, "name": "a"}),
        'spec.ports[1].name: Duplicate value: "a"',
    ),
    (
        "services",
        service({"port": 1, "name": "a"}, {"port": 1, "name": "b"}),
        'spec.ports[1]: Duplicate value: {"port":1,"protocol":"TCP"}',
    ),
    (
        "services",
        service({"port": 1, "nodePort": 30000}),
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ),
    (
        "services",
        service({"port": 1}, type="Magic"),
        'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName"',
    ),
    ("services", service(type="ExternalName"), "spec.externalName: Required value"),
    ("services", service({"port": 1}, sessionAffinity="Always"), 'spec.sessionAffinity: Unsupported value: "Always"'),
    (
        "services",
        service({"port": 1}, clusterIP="x"),
        'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address',
    ),
    (
        "services",
        {**service({"port": 1}), "metadata": {"name": "1web"}},
        'metadata.name: Invalid value: "1web": a DNS-1035 label',
    ),
    ("endpointslices", {"metadata": {"name": "web"}, "addressType": "IPX"}, 'addressType: Unsupported value: "IPX"'),
    (
        "endpointslices",
        {"metadata": {"name": "web"}, "addressType": "IPv4", "endpoints": [{}]},
        "must contain at least 1 address",
    ),
    (
        "endpoints",
        {"metadata": {"name": "web"}, "subsets": [{"addresses": [{"ip": "x"}]}]},
        "subsets[0].addresses[0].ip: Invalid value",
    ),
    (
        "configmaps",
        {"metadata": {"name": "web"}, "data": {"a b": ""}},
        'data[a b]: Invalid value: "a b": a valid config key',
    ),
    (
        "configmaps",
        {"metadata": {"name": "web"}, "data": {"a": "x" * (2**20 + 1)}},
        "Too long: may not be more than 1048576 bytes",
    ),
    ("secrets", {"metadata": {"name": "web"}, "type": "kubernetes.io/tls"}, "data[tls.crt]: Required value"),
    (
        "persistentvolumeclaims",
        {"metadata": {"name": "web"}},
        "spec.accessModes: Required value: at least 1 access mode is required",
    ),
    ("persistentvolumeclaims", {"metadata": {"name": "web"}}, "spec.resources[storage]: Required value"),
    ("persistentvolumes", {"metadata": {"name": "web"}}, "spec: Required value: must specify a volume type"),
    (
        "nodes",
        {"metadata": {"name": "web"}, "spec": {"taints": [{"key": "a"}]}},
        'spec.taints[0].effect: Unsupported value: ""',
    ),
    ("namespaces", {"metadata": {"name": "a.b"}}, 'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label'),
    ("leases", {"metadata": {"name": "web"}, "spec": {"leaseDurationSeconds": 0}}, "must be greater than 0"),
    (
        "events",
        {"metadata": {"name": "web"}, "involvedObject": {"namespace": "other"}},
        "does not match event.namespace",
    ),
]

METADATA: list[tuple[Obj, str]] = [
    ({"name": "Web"}, 'metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of'),
    ({"generateName": "Web-"}, 'metadata.generateName: Invalid value: "Web": a lowercase RFC 1123 subdomain'),
    ({"name": "web", "labels": {"a b": "c"}}, 'metadata.labels: Invalid value: "a b": name part must consist of'),
    (
        {"name": "web", "labels": {"a": "b c"}},
        'metadata.labels: Invalid value: "b c": a valid label must be an empty string',
    ),
    (
        {"name": "web", "annotations": {"a b": "c"}},
        'metadata.annotations: Invalid value: "a b": name part must consist of',
    ),
    (
        {"name": "web", "annotations": {"a": "x" * 2**18}},
        "metadata.annotations: Too long: may not be more than 262144 bytes",
    ),
    (
        {"name": "web", "ownerReferences": [{}]},
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
    ),
    ({"name": "web", "finalizers": ["a b"]}, 'metadata.finalizers: Invalid value: "a b": name part must consist of'),
]


def refused(resource: str, body: Obj) -> str:
    answer = Plane().ask("create", resource, namespace="default", body=body)
    assert (answer.code, answer.reason) == (422, "Invalid"), answer.body
    message: str = answer.body["message"]
    return message


@pytest.mark.parametrize(("body", "words"), PODS)
def test_pods(body: Obj, words: str) -> None:
    assert words in refused("pods", body)


@pytest.mark.parametrize(("resource", "body", "words"), WORKLOADS)
def test_other_kinds(resource: str, body: Obj, words: str) -> None:
    assert words in refused(resource, body)


@pytest.mark.parametrize(("meta", "words"), METADATA)
def test_metadata(meta: Obj, words: str) -> None:
    assert words in refused("pods", {**pod(), "metadata": meta})


def test_two_controllers() -> None:
    owner = {"apiVersion": "v1", "kind": "A", "name": "a", "uid": "u", "controller": True}
    message = refused(
        "pods", {**pod(), "metadata": {"name": "web", "ownerReferences": [owner, {**owner, "name": "b"}]}}
    )
    assert 'Found "true" in references for a and b' in message
