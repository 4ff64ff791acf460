"""What command lines amount to, as a table."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.command import NEVER, QUICK_US, SIGTERM_US, Run, command_text, read_command, sleep_of

SECOND = 1_000_000


def ends(seconds: float, code: int = 0) -> Run:
    return Run(int(seconds * SECOND) + QUICK_US, code, None)


ENDLESS = Run(None, 0, None)

COURSES: list[tuple[str, Run]] = [
    ("echo hello", ends(0)),
    ("sleep 3", ends(3)),
    ("sleep 0.5", ends(0.5)),
    ('sleep "30"', ends(30)),
    ("sh -c 'sleep 2m && sleep 1s'", ends(121)),
    ("sleep 1h", ends(3600)),
    ("sleep 2d", ends(172_800)),
    ("sleep infinity", ENDLESS),
    ("sleep inf", ENDLESS),
    ("sh -c while true; do sleep 1; done", ENDLESS),
    ("sh -c while :; do date; done", ENDLESS),
    ("sh -c while [ 1 ]; do date; done", ENDLESS),
    ("sh -c while sleep 5; do date; done", ENDLESS),
    ("bash -c for ((;;)); do date; done", ENDLESS),
    ("tail -f /dev/null", ENDLESS),
    ("top", ENDLESS),
    ("/usr/bin/top -b", ENDLESS),
    ("sh -c date; exec top -b", ENDLESS),
    ("sh -c yes > /dev/null", ENDLESS),
    ("watch date", ENDLESS),
    ("pause", ENDLESS),
    ("echo yes", ends(0)),
    ("echo on top", ends(0)),
    ("grep -c top file", ends(0)),
    ("kubectl get pods --watch no", ends(0)),
    ("echo pause for thought", ends(0)),
    ("false", ends(0, 1)),
    ("/bin/false", ends(0, 1)),
    ("sh -c sleep 1; false", ends(1, 1)),
    ("echo --dry-run=false", ends(0)),
    ("sh -c exit 0", ends(0)),
    ("sh -c sleep 2; exit 42", ends(2, 42)),
    ("sh -c check || exit 1", ends(0, 1)),
    ("sh -c check && exit 0; exit 1", ends(0, 0)),
    ("sh -c until nslookup db; do sleep 2; done", ends(0)),
    ("sh -c while ! nc -z db 5432; do sleep 1; done", ends(0)),
]


@pytest.mark.parametrize(("text", "expected"), COURSES)
def test_courses(text: str, expected: Run) -> None:
    assert read_command(text) == expected


def test_only_a_shell_with_a_trap_heeds_sigterm() -> None:
    assert read_command("sh -c trap 'exit 0' TERM; while true; do sleep 1; done").term_after == SIGTERM_US
    assert read_command("sh -c while true; do sleep 1; done").term_after is None


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("sleep 5", 5 * SECOND),
        ("sh -c sleep 1; nginx -s quit; sleep 2", 3 * SECOND),
        ("nginx -s quit", 0),
        ("sleep infinity", NEVER),
        ("sh -c while true; do sleep 1; done", NEVER),
    ],
)
def test_how_long_a_hook_takes(text: str, us: int) -> None:
    assert sleep_of(text) == us


def test_command_and_args_are_one_line() -> None:
    assert command_text({"command": ["sh", "-c"], "args": ["sleep 5"]}) == "sh -c sleep 5"
    assert command_text({"args": None}) == command_text({}) == ""
