"""Names that are drawn become labels, in objects and in texts."""

from __future__ import annotations

from typing import Any

from explorer.reference.naming import names_of, plain
from explorer.reference.story import Change, Story


def add(
    story: Story, kind: str, name: str, uid: str, owner: tuple[str, str, str] | None = None, **meta: Any
) -> dict[str, Any]:
    if owner is not None:
        meta["ownerReferences"] = [{"kind": owner[0], "name": owner[1], "uid": owner[2], "controller": True}]
    obj = {"metadata": {"name": name, "uid": uid, "namespace": "default", **meta}}
    story.add(Change(0.0, 0, "ADDED", kind, name, obj))
    return obj


def test_labels_follow_owners() -> None:
    story = Story(acts=[0], steps=[0.0])
    add(story, "Deployment", "web", "d")
    for number, digest in enumerate(("584bd457b4", "7c5ddbdf54")):
        owner = ("Deployment", "web", "d")
        add(story, "ReplicaSet", f"web-{digest}", f"r{number}", owner, labels={"pod-template-hash": digest})
    pod = add(
        story,
        "Pod",
        "web-7c5ddbdf54-krs8v",
        "p",
        ("ReplicaSet", "web-7c5ddbdf54", "r1"),
        generateName="web-7c5ddbdf54-",
    )
    first = add(story, "Pod", "db-0", "s", ("StatefulSet", "db", "x"), generateName="db-")
    index = {"batch.kubernetes.io/job-completion-index": "2"}
    last = add(story, "Pod", "idx-2-9zzzz", "j", ("Job", "idx", "y"), generateName="idx-2-", annotations=index)
    names = names_of(story)
    assert [names.label(one, "Pod") for one in (pod, first, last)] == ["web#1-*", "db-0", "idx-2-*"]
    text = "Created pod: web-7c5ddbdf54-krs8v; not web-584bd457b4-zzzzz of web-584bd457b4"
    assert names.text(text) == "Created pod: web#1-*; not web#0-* of web#0"
    assert plain(names, {"hash": ["584bd457b4"]}) == {"hash": ["<hash web#0>"]}


def test_what_else_is_drawn() -> None:
    names = names_of(Story())
    assert names.text("10.244.0.2 at 2026-11-23T11:04:06Z") == "<address> at <time>"
    assert (
        names.text("x_default(2a2bb0d7-0ee7-4c41-9249-4fd1efd74dd9) kube-api-access-zm9rp")
        == "x_default(<uid>) kube-api-access-*"
    )
    assert names.text("back-off 1m20s, then 40s") == "back-off 80s, then 40s"
    assert names.text("nginx:1.25") == "nginx:1.25"
