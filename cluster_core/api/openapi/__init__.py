"""OpenAPI v3 of the served kinds, made from upstream's schemas. See `document` for the functions that serve it."""

from cluster_core.api.openapi.document import Published, document, index, published

__all__ = ["Published", "document", "index", "published"]
