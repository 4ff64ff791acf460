"""The streams of a run's Kubernetes API: logs, exec, attach, port-forward, proxy."""
