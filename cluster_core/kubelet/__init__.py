"""The kubelet: the agent of a node that makes pods out of Pod objects. Upstream: `pkg/kubelet`."""
