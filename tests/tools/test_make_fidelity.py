"""What the model leaves out is listed where a reader looks for it."""

from __future__ import annotations

from tools.make_fidelity import TARGET, rendered, sentences_of


def test_the_list_of_simplifications_is_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == rendered(), "run python tools/make_fidelity.py"


def test_sentences_come_from_docstrings_and_comments() -> None:
    source = '''"""What it is.

Real Kubernetes does more;
here is less.

Upstream: somewhere.
"""
# Real kube-proxy sorts nothing,
# here by name.
x = "Real Kubernetes in a text is no confession"
'''
    assert sentences_of(source) == [
        "Real Kubernetes does more; here is less.",
        "Real kube-proxy sorts nothing, here by name.",
    ]
