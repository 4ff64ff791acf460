"""The container runtimes that a kubelet can have behind the CRI: what differs between them, as data.

containerd and CRI-O speak the CRI themselves. Docker does not: cri-dockerd stands between, and dockerd asks a containerd of its own; the same runc
starts the process in the end. Upstream: `k8s.io/cri-api`, containerd, CRI-O, Mirantis/cri-dockerd.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.kubelet.image_names import familiar, image_id, reference

EXEC_FAILED = 'exec: "{name}": {why}: unknown'
RUNC = "OCI runtime create failed: runc create failed: unable to start container process: error during container init: "


@dataclass(frozen=True, slots=True)
class ContainerRuntime:
    """`scheme` begins container ids and the version; `hops` are the programs that a call of the kubelet passes, outermost first; `socket` is the
    endpoint that the kubelet knows; `pause` the image of sandboxes; `missing` the words for an image that no registry has."""

    scheme: str
    version: str
    hops: tuple[str, ...]
    socket: str
    pause: str
    missing: str
    start_error: str

    @property
    def full_version(self) -> str:
        """As nodeInfo.containerRuntimeVersion."""
        return f"{self.scheme}://{self.version}"

    def container_id(self, identity: str) -> str:
        """As containerStatuses[].containerID."""
        return f"{self.scheme}://{identity}"

    def image(self, image: str) -> str:
        """The name of an image as a container's status tells it: Docker keeps its familiar short names."""
        return familiar(image) if self.scheme == "docker" else reference(image)

    def image_id(self, image: str) -> str:
        """Its digest as a container's status tells it."""
        return f"docker-pullable://{familiar(image_id(image))}" if self.scheme == "docker" else image_id(image)

    def not_found(self, image: str) -> str:
        """Why an image cannot be pulled that the registry does not have."""
        full = reference(image)
        name, _, tag = full.rpartition(":")
        return self.missing.format(full=full, short=familiar(image), name=name, tag=tag)

    def not_started(self, name: str, why: str) -> str:
        """Why a container does not start whose program is not there."""
        return self.start_error + EXEC_FAILED.format(name=name, why=why)


RUNTIMES = {
    "containerd": ContainerRuntime(
        "containerd",
        "2.1.4",
        ("containerd", "containerd-shim-runc-v2", "runc"),
        "unix:///run/containerd/containerd.sock",
        "registry.k8s.io/pause:3.10.1",
        'rpc error: code = NotFound desc = failed to pull and unpack image "{full}": '
        'failed to resolve reference "{full}": {full}: not found',
        f"failed to create containerd task: failed to create shim task: {RUNC}",
    ),
    "cri-o": ContainerRuntime(
        "cri-o",
        "1.36.0",
        ("crio", "conmon", "crun"),
        "unix:///var/run/crio/crio.sock",
        "registry.k8s.io/pause:3.10.1",
        "rpc error: code = Unknown desc = initializing source docker://{full}: "
        "reading manifest {tag} in {name}: manifest unknown",
        "container create failed: ",
    ),
    "docker": ContainerRuntime(
        "docker",
        "28.5.1",
        ("cri-dockerd", "dockerd", "containerd", "containerd-shim-runc-v2", "runc"),
        "unix:///run/cri-dockerd.sock",
        "registry.k8s.io/pause:3.10",
        "rpc error: code = Unknown desc = Error response from daemon: manifest for {short} not found: "
        "manifest unknown: manifest unknown",
        f"failed to create task for container: failed to create shim task: {RUNC}",
    ),
}
CONTAINERD = RUNTIMES["containerd"]
VERSION_MAX = 40


def runtime_of(text: str) -> ContainerRuntime:
    """The runtime of a run's configuration: its name, perhaps with a version ("docker://27.1.1"). Raises ValueError."""
    name, separator, version = text.partition("://")
    found = RUNTIMES.get(name)
    if found is None or (separator and not version.replace(".", "").replace("-", "").isalnum()):
        raise ValueError(f"runtime: {text[:VERSION_MAX]!r} is none of {', '.join(RUNTIMES)}, perhaps with ://VERSION")
    if len(version) > VERSION_MAX:
        raise ValueError(f"runtime: its version has at most {VERSION_MAX} characters")
    if not version:
        return found
    fields = (getattr(found, name) for name in ("hops", "socket", "pause", "missing", "start_error"))
    return ContainerRuntime(found.scheme, version, *fields)
