"""Names as a pod's resolver asks for them: resolv.conf with a search list. Upstream: kubelet `pkg/kubelet/network/dns`, resolv.conf(5)."""

from __future__ import annotations

from dataclasses import dataclass

ZONE = "cluster.local"
NDOTS = 5


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """/etc/resolv.conf of a container: where to ask, which suffixes to try, from how many dots on a name is tried as it is first."""

    nameserver: str
    search: tuple[str, ...] = ()
    ndots: int = 1

    def candidates(self, name: str) -> list[str]:
        """The full names that are asked for, in order; a name that ends with a dot is full already."""
        if name.endswith("."):
            return [name[:-1]]
        extended = [f"{name}.{suffix}" for suffix in self.search]
        return [name, *extended] if name.count(".") >= self.ndots else [*extended, name]

    def text(self) -> str:
        """The file."""
        search = f"search {' '.join(self.search)}\n" if self.search else ""
        options = f"options ndots:{self.ndots}\n" if self.ndots != 1 else ""
        return f"{search}nameserver {self.nameserver}\n{options}"


def cluster_first(namespace: str, nameserver: str) -> ResolvConf:
    """dnsPolicy ClusterFirst."""
    return ResolvConf(nameserver, (f"{namespace}.svc.{ZONE}", f"svc.{ZONE}", ZONE), NDOTS)


def is_dns_name(text: str) -> bool:
    """Whether a text can be asked for: labels of letters, digits, "-" and "_", 253 characters at most."""
    labels = text.removesuffix(".").split(".")
    return 0 < len(text) <= 253 and all(
        0 < len(label) <= 63 and label.replace("-", "a").replace("_", "a").isalnum() and label.isascii()
        for label in labels
    )
