"""kubectl describe: an object, what belongs to it and its events, in words. Upstream: `k8s.io/kubectl/pkg/describe`."""
