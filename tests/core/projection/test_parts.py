"""Parts of cards are kept while what they come from is the same, and no longer."""

from __future__ import annotations

from typing import Any

from cluster_core.projection.parts import Parts, template_of


def obj(**spec: Any) -> Any:
    return {"kind": "Deployment", "metadata": {"uid": "u", "name": "a", "namespace": "default"}, "spec": spec}


def test_a_part_is_made_again_when_an_input_is_another() -> None:
    parts, made = Parts(), list[int]()
    one, other = obj(replicas=1), obj(replicas=1)

    def make() -> int:
        made.append(len(made))
        return made[-1]

    asked = [(one, 7), (one, 7), (one, 8), (other, 8), (other, 8)]
    assert [parts.of(owner, "x", (revision,), make) for owner, revision in asked] == [0, 0, 1, 2, 2]


def test_what_nobody_asks_about_is_forgotten() -> None:
    parts, one = Parts(), obj()
    assert parts.of(one, "x", (), lambda: "first") == "first"
    parts.forget_others()
    assert parts.of(one, "x", (), lambda: "second") == "first"
    parts.forget_others()
    parts.forget_others()
    assert parts.of(one, "x", (), lambda: "third") == "third"


def test_the_times_of_a_schedule_are_the_same_until_the_first_has_come() -> None:
    parts = Parts()
    cron = {"kind": "CronJob", "metadata": {"uid": "c"}, "spec": {"schedule": "* * * * *"}}
    minute = 60_000_000
    first = parts.schedule_of(cron, 1)
    assert parts.schedule_of(cron, minute - 1) is first
    later = parts.schedule_of(cron, minute)
    assert [one["at"] for one in first["next"]][1:] == [one["at"] for one in later["next"]][:-1]


def test_the_template_of_a_cron_job_is_that_of_its_jobs() -> None:
    template = {"spec": {"containers": []}}
    assert template_of({"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": template}}}}) is template
    assert template_of(obj(template=template)) is template and template_of(obj()) == {"spec": {}}
