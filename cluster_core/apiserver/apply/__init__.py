"""Server-side apply and the ownership of fields. Upstream: structured-merge-diff v6, apimachinery `util/managedfields`."""
