"""Names of images: the full reference, the short one that Docker shows, the digest. Upstream: `distribution/reference`."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?"
REFERENCE = re.compile(
    rf"(?:{HOST}/)?{COMPONENT}(?:/{COMPONENT})*(?::[\w][\w.-]{{0,127}})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{{32,}})?"
)
INVALID = "invalid reference format"
LENGTH_MAX = 512


@lru_cache(maxsize=1024)
def problem_of(image: str) -> str:
    """Why a name can be that of no image, in upstream's words; "" if it can."""
    if len(image) > LENGTH_MAX:
        return INVALID
    if REFERENCE.fullmatch(image):
        return ""
    name = image.partition("@")[0]
    head, _, last = name.rpartition("/")
    bare = "/".join(part for part in (head, last.partition(":")[0]) if part)
    if bare != bare.lower() and REFERENCE.fullmatch(image.lower()):
        return f"{INVALID}: repository name ({bare if head else 'library/' + bare}) must be lowercase"
    return INVALID


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
