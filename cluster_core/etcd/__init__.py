"""etcd: Raft, the multi-version store, watches, leases, and the member process that serves them."""
