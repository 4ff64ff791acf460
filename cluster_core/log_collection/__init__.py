"""Logs of the whole cluster: a collector on every node, and the store that can be searched. Upstream: fluent-bit, VictoriaLogs."""
