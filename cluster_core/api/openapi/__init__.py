"""OpenAPI of the served kinds, made from upstream's schemas: v3 in `document`, v2 in protobuf in `v2`."""

from cluster_core.api.openapi.document import Published, document, index, published
from cluster_core.api.openapi.v2 import published_v2

__all__ = ["Published", "document", "index", "published", "published_v2"]
