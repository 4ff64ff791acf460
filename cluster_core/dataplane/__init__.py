"""The data plane: packets, network namespaces, netfilter, VXLAN, the LAN, and the walk of a packet through that state."""
