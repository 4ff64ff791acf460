"""A deterministic model of a Kubernetes cluster: no Django, no wall clock, no threads."""
