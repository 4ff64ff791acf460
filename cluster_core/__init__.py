"""A deterministic model of a Kubernetes cluster: no Django, no wall clock, no threads."""

ENGINE = "0.1.0"
