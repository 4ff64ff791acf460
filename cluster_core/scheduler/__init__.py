"""kube-scheduler: a queue, a framework of plugins, scheduling and binding cycles."""
