"""kube-proxy in iptables mode: turns Services and EndpointSlices into netfilter rules on every node."""
