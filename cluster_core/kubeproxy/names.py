"""Chain names: a prefix and 16 characters of a hash. Upstream: `pkg/proxy/iptables/proxier.go`, `portProtoHash`."""

from __future__ import annotations

from base64 import b32encode
from functools import lru_cache
from hashlib import sha256


@lru_cache(maxsize=65536)
def digest(text: str) -> str:
    """The first 16 characters of base32(sha256(text))."""
    return b32encode(sha256(text.encode()).digest()).decode()[:16]


def service_chain(kind: str, name: str, protocol: str) -> str:
    """KUBE-SVC-…, KUBE-SVL-…, KUBE-EXT-… or KUBE-FW-… of the service port "ns/name:port"."""
    return f"KUBE-{kind}-{digest(name + protocol.lower())}"


def endpoint_chain(name: str, protocol: str, endpoint: str) -> str:
    """KUBE-SEP-… of an endpoint "ip:port" of a service port."""
    return f"KUBE-SEP-{digest(name + protocol.lower() + endpoint)}"
