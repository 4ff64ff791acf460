"""What `kubectl get` prints: one module per family of kinds. See `table` for the functions."""

from cluster_core.apiserver.tables.table import partial, partial_list, printer_of, scale_table, table

__all__ = ["partial", "partial_list", "printer_of", "scale_table", "table"]
