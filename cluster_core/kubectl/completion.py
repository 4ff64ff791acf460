"""What the word at the cursor may become: verbs, flags, their values, resources, names. Upstream: `k8s.io/kubectl/pkg/util/completion`.

A generator as the verbs are: names are asked of the API server.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from cluster_core.kubectl import usage
from cluster_core.kubectl.command_line import COMMON, Flag
from cluster_core.kubectl.conversation import Answer, Call, Terminal
from cluster_core.kubectl.verbs import VERBS

CANDIDATES_MAX, NAMES_MAX = 100, 500
FORMATS = ("custom-columns=", "json", "jsonpath=", "name", "wide", "yaml")
VALUES = {
    "output": FORMATS,
    "dry-run": ("client", "none", "server"),
    "cascade": ("background", "foreground", "orphan"),
    "filename": ("-",),
    "restart": ("Always", "Never", "OnFailure"),
    "for": ("condition=", "create", "delete", "jsonpath="),
    "type": ("json", "merge", "strategic"),
}
# Verbs whose first word is a name of this resource.
NAMED = {
    "logs": "pods",
    "exec": "pods",
    "attach": "pods",
    "cordon": "nodes",
    "uncordon": "nodes",
    "drain": "nodes",
    "top pod": "pods",
    "top node": "nodes",
    "certificate approve": "certificatesigningrequests",
    "certificate deny": "certificatesigningrequests",
    "create token": "serviceaccounts",
}
# Verbs whose first word is a resource and whose next ones are names of it.
TYPED = (
    "get",
    "describe",
    "delete",
    "explain",
    "label",
    "annotate",
    "patch",
    "scale",
    "autoscale",
    "expose",
    "taint",
    "wait",
    "apply view-last-applied",
)

Names = Generator[Call, Answer, list[str]]


@dataclass(slots=True)
class Typed:
    """A line up to the cursor: the verb, the words and flags behind it, and the word that is being typed."""

    verb: str
    words: list[str]
    word: str
    flags: dict[str, Flag]
    namespace: str
    before: str


def complete(terminal: Terminal, line: str) -> Names:
    """The candidates for the last word of a line, in order, at most a hundred."""
    if "<<" in line or "\n" in line:
        return []
    *words, word = _split(line)
    if not words:
        return _starting(["kubectl"], word)
    if words[0] not in ("kubectl", "k") or "--" in words:
        return []
    found = yield from _candidates(terminal, words[1:], word)
    return list(dict.fromkeys(found))[:CANDIDATES_MAX]


def _split(line: str) -> list[str]:
    return [*line.split(), ""] if not line or line[-1].isspace() else line.split()


def _candidates(terminal: Terminal, words: list[str], word: str) -> Names:
    words = _without_leading_flags(words)
    verb, rest, below = _verb(words)
    flags = {flag.name: flag for flag in (*COMMON, *(VERBS[verb].flags if verb in VERBS else ()))}
    typed = _typed(terminal, verb, rest, word, flags)
    if typed.before:
        return (yield from _value(terminal, typed, typed.before, word, ""))
    if word.startswith("--") and "=" in word:
        name, _, value = word[2:].partition("=")
        return (yield from _value(terminal, typed, name, value, f"--{name}="))
    if word.startswith("-"):
        return _starting(sorted(f"--{name}" for name in flags), word)
    found = _starting(below, word) if not typed.words else []
    return found + (yield from _words(terminal, typed))


def _without_leading_flags(words: list[str]) -> list[str]:
    """Flags before the verb go behind it."""
    valued = [sign for flag in COMMON if flag.kind != "bool" for sign in (f"--{flag.name}", f"-{flag.short}")]
    before: list[str] = []
    while words and words[0].startswith("-"):
        count = 2 if words[0] in valued else 1
        before, words = before + words[:count], words[count:]
    _, rest, _ = _verb(words)
    return [*words[: len(words) - len(rest)], *before, *rest]


def _verb(words: list[str]) -> tuple[str, list[str], list[str]]:
    """The verb so far, what comes behind it, and the verbs that may go on from here."""
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        below = usage.members(name) if len(words) >= length else []
        if len(words) >= length and (name in VERBS or below):
            return name, words[length:], below
    known = [name for name in usage.commands() if name in VERBS or usage.members(name)]
    return "", words, known


def _typed(terminal: Terminal, verb: str, rest: list[str], word: str, flags: dict[str, Flag]) -> Typed:
    short = {flag.short: flag for flag in flags.values() if flag.short}
    words: list[str] = []
    namespace, before = terminal.namespace, ""
    for one in rest:
        if before:
            namespace = one if before == "namespace" else namespace
            before = ""
        elif one.startswith("-") and len(one) > 1:
            name, equals, value = one.lstrip("-").partition("=")
            flag = flags.get(name) if one.startswith("--") else short.get(name[-1:])
            if equals and name in ("namespace", "n"):
                namespace = value
            before = flag.name if flag and not equals and flag.kind != "bool" and not flag.bare else ""
        else:
            words.append(one)
    return Typed(verb, words, word, flags, namespace, before)


def _value(terminal: Terminal, typed: Typed, name: str, value: str, prefix: str) -> Names:
    """The values of a flag."""
    if name == "namespace":
        found = yield from _names(terminal, "namespaces", "")
    elif name == "container" and typed.words:
        found = yield from _containers(terminal, typed)
    elif name == "context":
        found = [terminal.context.name]
    else:
        found = list(VALUES.get(name, ()))
    return [prefix + one for one in _starting(found, value)]


def _words(terminal: Terminal, typed: Typed) -> Names:
    """Resources and names, wherever the verb takes them."""
    word, verb = typed.word, typed.verb
    if "/" in word:
        kind, _, name = word.partition("/")
        return [f"{kind}/{one}" for one in _starting((yield from _names(terminal, kind, typed.namespace)), name)]
    if verb in NAMED:
        if verb in ("logs", "exec", "attach", "top pod") and typed.words:
            return _starting((yield from _containers(terminal, typed)), word) if verb == "logs" else []
        return _starting((yield from _names(terminal, NAMED[verb], typed.namespace)), word)
    if verb not in TYPED and not verb.startswith(("set ", "rollout ")):
        return []
    if not typed.words:
        done, comma, last = word.rpartition(",")
        return [done + comma + one for one in _starting(sorted(terminal.resources.names()), last)]
    if "/" in typed.words[0] or verb == "explain":
        return []
    found = yield from _names(terminal, typed.words[0], typed.namespace)
    return [one for one in _starting(found, word) if one not in typed.words]


def _names(terminal: Terminal, kind: str, namespace: str) -> Names:
    resource = terminal.resources.find(kind)
    if resource is None:
        return []
    call = Call("GET", resource.path(namespace if resource.namespaced else ""), {"limit": str(NAMES_MAX)})
    answer = yield call
    return [item["metadata"]["name"] for item in answer.body["items"]] if answer.ok else []


def _containers(terminal: Terminal, typed: Typed) -> Names:
    pods = terminal.resources.find("pods")
    name = typed.words[0].removeprefix("pods/").removeprefix("pod/").removeprefix("po/")
    if pods is None or "/" in name:
        return []
    answer: Any = yield Call("GET", pods.path(typed.namespace, name))
    if not answer.ok:
        return []
    spec = answer.body["spec"]
    return [one["name"] for field in ("containers", "initContainers") for one in spec.get(field) or ()]


def _starting(found: Any, word: str) -> list[str]:
    return [one for one in found if one.startswith(word)]
