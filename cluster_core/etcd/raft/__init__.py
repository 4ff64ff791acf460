"""Raft as etcd runs it: a function of messages and time. Knows neither the simulator nor Kubernetes."""
