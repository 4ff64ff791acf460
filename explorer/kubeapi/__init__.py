"""The Kubernetes HTTP API of every run, for kubectl, client libraries and whatever else speaks it."""
