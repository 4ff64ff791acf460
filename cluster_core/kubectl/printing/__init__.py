"""How kubectl prints objects: tables, YAML, JSON, names, custom columns."""
