"""The Node and the Lease that a kubelet writes."""

from __future__ import annotations

from cluster_core.kubelet.node_status import NodeSpec, conditions, lease_object, node_info, node_labels, node_object

PLAIN = NodeSpec("node-1", "172.18.0.3")


def test_a_plain_machine() -> None:
    node = node_object(PLAIN, "boot-1", 5_000_000)
    assert (node["kind"], node["metadata"]["name"], node["spec"]) == ("Node", "node-1", {})
    status = node["status"]
    assert status["capacity"] == {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    assert {one["type"]: one["address"] for one in status["addresses"]} == {
        "InternalIP": "172.18.0.3",
        "Hostname": "node-1",
    }
    assert {one["type"]: one["status"] for one in status["conditions"]} == {
        "MemoryPressure": "False",
        "DiskPressure": "False",
        "PIDPressure": "False",
        "Ready": "True",
    }


def test_what_a_machine_says_of_itself_is_what_it_was_made_of() -> None:
    taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
    special = NodeSpec(
        "cp",
        "172.18.0.2",
        cpu="2",
        pods=30,
        zone="z1",
        region="r1",
        pod_cidr="10.244.0.0/24",
        taints=(taint,),
        labels={"disk": "ssd", "kubernetes.io/arch": "arm64"},
    )
    node = node_object(special, "boot-1", 0)
    assert node["spec"] == {"podCIDR": "10.244.0.0/24", "podCIDRs": ["10.244.0.0/24"], "taints": [taint]}
    assert (node["status"]["allocatable"]["cpu"], node["status"]["allocatable"]["pods"]) == ("2", "30")
    labels = node["metadata"]["labels"]
    assert labels["topology.kubernetes.io/zone"] == "z1" and labels["topology.kubernetes.io/region"] == "r1"
    assert labels["disk"] == "ssd" and labels["kubernetes.io/arch"] == "arm64", "the machine's own labels win"
    assert "topology.kubernetes.io/zone" not in node_labels(PLAIN)


def test_a_transition_time_stays_while_the_status_does() -> None:
    lost = [{"type": "Ready", "status": "Unknown", "lastTransitionTime": "2025-01-01T00:00:40Z"}]
    calm = [{"type": "DiskPressure", "status": "False", "lastTransitionTime": "2025-01-01T00:00:01Z"}]
    found = {one["type"]: one for one in conditions(60_000_000, [*lost, *calm])}
    assert found["Ready"]["lastTransitionTime"] == "2025-01-01T00:01:00Z", "it was Unknown until now"
    assert found["DiskPressure"]["lastTransitionTime"] == "2025-01-01T00:00:01Z"
    assert {one["lastHeartbeatTime"] for one in found.values()} == {"2025-01-01T00:01:00Z"}


def test_a_machine_keeps_its_ids_over_a_reboot_and_shares_them_with_nobody() -> None:
    first, again = node_info(PLAIN, "boot-1"), node_info(PLAIN, "boot-2")
    assert [name for name in first if first[name] != again[name]] == ["bootID"]
    other = node_info(NodeSpec("node-2", "172.18.0.4"), "boot-1")
    assert other["machineID"] != first["machineID"] and other["systemUUID"] != first["systemUUID"]
    assert first["systemUUID"].replace("-", "") == first["machineID"] and len(first["machineID"]) == 32


def test_the_lease_is_owned_by_its_node_and_renews_itself() -> None:
    lease = lease_object(PLAIN, 1_500_000, "uid-1")
    assert lease["spec"] == {
        "holderIdentity": "node-1",
        "leaseDurationSeconds": 40,
        "renewTime": "2025-01-01T00:00:01.500000Z",
    }
    assert (lease["metadata"]["namespace"], lease["metadata"]["name"]) == ("kube-node-lease", "node-1")
    assert lease["metadata"]["annotations"] == {"sim.orrery/renews-every": "10s"}
    assert [owner["uid"] for owner in lease["metadata"]["ownerReferences"]] == ["uid-1"]
    assert "ownerReferences" not in lease_object(PLAIN, 0, "")["metadata"], "the uid of the Node may not be known yet"
