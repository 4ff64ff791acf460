"""kubectl against a whole cluster: each line as the real one prints it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.kubectl.kubectl import LAST_APPLIED, with_last_applied

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: b}\n"


@lru_cache(maxsize=1)
def booted() -> Cluster:
    """A small cluster, to be forked."""
    return Cluster(ClusterConfig(nodes=1, etcd_members=1), 3)


class Terminal:
    """Types commands, reads what is printed."""

    def __init__(self) -> None:
        self.cluster = booted().fork()

    def run(self, kind: str, **params: Any) -> list[str]:
        index = self.cluster.apply(Command(kind, params))
        results = self.cluster.run_until_answered(index)
        assert results is not None
        return [str(result["message"]) for result in results]

    def apply(self, manifest: str, **params: Any) -> str:
        return "\n".join(self.run("apply", manifest=manifest, **params))

    def live(self, resource: str, name: str, namespace: str = "default") -> Any:
        return self.cluster.world.objects(resource).get(f"{namespace}/{name}")


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


def test_created_unchanged_configured_deleted(terminal: Terminal) -> None:
    assert terminal.apply(DEPLOYMENT) == "deployment.apps/web created"
    assert terminal.apply(DEPLOYMENT) == "deployment.apps/web unchanged"
    assert terminal.apply(DEPLOYMENT.replace("replicas: 2", "replicas: 3")) == "deployment.apps/web configured"
    assert terminal.live("deployments.apps", "web")["spec"]["replicas"] == 3
    assert terminal.run("delete", manifest=DEPLOYMENT) == ['deployment.apps "web" deleted from default namespace']
    assert terminal.run("delete", resource="deploy", name="web") == [
        'Error from server (NotFound): deployments.apps "web" not found'
    ]
    assert terminal.run("delete", manifest=DEPLOYMENT) == [
        'Error from server (NotFound): error when deleting "STDIN": deployments.apps "web" not found'
    ]


def test_the_annotation_is_written_as_kubectl_writes_it() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "<&>"}}
    text = with_last_applied(obj)["metadata"]["annotations"][LAST_APPLIED]
    assert text == (
        '{"apiVersion":"v1","data":{"x":"\\u003c\\u0026\\u003e"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a"}}\n'
    )
    assert json.loads(text)["data"] == {"x": "<&>"}
    again = with_last_applied(with_last_applied(obj))
    assert again["metadata"]["annotations"][LAST_APPLIED] == text


def test_fields_that_are_no_longer_in_the_manifest_go_and_those_of_others_stay(terminal: Terminal) -> None:
    terminal.apply(DEPLOYMENT.replace("  replicas: 2", "  replicas: 2\n  minReadySeconds: 5"))
    terminal.run("scale", resource="deployments", name="web", replicas=4)
    assert terminal.apply(DEPLOYMENT.replace("  replicas: 2\n", "")) == "deployment.apps/web configured"
    spec = terminal.live("deployments.apps", "web")["spec"]
    assert spec.get("minReadySeconds", 0) == 0
    assert spec["replicas"] == 1


def test_one_bad_object_does_not_stop_the_others(terminal: Terminal) -> None:
    unknown = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g, namespace: ns}\n"
    nowhere = CONFIG.replace("{name: cm}", "{name: cm, namespace: nope}")
    broken = DEPLOYMENT.replace("replicas: 2", "replicas: -1")
    assert terminal.run("apply", manifest="---\n".join([CONFIG, unknown, nowhere, broken])) == [
        "configmap/cm created",
        'error: resource mapping not found for name: "g" namespace: "ns" from "STDIN": no matches for kind "Gadget" in version '
        '"example.com/v1"\nensure CRDs are installed first',
        'Error from server (NotFound): error when creating "STDIN": namespaces "nope" not found',
        'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ]


def test_strict_decoding(terminal: Terminal) -> None:
    assert terminal.apply(DEPLOYMENT.replace("replicas: 2", "replica: 2")) == (
        'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a '
        'Deployment: strict decoding error: unknown field "spec.replica"'
    )
    assert terminal.apply(DEPLOYMENT.replace("replicas: 2", "replicas: two")).endswith(
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    )
    terminal.apply(DEPLOYMENT)
    again = terminal.apply(DEPLOYMENT.replace("replicas: 2", "replica: 2"))
    assert again.startswith('The request is invalid: patch: Invalid value: "map[metadata:')
    assert again.endswith('strict decoding error: unknown field "spec.replica"')


def test_several_causes_are_listed(terminal: Terminal) -> None:
    terminal.apply(DEPLOYMENT)
    lines = terminal.apply(DEPLOYMENT.replace("{matchLabels: {app: web}}", "{matchLabels: {app: x}}")).split("\n")
    assert lines == [
        'The Deployment "web" is invalid: ',
        '* spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
        '* spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    ]


def test_scale(terminal: Terminal) -> None:
    terminal.apply(DEPLOYMENT)
    assert terminal.run("scale", resource="deploy", name="web", replicas=5) == ["deployment.apps/web scaled"]
    assert terminal.live("deployments.apps", "web")["metadata"]["generation"] == 2
    assert terminal.run("scale", resource="deploy", name="nope", replicas=5) == [
        'Error from server (NotFound): deployments.apps "nope" not found'
    ]
    assert terminal.run("scale", resource="gadgets", name="web", replicas=5) == [
        'error: the server doesn\'t have a resource type "gadgets"'
    ]
    terminal.apply(CONFIG)
    assert terminal.run("scale", resource="cm", name="cm", replicas=5) == [
        "Error from server (NotFound): the server could not find the requested resource"
    ]


def test_names_and_namespaces(terminal: Terminal) -> None:
    generated = CONFIG.replace("{name: cm}", "{generateName: cm-}")
    assert terminal.apply(generated) == "error: from cm-: cannot use generate name with apply"
    assert terminal.apply(CONFIG.replace("{name: cm}", "{}")).endswith("resource name may not be empty")
    assert "names must be strings" in terminal.apply(CONFIG.replace("{name: cm}", "{name: 5}"))
    terminal.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n")
    assert terminal.apply(CONFIG, namespace="team") == "configmap/cm created"
    assert terminal.live("configmaps", "cm", "team") is not None
    other = terminal.apply(CONFIG.replace("{name: cm}", "{name: cm, namespace: other}"), namespace="team")
    assert other == (
        'error: the namespace from the provided object "other" does not match the namespace "team". '
        "You must pass '--namespace=other' to perform this operation."
    )
    assert terminal.run("delete", resource="ns", name="team") == ['namespace "team" deleted']
    assert "is being terminated" in terminal.apply(
        CONFIG.replace("{a: b}", "{a: c}").replace("cm}", "new, namespace: team}")
    )


def test_a_forced_deletion_says_so(terminal: Terminal) -> None:
    terminal.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n")
    assert terminal.run("delete", resource="po", name="p", grace_period=0) == [
        'pod "p" force deleted from default namespace'
    ]


def test_an_object_that_was_not_applied_gets_the_annotation_with_a_warning(terminal: Terminal) -> None:
    lines = terminal.apply(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt, labels: {a: b}}\ndata: {}\n"
    ).split("\n")
    assert lines[0].startswith(
        "Warning: resource configmaps/kube-root-ca.crt is missing the kubectl.kubernetes.io/last-applied"
    )
    assert lines[1] == "configmap/kube-root-ca.crt configured"
    assert LAST_APPLIED in terminal.live("configmaps", "kube-root-ca.crt")["metadata"]["annotations"]


def test_a_spoilt_annotation_counts_as_none(terminal: Terminal) -> None:
    spoilt = CONFIG.replace("{name: cm}", f"{{name: cm, annotations: {{{LAST_APPLIED}: '{{'}}}}")
    terminal.apply(spoilt)
    assert terminal.apply(CONFIG.replace("a: b", "a: c")) == "configmap/cm configured"


def test_without_a_server_the_connection_is_refused(terminal: Terminal) -> None:
    terminal.run("fault", fault="apiserver-down")
    assert terminal.apply(CONFIG) == (
        "The connection to the server was refused - did you specify the right host or port?"
    )


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {replicas: {type: integer}}}}
"""


def crontab(replicas: int) -> str:
    return f"apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {{name: c}}\nspec: {{replicas: {replicas}}}"


def printed(cluster: Cluster, kind: str, **params: Any) -> list[str]:
    answer = cluster.run_until_answered(cluster.apply(Command(kind, params)))
    assert answer is not None
    return [line["message"] for line in answer]


def test_custom_kinds_are_applied_changed_and_deleted() -> None:
    cluster = Cluster(ClusterConfig(), 1)
    printed(cluster, "apply", manifest=CRD)
    cluster.advance(cluster.now + 3_000_000, 100_000)
    assert printed(cluster, "apply", manifest=crontab(1)) == ["crontab.stable.example.com/c created"]
    assert printed(cluster, "apply", manifest=crontab(2)) == ["crontab.stable.example.com/c configured"]
    assert printed(cluster, "delete", resource="ct", namespace="default", name="c")[0].startswith(
        'crontab.stable.example.com "c"'
    )


def test_an_older_version_of_a_kind_is_applied_as_it_is() -> None:
    cluster = Cluster(ClusterConfig(), 1)
    spec = "spec: {maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: {kind: Deployment, name: web, apiVersion: apps/v1}}"
    manifest = f"apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web}}\n{spec}"
    assert printed(cluster, "apply", manifest=manifest) == ["horizontalpodautoscaler.autoscaling/web created"]
    assert printed(cluster, "apply", manifest=manifest) == ["horizontalpodautoscaler.autoscaling/web unchanged"]
    stored = cluster.world.objects("horizontalpodautoscalers.autoscaling")["default/web"]
    assert stored["apiVersion"] == "autoscaling/v2" and stored["spec"]["metrics"][0]["type"] == "Resource"
