"""Lines as words and flags, in cobra's words where they are wrong."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.command_line import Flag, duration, parse, split
from cluster_core.kubectl.conversation import KubectlError

FLAGS = (Flag("output", "o"), Flag("watch", "w", "bool"), Flag("replicas", kind="number"), Flag("tcp", kind="texts"))


def test_words_and_flags_in_any_order() -> None:
    given = parse("get", ["-n", "x", "pods", "-w", "-oyaml", "web", "--replicas=3"], FLAGS)
    assert given.words == ["pods", "web"] and given.text("namespace") == "x"
    assert given.flag("watch") and given.text("output") == "yaml" and given.number("replicas") == 3


def test_what_comes_behind_two_dashes_is_left_alone() -> None:
    given = parse("exec", ["web", "--", "ls", "-l"], FLAGS)
    assert given.words == ["web"] and given.behind == ["ls", "-l"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--nope"], "error: unknown flag: --nope\nSee 'kubectl get --help' for usage."),
        (["--wacth"], "error: unknown flag: --wacth"),
        (["-z"], "error: unknown shorthand flag: 'z' in -z"),
        (["--output"], "error: flag needs an argument: --output"),
        (["-o"], "error: flag needs an argument: 'o' in -o"),
        (
            ["--replicas=x"],
            'error: invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
        ),
    ],
)
def test_wrong_flags(words: list[str], text: str) -> None:
    with pytest.raises(KubectlError) as raised:
        parse("get", words, FLAGS)
    assert str(raised.value).startswith(text)


def test_a_here_document_is_stdin() -> None:
    words, stdin = split("kubectl apply -f - <<EOF\na: 1\nb: 2\nEOF")
    assert words == ["kubectl", "apply", "-f", "-"] and stdin == "a: 1\nb: 2\n"


def test_quotes_of_chinese_input_methods_are_quotes() -> None:
    assert split("kubectl get pods -l “app=web”")[0][-1] == "app=web"


def test_an_open_quote_is_an_error() -> None:
    with pytest.raises(KubectlError):
        split("kubectl get 'pods")


def test_durations() -> None:
    assert duration("1m30s") == 90 and duration("30") == 30 and duration("500ms") == 0.5 and duration("soon") is None
