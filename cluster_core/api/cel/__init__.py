"""CEL, the Common Expression Language, as the API server uses it: parse, check types, run with a bounded cost.

Upstream: github.com/google/cel-go and apiserver `pkg/cel`. Why our own: docs/adr/0006-cel-of-our-own.md.
"""
