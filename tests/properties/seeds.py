"""A good object of every kind, for properties to spoil."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds import KINDS
from tests.core.api.kinds import (
    test_admission_registration,
    test_ingress_validation,
    test_limit_range_validation,
    test_network_policy_validation,
    test_networking,
    test_quota,
    test_rbac,
    test_storage_classes,
    test_webhook_validation,
)
from tests.core.api.kinds.test_autoscaling import CPU, HPA
from tests.core.api.kinds.test_batch import CRON, INDEXED, RULE
from tests.core.api.kinds.test_certificates import REQUEST
from tests.core.api.kinds.test_policy import BUDGET
from tests.core.api.kinds.test_runtime_class import CLASS
from tests.core.api.kinds.test_stateful_set import CLAIM
from tests.core.api.kinds.test_stateful_set import SET as STATEFUL
from tests.core.apiserver.crontab import definition

Obj = dict[str, Any]
CONTAINER = {
    "name": "c",
    "image": "nginx:1.25",
    "ports": [{"containerPort": 80, "name": "http"}],
    "env": [{"name": "A", "value": "b"}, {"name": "P", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
    "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": 1, "memory": "1Gi"}},
    "readinessProbe": {"httpGet": {"port": "http"}},
    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
    "lifecycle": {"preStop": {"sleep": {"seconds": 1}}},
    "securityContext": {"runAsUser": 1, "windowsOptions": {"runAsUserName": "a"}},
    "restartPolicy": "Always",
    "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [3]}}],
}
REQUIRED = {
    "nodeSelectorTerms": [
        {
            "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}],
            "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}],
        }
    ]
}
AFFINITY = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": REQUIRED}}
POD_SPEC = {
    "containers": [CONTAINER],
    "initContainers": [{"name": "i", "image": "busybox"}],
    "volumes": [
        {"name": "v", "configMap": {"name": "x"}},
        {"name": "w", "projected": {"sources": [{"downwardAPI": {}}]}},
        {"name": "e", "ephemeral": {"volumeClaimTemplate": {"spec": CLAIM["spec"]}}},
    ],
    "tolerations": [{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 3}],
    "nodeSelector": {"a": "b"},
    "affinity": AFFINITY,
    "resources": {"requests": {"cpu": 1}, "limits": {"cpu": 2}},
    "schedulingGates": [{"name": "g"}],
}
LABELS = {"app": "x"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": POD_SPEC}
EXPRESSION = {"key": "app", "operator": "In", "values": ["x"]}
SET = {"replicas": 2, "selector": {"matchLabels": LABELS, "matchExpressions": [EXPRESSION]}, "template": TEMPLATE}
MADE: dict[str, Obj] = {
    "Namespace": {},
    "Node": {
        "spec": {
            "taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}],
            "unschedulable": True,
            "podCIDRs": ["10.0.0.0/24"],
        },
        "status": {"capacity": {"cpu": 4}, "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]},
    },
    "Pod": {"spec": POD_SPEC},
    "PodTemplate": {"template": TEMPLATE},
    "ReplicationController": {"spec": {"replicas": 1, "selector": LABELS, "template": TEMPLATE}},
    "ReplicaSet": {"spec": SET},
    "Deployment": {"spec": {**SET, "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": "10%"}}}},
    "StatefulSet": {"spec": {**STATEFUL["spec"], "volumeClaimTemplates": [CLAIM]}},
    "DaemonSet": {"spec": {"selector": {"matchLabels": LABELS}, "template": TEMPLATE}},
    "ControllerRevision": {"data": {"spec": {}}, "revision": 1},
    "Job": {"spec": {**INDEXED["spec"], "podFailurePolicy": {"rules": [RULE]}}},
    "CronJob": CRON,
    "HorizontalPodAutoscaler": {"spec": {**HPA["spec"], "metrics": [CPU]}},
    "PodDisruptionBudget": BUDGET,
    "Service": {
        "spec": {
            "type": "LoadBalancer",
            "selector": LABELS,
            "ports": [{"port": 80, "targetPort": "http", "nodePort": 30080}],
            "externalTrafficPolicy": "Local",
            "loadBalancerSourceRanges": ["10.0.0.0/8"],
            "sessionAffinity": "ClientIP",
            "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 9}},
            "externalIPs": ["192.0.2.1"],
            "clusterIP": "10.96.3.4",
            "clusterIPs": ["10.96.3.4"],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}},
    },
    "Endpoints": {"subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]},
    "EndpointSlice": {
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.1"], "hints": {"forZones": [{"name": "z"}]}}],
        "ports": [{"port": 80}],
    },
    "ConfigMap": {"data": {"a": "b"}, "binaryData": {"c": "YQ=="}, "immutable": False},
    "Secret": {"data": {"a": "YQ=="}, "stringData": {"b": "c"}, "type": "Opaque"},
    "ServiceAccount": {"secrets": [{"name": "a"}], "automountServiceAccountToken": False},
    "PersistentVolumeClaim": {
        "spec": {**CLAIM["spec"], "dataSource": {"kind": "PersistentVolumeClaim", "name": "y"}, "volumeName": "v"}
    },
    "PersistentVolume": {
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": "1Gi"},
            "local": {"path": "/x"},
            "nodeAffinity": {"required": REQUIRED},
        }
    },
    "Event": {"involvedObject": {"kind": "Pod", "namespace": "default", "name": "x"}, "reason": "R", "count": 1},
    "Lease": {"spec": {"holderIdentity": "a", "leaseDurationSeconds": 40, "renewTime": "2025-01-01T00:00:00.000000Z"}},
    "PriorityClass": {"value": 1000, "preemptionPolicy": "Never"},
    "RuntimeClass": CLASS,
    "CertificateSigningRequest": REQUEST,
    "CustomResourceDefinition": definition(),
    "APIService": {"spec": {"group": "a.b", "version": "v1", "groupPriorityMinimum": 1, "versionPriority": 1}},
    "Binding": {"target": {"kind": "Node", "name": "n"}},
    "TokenReview": {"spec": {"token": "x"}},
    "SelfSubjectReview": {},
    "SubjectAccessReview": {"spec": {"user": "u", "resourceAttributes": {"verb": "get", "resource": "pods"}}},
    "LocalSubjectAccessReview": {
        "spec": {"user": "u", "resourceAttributes": {"namespace": "default", "verb": "get", "resource": "pods"}}
    },
    "SelfSubjectAccessReview": {"spec": {"nonResourceAttributes": {"path": "/x", "verb": "get"}}},
    "SelfSubjectRulesReview": {"spec": {"namespace": "default"}},
    "MutatingAdmissionPolicyBinding": {"spec": {"policyName": "p"}},
}
TABLES = (
    test_admission_registration,
    test_ingress_validation,
    test_limit_range_validation,
    test_network_policy_validation,
    test_networking,
    test_quota,
    test_rbac,
    test_storage_classes,
    test_webhook_validation,
)
BY_RESOURCE = {kind.resource: kind.kind for kind in KINDS}
SEEDS: dict[str, Obj] = {
    BY_RESOURCE[resource]: body for table in TABLES for resource, body in table.GOOD.items()
} | MADE
META = {
    "name": "x",
    "labels": {"app": "x"},
    "annotations": {"a/b": "c"},
    "finalizers": ["x/y"],
    "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}],
}


def seed(kind: str) -> Obj:
    """The good object of a kind, with metadata of every sort."""
    body = SEEDS[kind]
    return {**body, "metadata": {**META, **(body.get("metadata") or {})}}
