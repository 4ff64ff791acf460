"""Every message that the core can emit has a sentence in both languages, told alike by server and browser."""

from __future__ import annotations

import ast
import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

import cluster_core
from cluster_core.sim.trace import TraceEntry
from explorer import catalogue

CORE = Path(cluster_core.__file__).parent
FRONTEND = CORE.parent / "frontend" / "src" / "i18n"
# Calls that pass a message id on; the callers' ids are collected where they are written.
RELAYS = {
    ("client/controller.py", "decision.id"),
    ("kubelet/pod_worker.py", "message_id"),
    ("projection/packets.py", "trace.reason"),
    ("projection/packets.py", "hop.reason"),
}


@lru_cache(maxsize=1)
def emitted() -> dict[str, str]:
    """Message ids of `record(…)`, `Decision(…)` and `{"id": …, "params": …}` in the core, with the file of each."""
    found: dict[str, str] = {}
    for path in sorted(CORE.rglob("*.py")):
        name = path.relative_to(CORE).as_posix()
        if name.startswith("sim/"):
            continue  # The kernel knows no message: it records what it is told.
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node, scope in walk(tree):
            for written in written_ids(node):
                if (name, ast.unparse(written)) not in RELAYS:
                    found.update(dict.fromkeys(ids_of(written, [tree, scope], name), name))
    return found


def walk(tree: ast.AST, scope: ast.AST | None = None) -> list[tuple[ast.AST, ast.AST]]:
    """Every node with the function it is in."""
    pairs = []
    for node in ast.iter_child_nodes(tree):
        inner = node if isinstance(node, ast.FunctionDef) else scope or tree
        pairs.append((node, inner))
        pairs += walk(node, inner)
    return pairs


def written_ids(node: ast.AST) -> list[ast.expr]:
    """The expressions that name a message in this node. Reasons of packets and suggestions to the scheduler go through tables: each is written once."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(packet|fit)\.[a-z-]+", node.value)
    ):
        return [node]
    if isinstance(node, ast.Call) and node.args:
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, bool):
            # Authorization's decisions begin with whether they allow: nobody is told of those by id.
            return []
        traced = called(node) == "Decision" or (
            called(node) == "record" and ast.unparse(node.func) != "self.sim.trace.record"
        )
        return [node.args[0]] if traced else []
    if isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        return [node.values[keys.index("id")]] if keys == ["id", "params"] else []
    return []


def ids_of(written: ast.expr, scopes: list[ast.AST], file: str) -> list[str]:
    """The ids that an expression can be; "*" stands for a part that is only known at run time. `scopes`: module, function."""
    if isinstance(written, ast.Constant):
        return [str(written.value)]
    if isinstance(written, ast.IfExp):
        return ids_of(written.body, scopes, file) + ids_of(written.orelse, scopes, file)
    if isinstance(written, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "*" for part in written.values)]
    if isinstance(written, ast.Name):
        values = assigned(written.id, scopes[1]) or passed(written.id, *scopes)
        if values:
            return [one for value in values for one in ids_of(value, scopes, file)]
    raise AssertionError(f"{file}: cannot tell which message {ast.unparse(written)} is: write its id out")


def assigned(name: str, function: ast.AST) -> list[ast.expr]:
    """What a function assigns to a name."""
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(getattr(to, "id", "") == name for to in node.targets)
    ]


def passed(name: str, module: ast.AST, function: ast.AST) -> list[ast.expr]:
    """What the module's calls of a function pass as its parameter of that name."""
    if not isinstance(function, ast.FunctionDef):
        return []
    names = [arg.arg for arg in function.args.args if arg.arg != "self"]
    if name not in names:
        return []
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and called(node) == function.name]
    return [call.args[names.index(name)] for call in calls]


def called(node: ast.Call) -> str:
    """The name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def has_sentence(message_id: str, sentences: dict[str, str]) -> bool:
    before, star, after = message_id.partition("*")
    return any(one.startswith(before) and one.endswith(after) for one in sentences) if star else message_id in sentences


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_every_message_of_the_core_has_a_sentence(lang: str) -> None:
    sentences = catalogue.messages(lang)
    assert [f"{one} ({file})" for one, file in emitted().items() if not has_sentence(one, sentences)] == []


def test_the_scan_sees_the_core() -> None:
    found = emitted()
    assert {"pod.ready", "deployment.scaled-up", "*.create-pods", "workload.idle", "etcd.became-leader"} <= set(found)
    assert len(found) > 40


def test_no_sentence_is_for_nothing() -> None:
    found = emitted()
    patterns = [one.partition("*") for one in found]

    def is_emitted(sentence_id: str) -> bool:
        return any(
            sentence_id == before or sentence_id.startswith(f"{before}.")
            if not star
            else sentence_id.startswith(before) and sentence_id.endswith(after)
            for before, star, after in patterns
        )

    assert [one for one in catalogue.messages("en") if not is_emitted(one)] == []


def test_a_sentence_uses_formats_and_short_names() -> None:
    entry = TraceEntry(
        7, 3_000_000, 6, "kubelet/node-1", "pod.ready", {"object": "pod/default/web-x", "duration": 3_030_000}
    )
    assert catalogue.sentence("en", entry) == "web-x is ready, 3.03 s after its kubelet began"
    assert catalogue.sentence("zh-Hans", entry) == "web-x 已就绪，距 kubelet 开始处理 3.03 s"


def test_a_sentence_of_its_own_for_a_kind_of_command() -> None:
    params = {"kind": "scale", "resource": "deployments.apps", "name": "web", "replicas": 5}
    assert catalogue.tell("en", "command.given", params) == "You: kubectl scale deployments.apps web --replicas=5"
    assert catalogue.tell("en", "command.given", {"kind": "something-new"}) == "You: something-new"


def test_an_unknown_id_is_shown_with_its_parameters() -> None:
    assert catalogue.tell("en", "pod.levitated", {"height": 3}) == "pod.levitated (height=3)"


@pytest.mark.parametrize(
    ("us", "words"),
    [
        (85, "85 µs"),
        (1_400, "1.4 ms"),
        (6_400_000, "6.40 s"),
        (250_000_000, "4 min 10 s"),
        (7_500_000_000, "2 h 5 min"),
        (273_906_789_000, "3 d 4 h"),
    ],
)
def test_spans(us: int, words: str) -> None:
    assert catalogue.span(us) == words


@pytest.mark.parametrize(("count", "words"), [(999, "999 B"), (57_400_000, "57.4 MB"), (2_500_000_000, "2.50 GB")])
def test_sizes(count: int, words: str) -> None:
    assert catalogue.size(count) == words


@pytest.mark.parametrize(
    ("us", "words"),
    [(42_180_000, "42.180 s"), (3_723_456_000, "1:02:03.456"), (273_906_789_000, "3 d 04:05:06.789")],
)
def test_moments_read_as_on_the_time_bar(us: int, words: str) -> None:
    assert catalogue.moment(us) == words


def test_the_namespace_of_a_command_is_told_where_kubectl_needs_it() -> None:
    given = {"kind": "delete", "resource": "pods", "name": "web-x"}
    assert (
        catalogue.tell("en", "command.given", {**given, "namespace": "shop"})
        == "You: kubectl delete pods web-x -n shop"
    )
    for plain in ({}, {"namespace": ""}, {"namespace": "default"}):
        assert catalogue.tell("en", "command.given", {**given, **plain}) == "You: kubectl delete pods web-x"


def test_what_a_pod_in_the_queue_waits_for_has_words_in_both_languages() -> None:
    events = {
        event
        for path in (CORE / "scheduler").rglob("*.py")
        for event in re.findall(
            r'"((?:Node|[A-Z]\w*Pod|PersistentVolume(?:Claim)?|StorageClass|CSI\w+)/[A-Z]\w+)"',
            path.read_text(encoding="utf-8"),
        )
    }
    assert len(events) > 10
    for language in ("en", "zh-Hans"):
        words = json.loads((FRONTEND / f"{language}.json").read_text(encoding="utf-8"))
        assert [event for event in sorted(events) if f"wakes.{event.replace('/', '.')}" not in words] == []
