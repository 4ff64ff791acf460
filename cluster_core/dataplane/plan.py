"""Which addresses the machines of the LAN have."""

from __future__ import annotations

FIRST_NODE = 10
NODES_IN_FIRST_NET = 80
NODES_IN_NET = 240
GATEWAY, LAN_CLIENT_ADDRESS = "192.168.66.1", "192.168.66.100"


def node_address(number: int) -> str:
    """The address of node `number` (0 is the control plane): 192.168.66.10 and on; a large cluster goes on in 192.168.67.0."""
    if number < NODES_IN_FIRST_NET:
        return f"192.168.66.{FIRST_NODE + number}"
    net, place = divmod(number - NODES_IN_FIRST_NET, NODES_IN_NET)
    return f"192.168.{67 + net}.{FIRST_NODE + place}"


def lan_prefix(nodes: int) -> int:
    """The prefix length of the LAN: /24, or /16 when the nodes do not fit."""
    return 24 if nodes <= NODES_IN_FIRST_NET else 16
