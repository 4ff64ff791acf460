"""The node: registration, outages, restarts of the program and of the machine, static pods, determinism."""

from __future__ import annotations

import pickle

from cluster_core.sim.process import TopologyChanged
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def test_node_and_lease_are_registered() -> None:
    world = World(zone="a", pod_cidr="10.244.1.0/24")
    node = world.api.objects[("nodes", "", "node-1")]
    assert node["metadata"]["labels"]["topology.kubernetes.io/zone"] == "a"
    assert node["spec"]["podCIDR"] == "10.244.1.0/24" and node["status"]["nodeInfo"]["kubeletVersion"] == "v1.36.2"
    lease = world.api.objects[("leases.coordination.k8s.io", "kube-node-lease", "node-1")]
    assert lease["metadata"]["annotations"] == {"sim.orrery/renews-every": "10s"}
    assert lease["metadata"]["ownerReferences"][0]["name"] == "node-1"


def test_an_idle_kubelet_has_nothing_to_do() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(30)
    before = world.sim.number
    world.run(3600)
    assert world.sim.number == before


def test_containers_run_on_while_the_kubelet_is_away() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    identity = world.container("web")["containerID"]
    world.kubelet.stop_program()
    world.run(60)
    world.kubelet.restart()
    world.run(10)
    found = world.container("web")
    assert found["containerID"] == identity and found["restartCount"] == 0 and found["ready"]
    assert len(world.when("pod.container-started")) == 1
    world.api.delete("web")
    world.run(5)
    assert world.api.pod("web") is None


def test_an_exit_while_the_kubelet_is_away_is_found() -> None:
    world = World()
    world.api.bind(
        "task", spec(restartPolicy="Never"), {"sim.orrery/start-seconds": "1", "sim.orrery/run-seconds": "10"}
    )
    world.run(5)
    world.kubelet.stop_program()
    world.run(60)
    world.kubelet.restart()
    world.run(5)
    pod = world.api.pod("task")
    assert pod is not None and pod["status"]["phase"] == "Succeeded"


def test_a_pod_deleted_while_the_kubelet_was_away_is_cleaned_up() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    world.kubelet.stop_program()
    world.api.delete("web", grace=0)
    world.run(5)
    world.kubelet.restart()
    world.run(5)
    assert world.kubelet.runtime.sandboxes == {} and world.network.held == {}


def test_a_reboot_restarts_the_pods_in_new_sandboxes() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    boot = world.kubelet.runtime.boot_id
    world.kubelet.crash()
    assert world.kubelet.listening("uid-web") == []
    world.run(30)
    world.kubelet.restart()
    world.run(10)
    found = world.container("web")
    assert found["restartCount"] == 1 and found["ready"]
    assert (
        found["lastState"]["terminated"]["exitCode"] == 255 and found["lastState"]["terminated"]["reason"] == "Unknown"
    )
    node = world.api.objects[("nodes", "", "node-1")]
    assert node["status"]["nodeInfo"]["bootID"] != boot
    reasons = [reason for _, reason, _ in world.api.events]
    assert "Rebooted" in reasons and "SandboxChanged" in reasons
    pod = world.api.pod("web")
    assert pod is not None and list(world.network.held.values()) == [pod["status"]["podIP"]] == ["10.244.1.3"]


def test_an_outage_of_the_api_server_is_survived() -> None:
    world = World()
    world.api.bind("web", spec(), {"sim.orrery/start-seconds": "1"})
    world.run(0.2)
    world.api.crash()
    world.run(20)
    world.api.watches.clear()
    world.api.restart()
    world.sim.schedule(world.sim.now, "kubelet/node-1", TopologyChanged("apiserver"))
    world.run(40)
    assert world.condition("web", "Ready")["status"] == "True"


def test_the_lease_is_established_again_after_a_partition() -> None:
    world = World()
    key = ("leases.coordination.k8s.io", "kube-node-lease", "node-1")
    world.api.objects[key]["metadata"]["annotations"].clear()
    world.sim.schedule(world.sim.now, "kubelet/node-1", TopologyChanged("node-1"))
    world.run(1)
    assert world.api.objects[key]["metadata"]["annotations"] == {"sim.orrery/renews-every": "10s"}


def test_static_pods_have_mirror_pods() -> None:
    manifest = {"metadata": {"name": "etcd", "namespace": "default"}, "spec": spec(hostNetwork=True)}
    world = World(static_pods=[manifest], images=("nginx:1.25",))
    world.run(20)
    mirror = world.api.pod("etcd-node-1")
    assert mirror is not None and mirror["status"]["phase"] == "Running"
    assert mirror["metadata"]["annotations"]["kubernetes.io/config.source"] == "file"
    world.api.delete("etcd-node-1", grace=0)
    world.run(10)
    assert not world.when("pod.pull-started")
    again = world.api.pod("etcd-node-1")
    assert again is not None and again["status"]["phase"] == "Running"
    assert len(world.when("pod.container-started")) == 1


def test_a_mirror_pod_waits_for_its_namespace() -> None:
    """As at the birth of a cluster: the kubelet's static pods run before kube-system exists."""
    manifest = {"metadata": {"name": "etcd", "namespace": "default"}, "spec": spec(hostNetwork=True)}
    world = World(static_pods=[manifest], images=("nginx:1.25",))
    world.api.delete("etcd-node-1", grace=0)
    world.api.missing_namespaces.append("default")
    world.run(30)
    assert world.api.pod("etcd-node-1") is None and len(world.when("pod.container-started")) == 1
    world.api.missing_namespaces.clear()
    world.run(12)
    mirror = world.api.pod("etcd-node-1")
    assert mirror is not None and mirror["status"]["phase"] == "Running"


def test_two_runs_are_equal_and_a_checkpoint_goes_on_equally() -> None:
    worlds = [World(seed=7), World(seed=7)]
    for world in worlds:
        for number in range(5):
            world.api.bind(f"p{number}", spec({"name": "c", "image": f"redis:{number}"}))
        world.run(3)
    one, two = worlds
    one.sim.trace = None  # type: ignore[assignment]
    copy = pickle.loads(pickle.dumps(one.sim))
    copy.trace = two.trace
    copy.advance(copy.now + 30_000_000, 1_000_000)
    two.run(30)
    assert copy.digest == two.sim.digest and copy.number == two.sim.number


def test_many_pods_cost_few_events() -> None:
    world = World(pods=300, cpu="400")
    for number in range(200):
        world.api.bind(f"p{number}", spec(), {"sim.orrery/start-seconds": "1"})
    before = world.sim.number
    world.run(20)
    assert all(world.condition(f"p{number}", "Ready")["status"] == "True" for number in range(200))
    assert (world.sim.number - before) / 200 < 30


def test_a_readiness_that_somebody_else_wrote_is_corrected() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    pod = world.api.pod("web")
    assert pod is not None
    conditions = [
        {**item, "status": "False"} if item["type"] == "Ready" else item for item in pod["status"]["conditions"]
    ]
    world.api.put("pods", {**pod, "status": {**pod["status"], "conditions": conditions}}, "MODIFIED")
    assert world.condition("web", "Ready")["status"] == "False"
    world.run(1)
    assert world.condition("web", "Ready")["status"] == "True"
    writes = len(world.api.writes)
    world.run(60)
    assert len(world.api.writes) == writes
