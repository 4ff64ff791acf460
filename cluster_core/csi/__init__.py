"""The sidecars of CSI drivers: external-provisioner, external-attacher, external-resizer, and the manifests of the drivers."""
