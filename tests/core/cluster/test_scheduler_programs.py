"""Schedulers in pods: a second one beside the default one, or in its place."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.scheduler_programs import process_name
from cluster_core.sim.kernel import US_PER_SECOND

CONFIGURATION = """
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      profiles:
      - schedulerName: NAMED
        plugins: {score: {disabled: [{name: "*"}], enabled: [{name: PLUGIN}]}}
      leaderElection: {leaderElect: false}
"""
MANIFEST = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: my-scheduler, namespace: kube-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: my-scheduler-as-kube-scheduler}
subjects: [{kind: ServiceAccount, name: my-scheduler, namespace: kube-system}]
roleRef: {kind: ClusterRole, name: "system:kube-scheduler", apiGroup: rbac.authorization.k8s.io}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: my-scheduler-as-volume-scheduler}
subjects: [{kind: ServiceAccount, name: my-scheduler, namespace: kube-system}]
roleRef: {kind: ClusterRole, name: "system:volume-scheduler", apiGroup: rbac.authorization.k8s.io}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: my-scheduler-config, namespace: kube-system}
data:
  my-scheduler-config.yaml: |
CONFIGURATION
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: my-scheduler, namespace: kube-system}
spec:
  replicas: 1
  selector: {matchLabels: {component: scheduler}}
  template:
    metadata: {labels: {component: scheduler}}
    spec:
      serviceAccountName: my-scheduler
      PLACE
      containers:
      - name: kube-second-scheduler
        image: registry.k8s.io/kube-scheduler:v1.36.2
        command: [/usr/local/bin/kube-scheduler, --config=/etc/kubernetes/my-scheduler/my-scheduler-config.yaml]
        livenessProbe: {httpGet: {path: /healthz, port: 10259, scheme: HTTPS}, initialDelaySeconds: 15}
        readinessProbe: {httpGet: {path: /healthz, port: 10259, scheme: HTTPS}}
        volumeMounts: [{name: config-volume, mountPath: /etc/kubernetes/my-scheduler}]
      volumes: [{name: config-volume, configMap: {name: my-scheduler-config}}]
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: default}
spec:
  schedulerName: SCHEDULER
  containers: [{name: c, image: nginx}]
"""
# Without a scheduler there is no pod network yet, and no node that is Ready.
FIRST = "nodeName: control-plane\n      hostNetwork: true\n      tolerations: [{operator: Exists}]"
PROCESS = "scheduler/kube-system/my-scheduler"


def _manifest(named: str = "my-scheduler", plugin: str = "ImageLocality", place: str = "tolerations: []") -> str:
    configuration = CONFIGURATION.replace("NAMED", named).replace("PLUGIN", plugin)
    return MANIFEST.replace("CONFIGURATION", configuration.strip("\n")).replace("PLACE", place)


def _apply(cluster: Cluster, manifest: str, seconds: float) -> None:
    cluster.apply(Command("apply", {"manifest": manifest}))
    cluster.advance(cluster.now + int(seconds * US_PER_SECOND), 500_000)


def _pod(cluster: Cluster, name: str, scheduler: str, seconds: float = 5) -> Obj:
    _apply(cluster, POD.replace("NAME", name).replace("SCHEDULER", scheduler), seconds)
    return cluster.world.objects("pods")[f"default/{name}"]


def _events(cluster: Cluster, reason: str) -> list[Obj]:
    return [one for one in cluster.world.objects("events").values() if one["reason"] == reason]


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster(ClusterConfig(nodes=2, etcd_members=1), 3)


def test_a_second_scheduler_takes_the_pods_that_name_it(cluster: Cluster) -> None:
    waiting = _pod(cluster, "early", "my-scheduler")
    assert not waiting["spec"].get("nodeName") and "conditions" not in waiting["status"]
    _apply(cluster, _manifest(), 30)
    (told,) = [one for one in cluster.scheduling() if one["process"] == PROCESS]
    assert told["up"] and told["profiles"] == ["my-scheduler"]
    assert cluster.world.objects("pods")["default/early"]["spec"]["nodeName"]
    assert _pod(cluster, "ours", "my-scheduler")["spec"]["nodeName"]
    (event,) = [one for one in _events(cluster, "Scheduled") if one["involvedObject"]["name"] == "ours"]
    assert event["source"]["component"] == "my-scheduler"
    decision = cluster.decision("default/ours")
    assert (decision["scheduler"], [*decision["weights"]]) == ("my-scheduler", ["ImageLocality"])
    assert _pod(cluster, "theirs", "default-scheduler")["spec"]["nodeName"]
    assert cluster.decision("default/theirs")["scheduler"] == "default-scheduler"


def test_it_ends_with_its_deployment_and_comes_back_with_it(cluster: Cluster) -> None:
    _apply(cluster, _manifest(), 30)
    cluster.apply(
        Command("delete", {"resource": "deployments.apps", "namespace": "kube-system", "name": "my-scheduler"})
    )
    cluster.advance(cluster.now + 60 * US_PER_SECOND, 500_000)
    assert cluster.world.sim.processes[PROCESS].down
    assert not _pod(cluster, "orphan", "my-scheduler")["spec"].get("nodeName")
    _apply(cluster, _manifest(), 30)
    assert not cluster.world.sim.processes[PROCESS].down
    assert cluster.world.objects("pods")["default/orphan"]["spec"]["nodeName"]


def test_a_configuration_that_it_does_not_take_ends_it() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, etcd_members=1), 3)
    _apply(cluster, _manifest(plugin="Unheard"), 30)
    (pod,) = [one for key, one in cluster.world.objects("pods").items() if key.startswith("kube-system/my-scheduler-")]
    (status,) = pod["status"]["containerStatuses"]
    assert status["restartCount"] >= 1 and PROCESS not in cluster.world.sim.processes
    log = cluster.world.container_log("kube-system", pod["metadata"]["name"], previous=True)
    assert 'score: plugin "Unheard" does not exist' in str(log.lines[-1])


def test_another_one_may_stand_in_the_place_of_the_default_scheduler() -> None:
    cluster = Cluster(ClusterConfig(nodes=2, etcd_members=1, scheduler=None), 3)
    with pytest.raises(LookupError):
        cluster.world.scheduler.wake()
    assert cluster.scheduling() == []
    assert not _pod(cluster, "early", "default-scheduler")["spec"].get("nodeName")
    with pytest.raises(LookupError, match="does not run here"):
        cluster.decision("default/early")
    _apply(cluster, _manifest("default-scheduler", place=FIRST), 90)
    assert cluster.world.objects("pods")["default/early"]["spec"]["nodeName"]
    assert all(pod["spec"].get("nodeName") for pod in cluster.world.objects("pods").values())


def test_the_default_scheduler_may_have_a_configuration_and_ends_with_its_container() -> None:
    profiles = [{"schedulerName": name} for name in ("default-scheduler", "other")]
    cluster = Cluster(ClusterConfig(nodes=1, etcd_members=1, scheduler={"profiles": profiles}), 3)
    assert _pod(cluster, "a", "other")["spec"]["nodeName"]
    assert cluster.decision("default/a")["scheduler"] == "other"
    cluster.apply(Command("fault", {"fault": "pod-kill", "target": "kube-system/kube-scheduler-control-plane"}))
    cluster.advance(cluster.now + 20_000, 10_000)
    assert cluster.world.scheduler.down
    cluster.advance(cluster.now + 60 * US_PER_SECOND, 100_000)
    assert not cluster.world.scheduler.down
    assert _pod(cluster, "b", "default-scheduler")["spec"]["nodeName"]


def test_a_machine_takes_its_scheduler_with_it() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, etcd_members=1), 3)
    _apply(cluster, _manifest(), 30)
    cluster.apply(Command("fault", {"fault": "node-down", "target": "node-1"}))
    cluster.advance(cluster.now + US_PER_SECOND, 10_000)
    assert cluster.world.sim.processes[PROCESS].down
    cluster.apply(Command("fault", {"fault": "node-up", "target": "node-1"}))
    cluster.advance(cluster.now + 60 * US_PER_SECOND, 100_000)
    assert not cluster.world.sim.processes[PROCESS].down
    assert _pod(cluster, "late", "my-scheduler")["spec"]["nodeName"]


def test_processes_are_named_after_what_makes_their_pods() -> None:
    owner = {"kind": "ReplicaSet", "name": "mine-abc", "controller": True}
    meta = {
        "namespace": "x",
        "name": "mine-abc-12345",
        "labels": {"pod-template-hash": "abc"},
        "ownerReferences": [owner],
    }
    assert process_name({"metadata": meta}) == "scheduler/x/mine"
    assert process_name({"metadata": {"namespace": "x", "name": "bare"}}) == "scheduler/x/bare"
