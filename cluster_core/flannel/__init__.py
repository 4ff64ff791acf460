"""flanneld, the agent of the pod network on every node."""
