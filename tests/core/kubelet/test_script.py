"""The annotations that script a pod; what strangers write there does no harm."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.annotations import PREFIX
from cluster_core.kubelet.behaviour import behaviour_of
from cluster_core.kubelet.script import NEVER, FirstPods, Script, script_of


def pod(uid: str = "u", owner: str = "", **notes: str) -> dict[str, Any]:
    named = {PREFIX + name.replace("_", "-"): value for name, value in notes.items()}
    meta: dict[str, Any] = {"name": "p", "namespace": "default", "uid": uid, "annotations": named}
    if owner:
        meta["ownerReferences"] = [{"uid": owner, "kind": "Job", "name": "j", "controller": True}]
    return {"metadata": meta, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}


def test_times_are_read() -> None:
    found = script_of(pod(start_seconds="1.5", ready_seconds="0", term_seconds="2", run_seconds="3", init_seconds="4"))
    assert found == Script(1_500_000, 0, 2_000_000, 3_000_000, 4_000_000)
    assert script_of(pod(never_ready="true")).ready == NEVER
    assert script_of(pod()) == Script() and not script_of(pod()).is_set


@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "inf", "1e300"])
def test_what_cannot_be_read_is_not_there(text: str) -> None:
    found = script_of(pod(run_seconds=text, exit_code=text, fail_first=text), FirstPods())
    assert (found.run, found.exit_code) == (None, 0)


def test_the_first_pods_of_a_controller_fail() -> None:
    firsts = FirstPods()
    codes = [script_of(pod(uid, "job", fail_first="2"), firsts).exit_code for uid in ("a", "b", "a", "c")]
    assert codes == [1, 1, 1, 0]
    assert script_of(pod("d", "other", fail_first="2", exit_code="7"), firsts).exit_code == 7


def test_indexes_fail() -> None:
    for index, code in (("0", 0), ("1", 1), ("3", 1)):
        found = pod(fail_indexes="1, 3")
        found["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"] = index
        assert script_of(found).exit_code == code


def test_the_container_does_what_the_script_says() -> None:
    found = pod(run_seconds="3", exit_code="2")
    behaviour = behaviour_of(found, found["spec"]["containers"][0], False)
    assert (behaviour.exits_after, behaviour.exit_code, behaviour.runs) == (3_000_000, 2, False)


def test_defaults_script_every_pod() -> None:
    """A cluster whose kubelets are scripts: images have no say, what a pod says itself wins, and containers end a little late."""
    firsts = FirstPods(defaults={"start-seconds": "1.0", "term-seconds": "0.5"}, late=15_000)
    own = pod(term_seconds="3", run_seconds="2")
    found = script_of(own, firsts)
    assert (found.start, found.term, found.run, found.whole) == (1_000_000, 3_000_000, 2_015_000, True)
    assert not script_of(own).whole
    shell = {"name": "c", "image": "busybox"}
    bare = {"metadata": {"name": "b"}, "spec": {"restartPolicy": "Never", "containers": [shell]}}
    assert behaviour_of(bare, shell, init=False).runs
    scripted = behaviour_of(bare, shell, init=False, script=script_of(bare, firsts))
    assert (scripted.runs, scripted.exits_after) == (False, None)
