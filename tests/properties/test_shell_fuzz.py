"""Whatever somebody types: the shell answers, in bounded time and space, and a checkpoint anywhere changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_core.shell.programs import NAMES
from tests.core.shell.container import run
from tests.core.shell.programs.internet import Internet

PROGRAMS = sorted(name for name in NAMES if not name.startswith("."))
WORDS = ["a", "-n", "-f", "1", "x=1", "/etc/passwd", "/tmp", "$x", '"$@"', "'q'", "*", "{a,b}", "$((1+2))", "$(echo s)", "-", "--", "-z", "web", "s/a/b/",
         "{print $1}", "-e", "-r", "/nosuch", "-d", ":", "80", "-c", "2", "~", "${x:-d}", "${#x}", "http://web", "-i", "..", "\\"]  # fmt: skip
GLUE = ["; ", " | ", " && ", " || ", " & ", "\n", " > /tmp/o; ", " < /etc/passwd | ", " 2>&1 | ", "; if true; then ", "; fi; ", "; while read l; do ", "; done; ",
        "; for i in 1 2; do ", "; { ", "; }; ", " (", "); ", "; f() { ", "; trap 'echo t' EXIT; ", "; set -e; ", "; exec ", "; eval ", "; ! "]  # fmt: skip

commands = st.builds(
    lambda name, words: " ".join([name, *words]),
    st.sampled_from(
        [
            *PROGRAMS,
            "f",
            "cd",
            "read",
            "export",
            "test",
            "[",
            "local",
            "shift",
            "wait",
            "exit",
            "break",
            "return",
            "printf",
        ]
    ),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
scripts = st.builds(
    lambda pairs: "".join(one + glue for one, glue in pairs),
    st.lists(st.tuples(commands, st.sampled_from(GLUE)), min_size=1, max_size=6),
)


@settings(max_examples=40, deadline=None)
@given(scripts, st.sampled_from(["busybox", "debian", "alpine"]))
def test_scripts_never_break_the_shell(script: str, flavour: str) -> None:
    ran = run(script, flavour, stdin="a b\nc\n", seconds=10, outside=Internet())
    assert ran.events < 3_000
    assert len(ran.land.tasks) <= 70


@settings(max_examples=15, deadline=None)
@given(scripts)
def test_a_checkpoint_anywhere(script: str) -> None:
    straight = run(script, stdin="a b\nc\n", seconds=5, outside=Internet())
    thawed = run(script, stdin="a b\nc\n", seconds=5, outside=Internet(), pickles=True)
    assert (straight.out, straight.err, straight.status, straight.took) == (
        thawed.out,
        thawed.err,
        thawed.status,
        thawed.took,
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_takes_any_words(name: str) -> None:
    for words in (
        "",
        "-x",
        "-n",
        "a b c",
        "-f /nosuch",
        "/ /",
        "'' ''",
        "-d",
        "99999999999999999999",
        "--help",
        "-c",
        "{",
        "/etc/passwd /tmp",
    ):
        run(f"{name} {words}", "debian", stdin="x\n1 2\n", seconds=10, outside=Internet())
