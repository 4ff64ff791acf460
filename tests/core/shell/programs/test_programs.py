"""The table of programs."""

from __future__ import annotations

import subprocess
import sys

from cluster_core.shell.programs import NAMES, WRITTEN, written

LOADED = (
    "import sys, cluster_core.cluster.cluster as c; print([n for n in sys.modules if n.startswith('cluster_core.shell.programs.')"
    " or n == 'cluster_core.shell.compiler'])"
)


def test_every_program_is_where_the_table_says() -> None:
    assert all(callable(written(place)) for place in WRITTEN)
    assert sum(len(names.split()) for names in WRITTEN.values()) == len(NAMES)


def test_a_cluster_loads_no_program_before_one_runs() -> None:
    found = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    assert "awk" not in found and "compiler" not in found
