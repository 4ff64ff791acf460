"""The add-on that answers metrics.k8s.io. Upstream: kubernetes-sigs/metrics-server."""
