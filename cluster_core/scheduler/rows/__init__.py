"""Kept judgements of nodes, one row per kind of pod: what makes a scheduling cycle cheap without changing its outcome."""
