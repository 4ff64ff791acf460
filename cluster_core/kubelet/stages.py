"""The stages of a pod on its node: admitted → (sandbox) running → terminating → stopped; a refused pod is "rejected", one whose
containers have all ended for good is "ended". Upstream: `pkg/kubelet/pod_workers.go`."""

ADMITTED, RUNNING, TERMINATING, ENDED, STOPPED, REJECTED = (
    "admitted",
    "running",
    "terminating",
    "ended",
    "stopped",
    "rejected",
)
