"""The LAN: machines on a switch, the soft router with a LAN and a WAN NIC, a client on the LAN, a host on the internet."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netns import DEFAULT, Interface, Netns, Route, loopback
from cluster_core.dataplane.rule import Comment, CtState, Port, Rule

ROUTER, INTERNET, LAN_CLIENT = "router", "internet", "lan-client"
INTERNET_SERVER, INTERNET_CLIENT = "198.51.100.10", "198.51.100.20"
WAN_ADDRESS, WAN_GATEWAY = "203.0.113.2", "203.0.113.1"
ROUTER_MACS = ("08:00:27:00:00:01", "08:00:27:00:01:01")
INTERNET_MAC, CLIENT_MAC = "52:54:00:12:35:02", "0a:00:27:00:00:64"


@dataclass(frozen=True, slots=True)
class PortForward:
    """A rule of the soft router: what comes to `wan_port` goes to `target` ("192.168.66.12:30085")."""

    protocol: str
    wan_port: int
    target: str


def add_machine(fabric: Fabric, name: str, address: str, mac: str, gateway: str, port: str = "") -> Netns:
    """A machine with one NIC, eth0, on the switch; `address` with its prefix length."""
    stack = Netns(name)
    fabric.stacks[name] = stack
    stack.add(loopback())
    stack.add(Interface("eth0", "ethernet", mac, 1500, (address,)))
    stack.routes[DEFAULT] = Route(DEFAULT, "eth0", via=gateway)
    fabric.plug(port or name, name, "eth0")
    return stack


def power_off(fabric: Fabric, name: str) -> None:
    """A machine goes off: its links are dead, and what its kernel kept is lost. The NIC stays plugged in."""
    stack = fabric.stacks[name]
    nic, gateway = stack.interfaces["eth0"], stack.routes[DEFAULT].via
    nic.up = False
    fabric.stacks[name] = Netns(name, {"lo": loopback(), "eth0": nic}, sysctls=_configured(stack))
    fabric.stacks[name].routes[DEFAULT] = Route(DEFAULT, "eth0", via=gateway)


def _configured(stack: Netns) -> dict[str, int]:
    """What /etc/sysctl.d of a machine says, and so is there again after a boot."""
    return {name: value for name, value in stack.sysctls.items() if name == "net.ipv4.ip_forward"}


def power_on(fabric: Fabric, name: str) -> None:
    """A machine boots: its NIC has its address again; everything else is programmed by what runs on it."""
    stack = fabric.stacks[name]
    nic, default = stack.interfaces["eth0"], stack.routes[DEFAULT]
    nic.up = True
    stack.add(nic)
    stack.routes[DEFAULT] = stack.routes.pop(DEFAULT, default)


def add_router(fabric: Fabric, lan_address: str, forwards: tuple[PortForward, ...] = ()) -> Netns:
    """The soft router: masquerades what leaves to the WAN, forwards ports to the LAN, lets nothing else in."""
    lan, length = lan_address.split("/")
    stack = Netns(ROUTER, sysctls={"net.ipv4.ip_forward": 1})
    fabric.stacks[ROUTER] = stack
    stack.add(loopback())
    stack.add(Interface("lan0", "ethernet", ROUTER_MACS[0], 1500, (lan_address,)))
    stack.add(Interface("wan0", "ethernet", ROUTER_MACS[1], 1500, (f"{WAN_ADDRESS}/24",), peer=(INTERNET, "eth0")))
    stack.routes[DEFAULT] = Route(DEFAULT, "wan0", via=WAN_GATEWAY)
    fabric.plug(ROUTER, ROUTER, "lan0")
    _filter_rules(stack)
    subnet = f"{lan.rpartition('.')[0]}.0/{length}" if length == "24" else f"192.168.0.0/{length}"
    _nat_rules(stack, subnet, forwards)
    return stack


def _filter_rules(stack: Netns) -> None:
    netfilter = stack.netfilter
    netfilter.policies[("filter", "FORWARD")] = "DROP"
    netfilter.append(
        "filter",
        "FORWARD",
        Rule("ACCEPT", matches=(Comment("return traffic"), CtState(("RELATED", "ESTABLISHED")))),
        Rule("ACCEPT", in_device="lan0", out_device="wan0", matches=(Comment("LAN to internet"),)),
        Rule("ACCEPT", matches=(Comment("port forwards"), CtState(("DNAT",)))),
    )


def _nat_rules(stack: Netns, subnet: str, forwards: tuple[PortForward, ...]) -> None:
    for forward in forwards:
        protocol = forward.protocol.lower()
        stack.netfilter.append(
            "nat",
            "PREROUTING",
            Rule(
                "DNAT",
                target=f"{WAN_ADDRESS}/32",
                protocol=protocol,
                matches=(Port(protocol, forward.wan_port),),
                options=f"--to-destination {forward.target}",
            ),
        )
    stack.netfilter.append(
        "nat",
        "POSTROUTING",
        Rule("MASQUERADE", out_device="wan0", matches=(Comment("WAN NAT"),)),
        Rule("MASQUERADE", source=subnet, target=subnet, matches=(CtState(("DNAT",)), Comment("NAT loopback"))),
    )


def add_internet(fabric: Fabric) -> Netns:
    """The other side of the WAN: the provider's gateway with a server and a client behind it, as one host."""
    stack = Netns(INTERNET)
    fabric.stacks[INTERNET] = stack
    stack.add(loopback())
    addresses = (f"{WAN_GATEWAY}/24", f"{INTERNET_SERVER}/32", f"{INTERNET_CLIENT}/32")
    stack.add(Interface("eth0", "ethernet", INTERNET_MAC, 1500, addresses, peer=(ROUTER, "wan0")))
    return stack


def add_lan_client(fabric: Fabric, address: str, gateway: str) -> Netns:
    """Somebody's computer on the LAN."""
    return add_machine(fabric, LAN_CLIENT, address, CLIENT_MAC, gateway)
