"""Collect every sentence of the core that begins "Real …" into the list of simplifications in docs/fidelity.md.

`python tools/make_fidelity.py` writes the list; `--check` fails when it is not what would be written.
"""

from __future__ import annotations

import argparse
import io
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "cluster_core"
TARGET = ROOT / "docs" / "fidelity.md"
BEGIN, END = "<!-- begin: written by tools/make_fidelity.py -->", "<!-- end -->"
REAL = re.compile(
    r"\bReal (?:Kubernetes|kube-\w+|kubelets?|etcd|flannel|CoreDNS|Linux|clients|metrics-server|fluent-bit|VictoriaLogs|LogsQL|adapters)\b.*?(?=\n\s*\n|\Z)",
    re.DOTALL,
)


def texts_of(source: str) -> list[str]:
    """Docstrings and blocks of comments of a module, without their marks."""
    found: list[str] = []
    comment: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comment.append(token.string.lstrip("# "))
        elif comment and token.type != tokenize.NL:
            found.append("\n".join(comment))
            comment = []
        if token.type == tokenize.STRING and token.string.startswith(('"""', 'r"""')):
            found.append(token.string.strip("r").strip('"'))
    return found


def sentences_of(source: str) -> list[str]:
    """What a module says of the real thing, each on one line."""
    return [" ".join(match[0].split()) for text in texts_of(source) for match in REAL.finditer(text)]


def listed() -> str:
    """The list, by package and file."""
    lines: list[str] = []
    package = ""
    for path in sorted(CORE.rglob("*.py"), key=lambda one: one.relative_to(CORE).parts):
        sentences = sentences_of(path.read_text(encoding="utf-8"))
        if not sentences:
            continue
        where = path.relative_to(CORE)
        if where.parts[0] != package:
            package = where.parts[0]
            lines += ["", f"### {package}", ""]
        lines += [f"* `{where.as_posix()}`: {sentence}" for sentence in sentences]
    return "\n".join([*lines, ""])


def rendered() -> str:
    """The whole document with a fresh list."""
    text = TARGET.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n{listed()}\n{END}{after}"


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the list is stale")
    if not parser.parse_args().check:
        TARGET.write_text(rendered(), encoding="utf-8")
        return 0
    fresh = TARGET.read_text(encoding="utf-8") == rendered()
    print("docs/fidelity.md is fresh" if fresh else "docs/fidelity.md is stale: run python tools/make_fidelity.py")
    return 0 if fresh else 1


if __name__ == "__main__":
    raise SystemExit(main())
