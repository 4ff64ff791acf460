"""Names of images: the full reference, the short one that Docker shows, the digest. Upstream: `distribution/reference`."""

from __future__ import annotations

import hashlib


def reference(image: str) -> str:
    """The full name of an image: "nginx" is "docker.io/library/nginx:latest"."""
    name, at, digest = image.partition("@")
    host, slash, rest = name.partition("/")
    if not slash:
        name = f"docker.io/library/{name}"
    elif not ("." in host or ":" in host or host == "localhost"):
        name = f"docker.io/{host}/{rest}"
    if ":" not in name.rpartition("/")[2] and not at:
        name += ":latest"
    return f"{name}{at}{digest}"


def image_id(image: str) -> str:
    """The image's digest as a container status shows it; a made-up digest that is the same for the same reference."""
    full = reference(image)
    name, at, digest = full.partition("@")
    head, _, last = name.rpartition("/")
    bare = f"{head}/{last.partition(':')[0]}"
    return f"{bare}@{digest}" if at else f"{bare}@sha256:{hashlib.sha256(full.encode()).hexdigest()}"


def familiar(image: str) -> str:
    """The short name that Docker shows: "nginx:1.25" for docker.io/library/nginx:1.25."""
    return reference(image).removeprefix("docker.io/").removeprefix("library/")
