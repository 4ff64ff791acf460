"""In which form a client wants its answer: JSON or YAML; objects, their metadata alone, or a table.

Upstream: apiserver `endpoints/handlers/negotiation`, `endpoints/handlers/response.go`. Real Kubernetes also answers in protobuf and CBOR;
every client that asks for those names JSON too.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.errors import ApiError, bad_request

ACCEPTED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
META_GROUP = "meta.k8s.io"
META_VERSIONS = ("v1", "v1beta1")
TRANSFORMS = ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")
INCLUDES = ("Metadata", "Object", "None")
RANGES_MAX = 50


@dataclass(frozen=True, slots=True)
class Media:
    """One entry of an Accept header."""

    kind: str
    params: tuple[tuple[str, str], ...]
    weight: float

    def param(self, name: str) -> str:
        """A parameter, or ""."""
        return dict(self.params).get(name, "")


@dataclass(frozen=True, slots=True)
class Representation:
    """The form of an answer. `transform` is "" (objects as they are), "Table" or "PartialObjectMetadata"."""

    media: str = "json"
    transform: str = ""
    meta_version: str = "v1"
    include: str = "Metadata"

    @property
    def content_type(self) -> str:
        """What the answer says it is. JSON has no charset: clients compare the whole text."""
        return "application/yaml" if self.media == "yaml" else "application/json"


def accepted(header: str) -> list[Media]:
    """The entries of an Accept header, the most wanted first."""
    found = [_media(entry) for entry in header.split(",")[:RANGES_MAX] if entry.strip()]
    return sorted(found, key=lambda media: -media.weight) or [Media("*/*", (), 1.0)]


def chosen(header: str, include: str = "") -> Representation:
    """The first form of an Accept header that can be served. Raises 406 if there is none."""
    if include and include not in INCLUDES:
        raise bad_request(f"unrecognized includeObject value: {include[:100]!r}")
    for media in accepted(header):
        form = _form(media.kind)
        if not form:
            continue
        transform = media.param("as")
        if not transform:
            return Representation(form)
        if transform in TRANSFORMS and media.param("g") == META_GROUP and media.param("v") in META_VERSIONS:
            name = transform.removesuffix("List")
            return Representation(form, name, media.param("v"), include or "Metadata")
    raise not_acceptable()


def not_acceptable() -> ApiError:
    """406."""
    return ApiError(406, "NotAcceptable", f"only the following media types are accepted: {', '.join(ACCEPTED)}")


def _form(kind: str) -> str:
    if kind in ("application/json", "application/*", "*/*"):
        return "json"
    return "yaml" if kind == "application/yaml" else ""


def _media(entry: str) -> Media:
    kind, *rest = (part.strip() for part in entry.split(";"))
    params = tuple(
        (name.strip(), value.strip().strip('"')) for name, _, value in (part.partition("=") for part in rest)
    )
    return Media(kind.lower(), params, _weight(dict(params).get("q", "1")))


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
