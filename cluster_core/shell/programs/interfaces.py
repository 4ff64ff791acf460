"""ip, ifconfig, netstat, ss, route, arp: what a pod has of a network stack: lo and eth0, a default route."""

from __future__ import annotations

from cluster_core.shell.programs.applet import Call


def ip(call: Call) -> int:
    """ip addr, ip route, ip link."""
    words = [word for word in call.words if not word.startswith("-")]
    address = call.land.identity.address
    gateway = ".".join([*address.split(".")[:3], "1"]) if address else ""
    what = words[0] if words else "addr"
    if "route".startswith(what[:1]) and what[:1] == "r":
        if address:
            call.out(
                f"default via {gateway} dev eth0\n{'.'.join(gateway.split('.')[:3])}.0/24 dev eth0 scope link  src {address}\n"
            )
        return 0
    lines = [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000",
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
    ]
    shows = what[:1] == "a"
    lines += ["    inet 127.0.0.1/8 scope host lo", "       valid_lft forever preferred_lft forever"] if shows else []
    if address:
        mac = "0a:58:" + ":".join(f"{int(part):02x}" for part in address.split("."))
        lines += [
            "2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP",
            f"    link/ether {mac} brd ff:ff:ff:ff:ff:ff",
        ]
        broadcast = ".".join([*address.split(".")[:3], "255"])
        lines += (
            [
                f"    inet {address}/24 brd {broadcast} scope global eth0",
                "       valid_lft forever preferred_lft forever",
            ]
            if shows
            else []
        )
    call.out("\n".join(lines) + "\n")
    return 0


def ifconfig(call: Call) -> int:
    """ifconfig."""
    address = call.land.identity.address
    if address:
        mac = "0A:58:" + ":".join(f"{int(part):02X}" for part in address.split("."))
        broadcast = ".".join([*address.split(".")[:3], "255"])
        call.out(
            f"eth0      Link encap:Ethernet  HWaddr {mac}\n          inet addr:{address}  Bcast:{broadcast}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1450  Metric:1\n\n"
        )
    call.out(
        "lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n"
    )
    return 0


def netstat(call: Call) -> int:
    """netstat -tln, ss -tln: the open ports of this container."""
    land = call.land
    ports = sorted({*land.application.ports, *land.listening}) if not land.listening else sorted(land.listening)
    if call.name == "ss":
        call.out("State   Recv-Q  Send-Q   Local Address:Port   Peer Address:Port\n")
        call.out("".join(f"LISTEN  0       511            0.0.0.0:{port:<6}      0.0.0.0:*\n" for port in ports))
        return 0
    call.out(
        "Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n"
    )
    call.out(
        "".join(f"tcp        0      0 {f'0.0.0.0:{port}':<23} 0.0.0.0:*               LISTEN      \n" for port in ports)
    )
    return 0


def route(call: Call) -> int:
    """route, arp."""
    address = call.land.identity.address
    gateway = ".".join([*address.split(".")[:3], "1"]) if address else "0.0.0.0"
    if call.name == "arp":
        call.out(
            f"? ({gateway}) at 0a:58:{':'.join(f'{int(part):02x}' for part in gateway.split('.'))} [ether]  on eth0\n"
        )
        return 0
    call.out("Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n")
    call.out(f"{'default':<15} {gateway:<15} {'0.0.0.0':<15} UG    0      0        0 eth0\n")
    return 0
