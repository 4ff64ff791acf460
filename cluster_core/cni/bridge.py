"""CNI ADD and DEL on a node: the bridge cni0, and a veth pair per pod. Upstream: the CNI plugins `bridge` and `flannel`."""

from __future__ import annotations

from cluster_core.dataplane.address import host, pod_mac, veth_name
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netns import BridgePort, Interface, Netns

BRIDGE = "cni0"
NIC_OVERHEAD = 50


def namespace(pod_uid: str) -> str:
    """The name of a pod's network namespace, held by its pause container."""
    return f"pod/{pod_uid}"


def attach(fabric: Fabric, node: str, pod_uid: str, address: str, pod_cidr: str, veth: str = "") -> None:
    """CNI ADD: the pod's namespace hangs on the bridge, which the first pod of a node brings up."""
    stack = fabric.stacks[node]
    if BRIDGE not in stack.interfaces:
        create_bridge(stack, pod_cidr)
    port = BridgePort(veth or veth_name(pod_uid), node, namespace(pod_uid), address)
    stack.ports[port.name] = port
    fabric.sandboxes[port.netns] = port


def detach(fabric: Fabric, pod_uid: str) -> None:
    """CNI DEL: the namespace goes, and both ends of the pair with it."""
    name = namespace(pod_uid)
    port = fabric.sandboxes.pop(name, None)
    fabric.opened.pop(name, None)
    if port is not None:
        fabric.stacks[port.host].ports.pop(port.name, None)


def create_bridge(stack: Netns, pod_cidr: str) -> None:
    """cni0 has the first address of the node's subnet and is the pods' gateway; the plugin turns forwarding on."""
    gateway, length = host(pod_cidr, 1), pod_cidr.partition("/")[2]
    mtu = stack.interfaces["eth0"].mtu - NIC_OVERHEAD
    stack.add(Interface(BRIDGE, "bridge", pod_mac(gateway), mtu, (f"{gateway}/{length}",)))
    stack.sysctls["net.ipv4.ip_forward"] = 1
    stack.sysctls["net.bridge.bridge-nf-call-iptables"] = 1
