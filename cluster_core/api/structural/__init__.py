"""Structural schemas: what a CustomResourceDefinition says of its objects, and what that does to them.

Schemas are the JSON of `openAPIV3Schema`, as they are stored. Upstream: apiextensions-apiserver `pkg/apiserver/schema`.
"""
