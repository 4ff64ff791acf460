"""CoreDNS: the names of Services and pods."""
