"""What objects are called in both runs: names that are drawn at random, or made of a time or a hash, become labels.

A ReplicaSet is the n-th of its Deployment (`web#0`), a revision the n-th of its set, a Job the n-th of its CronJob; a pod is one of its
owner's (`web#0-*`), one of a StatefulSet has its own name. In texts every such name is replaced; uids, hashes, addresses and times are
what they are, not what they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from explorer.reference.story import SUFFIX, SYSTEM, Obj, Story

# Kinds whose objects are numbered in the order in which their owner made them.
NUMBERED = ("ReplicaSet", "ControllerRevision", "Job")
HASHES = ("pod-template-hash", "controller-revision-hash", "controller.kubernetes.io/hash")
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:-]*[A-Za-z0-9]")
ENDS = re.compile(rf"(.+)-{SUFFIX}")
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}(/\d+)?(:\d+)?")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")
# The recorded scripts said "80s" where a kubelet says "1m20s".
GO_MINUTES = re.compile(r"\b(\d+)m(\d+)s\b")
VOLUME = re.compile(rf"kube-api-access-{SUFFIX}")


def owner_of(obj: Obj) -> Obj | None:
    """The reference to the object's controller, or to its first owner."""
    found = obj["metadata"].get("ownerReferences") or ()
    return next((one for one in found if one.get("controller")), found[0] if found else None)


@dataclass
class Names:
    """The labels of the objects of one story, and of the words that stand for them in texts."""

    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, kind: str, obj: Obj) -> str:
        """Read the name of an object; owners come before what they own. Returns its label."""
        meta = obj["metadata"]
        key = (kind, meta.get("uid", meta["name"]))
        if key in self.labels:
            return self.labels[key]
        label = self.labels[key] = _label(self, kind, meta["name"], obj, self._counts)
        if label != meta["name"] or kind in ("Job", "DaemonSet"):
            self.words.setdefault(meta["name"], label)
        hashes = meta.get("labels") or {}
        if kind in NUMBERED:
            for name in HASHES:
                if name in hashes:
                    self.words.setdefault(hashes[name], f"<hash {label}>")
        return label

    def label(self, obj: Obj, kind: str) -> str:
        """What an object is called in both runs."""
        meta = obj["metadata"]
        found = self.labels.get((kind, meta.get("uid", meta["name"])))
        return found or str(meta["name"])

    def text(self, text: str) -> str:
        """A text without what is drawn."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = self._read(text)
        return found

    def _read(self, text: str) -> str:
        text = GO_MINUTES.sub(lambda match: f"{int(match[1]) * 60 + int(match[2])}s", text)
        if UID.search(text):
            text = UID.sub("<uid>", text)
        return TOKEN.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        found = self.words.get(word)
        if found is not None:
            return found
        if ADDRESS.fullmatch(word):
            return "<address>"
        if TIME.fullmatch(word):
            return "<time>"
        if VOLUME.fullmatch(word):
            return "kube-api-access-*"
        ends = ENDS.fullmatch(word)
        owner = self.words.get(ends[1]) if ends is not None else None
        return f"{owner}-*" if owner is not None else word


def names_of(story: Story) -> Names:
    """The names of a story."""
    found = Names()
    for change in story.changes:
        if change.kind != "Event" and change.obj["metadata"].get("namespace") not in SYSTEM:
            found.add(change.kind, change.obj)
    return found


def _label(names: Names, kind: str, name: str, obj: Obj, counts: dict[tuple[str, str], int]) -> str:
    owner = owner_of(obj)
    if owner is None:
        return f"{name[: -len(name.rpartition('-')[2])]}*" if obj["metadata"].get("generateName") else name
    mother = names.labels.get((owner["kind"], owner.get("uid", "")), str(owner["name"]))
    if kind in NUMBERED:
        number = counts[kind, mother] = counts.get((kind, mother), -1) + 1
        return f"{mother}#{number}" if kind != "ControllerRevision" else f"{mother}@{number + 1}"
    if owner["kind"] == "StatefulSet" or not (obj["metadata"].get("generateName") or kind == "EndpointSlice"):
        return name
    index = (obj["metadata"].get("annotations") or {}).get("batch.kubernetes.io/job-completion-index")
    return f"{mother}-{index}-*" if index is not None else f"{mother}-*"


def plain(names: Names, value: Any) -> Any:
    """A value with every text in it as `Names.text` has it."""
    if isinstance(value, str):
        return names.text(value)
    if isinstance(value, dict):
        return {name: plain(names, part) for name, part in value.items()}
    return [plain(names, part) for part in value] if isinstance(value, list) else value
