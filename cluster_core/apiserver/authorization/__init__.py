"""Who may do what: the privileged group, the Node authorizer, RBAC; the first that has an opinion decides."""
