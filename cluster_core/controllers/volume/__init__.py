"""The control loops of storage: binding, attaching, growing, volumes that live with a pod."""
