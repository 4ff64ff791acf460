"""HorizontalPodAutoscalers. Upstream: `pkg/controller/podautoscaler`."""
