"""The CSI drivers that this model can run: what each can do, how long it takes, and the pods that are it.

A driver works while its pods do: `controller` labels the pods with the provisioner (and attacher, resizer), the container whose image
has `image` in its name and the registrar beside it make a driver of a node. Any other driver's claims wait, as without a driver.
Real drivers talk to their storage; here the storage outside of the cluster always answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.sim.kernel import US_PER_SECOND

REGISTRAR = "csi-node-driver-registrar"


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver. Times in µs. `topology`: the label of nodes that a volume is bound to, "" if it can be used everywhere.

    `attaches`: a volume is attached to its node first. `grows_on_node`: the node's part of the driver has to grow the file system.
    `volumes_max`: how many volumes of it a node can have, 0 for no limit.
    """

    name: str
    image: str
    controller: tuple[str, str]
    topology: str = ""
    attaches: bool = False
    grows: bool = True
    grows_on_node: bool = False
    modes: tuple[str, ...] = ("ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany")
    volumes_max: int = 0
    create_us: int = US_PER_SECOND // 5
    attach_us: int = US_PER_SECOND // 2


DRIVERS = {
    driver.name: driver
    for driver in (
        Driver(
            "hostpath.csi.k8s.io",
            "hostpathplugin",
            ("app.kubernetes.io/name", "csi-hostpathplugin"),
            topology="topology.hostpath.csi/node",
            grows=False,
            create_us=US_PER_SECOND // 20,
        ),
        Driver("nfs.csi.k8s.io", "nfsplugin", ("app", "csi-nfs-controller"), create_us=US_PER_SECOND // 2),
        Driver(
            "rbd.csi.ceph.com",
            "cephcsi",
            ("app", "csi-rbdplugin-provisioner"),
            attaches=True,
            grows_on_node=True,
            modes=("ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany"),
            create_us=US_PER_SECOND,
        ),
    )
}


def driver_of_image(image: str) -> str:
    """The driver that a container image is, "" for none."""
    name = image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    return next((driver.name for driver in DRIVERS.values() if driver.image == name), "")


def is_registrar(image: str) -> bool:
    """Whether an image is the program that tells the kubelet of a driver."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0] == REGISTRAR
