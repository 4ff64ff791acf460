"""The add-on that answers custom.metrics.k8s.io and external.metrics.k8s.io. Upstream: kubernetes-sigs/custom-metrics-apiserver."""
