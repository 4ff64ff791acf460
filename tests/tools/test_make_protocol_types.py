"""The browser's types are those of the server."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_protocol_types_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("make_protocol_types", ROOT / "tools" / "make_protocol_types.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.TARGET.read_text(encoding="utf-8") == module.rendered()
