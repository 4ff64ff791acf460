"""The Workloads view of every kind: what is drawn is what the API says, and its buttons change the cluster; axe finds nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage
from tests.e2e.test_axe import axe, violations

__all__ = ["axe"]  # the fixture

MANIFEST = Path(__file__).with_name("workloads.yaml").read_text(encoding="utf-8")


def started(server: Server, open_page: OpenPage, seconds: int, **options: Any) -> RunPage:
    """A run with a workload of each kind, in the Workloads view."""
    run = RunPage.start(server, open_page, {"config": {"nodes": 2}}, **options)
    run.call("POST", "commands/", {"kind": "apply", "manifest": MANIFEST})
    run.call("POST", "clock/", {"action": "advance", "by": f"{seconds}s"})
    run.page.get_by_role("navigation").get_by_role("button").nth(1).click()
    return run


def show(run: RunPage, workload: str) -> Locator:
    """Choose a workload by its address ("job/default/grid"); returns the drawing."""
    run.page.locator("main header select").select_option(workload)
    return run.page.locator("main")


def stored(run: RunPage, kind: str, name: str) -> Any:
    """An object as the API has it."""
    return run.call("GET", f"objects/?kind={kind}&namespace=default&name={name}")["items"][0]


def test_every_kind_is_drawn_as_it_is(server: Server, open_page: OpenPage) -> None:
    run = started(server, open_page, 70)
    job = show(run, "job/default/grid")
    status = stored(run, "jobs", "grid")["status"]
    assert status["completedIndexes"] == "0,1,3-5" and status["failedIndexes"] == "2"
    cells = job.get_by_role("group", name="Completions of grid").get_by_role("button")
    expect(cells).to_have_count(6)
    expect(cells.nth(2)).to_have_accessible_name(re.compile("Index 2: failed for good"))
    expect(cells.nth(5)).to_have_accessible_name(re.compile("Index 5: succeeded"))
    cron = show(run, "cronjob/default/tick")
    expect(cron.get_by_text("at 120.000 s (2025-01-01T08:02:00+08:00)")).to_be_visible()
    expect(cron.get_by_role("group", name=re.compile("^Past runs")).get_by_role("button")).to_have_count(1)
    nodes = show(run, "daemonset/default/agent")
    expect(nodes.get_by_text(re.compile("control-plane:NoSchedule is not tolerated"))).to_be_visible()
    ordinals = show(run, "statefulset/default/db").get_by_role("group", name="Ordinals").get_by_role("button")
    expect(ordinals).to_have_count(2)
    expect(ordinals.first).to_have_accessible_name(re.compile("db-0.*data"))


def test_the_buttons_are_lines_of_kubectl(server: Server, open_page: OpenPage) -> None:
    run = started(server, open_page, 20)
    page = run.page
    view = show(run, "deployment/default/web")
    view.get_by_role("button", name="Pause the rollout").click()
    expect(view.get_by_role("button", name="Resume the rollout")).to_be_visible()
    assert stored(run, "deployments", "web")["spec"]["paused"] is True
    view.get_by_role("textbox", name="maxSurge, a number or a percentage").fill("3")
    expect(view.get_by_role("region", name="Rollout budget").get_by_text("max 6")).to_be_visible()
    view.get_by_role("button", name="Set", exact=True).click()
    expect(view.get_by_text("maxSurge 3 → 3")).to_be_visible()
    view.get_by_role("textbox", name="CPU, together").fill("400")
    view.get_by_role("button", name="Set the load").click()
    expect(view.get_by_text(re.compile("^400 mCPU together"))).to_be_visible()
    cron = show(run, "cronjob/default/tick")
    cron.get_by_role("button", name="Run now").click()
    expect(cron.get_by_role("treeitem").filter(has_text=re.compile("tick-manual-"))).to_have_count(1)
    cron.get_by_role("button", name="Suspend").click()
    expect(cron.get_by_text("Suspended: the times below pass without a Job")).to_be_visible()
    page.get_by_role("tab", name="Terminal").click()
    expect(page.get_by_text("kubectl rollout pause deployment/web -n default").first).to_be_visible()


@pytest.mark.parametrize(("theme", "locale"), [("light", "en"), ("dark", "zh-CN")])
def test_every_kind_is_accessible(server: Server, open_page: OpenPage, axe: str, theme: str, locale: str) -> None:
    run = started(server, open_page, 62, color_scheme=theme, locale=locale)
    found: dict[str, list[str]] = {}
    for kind in ("deployment/default/web", "statefulset/default/db", "daemonset/default/agent", "cronjob/default/tick"):
        show(run, kind)
        found[kind] = violations(run.page, axe)
    run.page.get_by_role("navigation").get_by_role("button").nth(2).click()
    run.page.locator("main header select").select_option("ready")
    run.page.locator("main [data-item]").first.click()
    expect(run.page.get_by_role("complementary").get_by_role("combobox")).to_be_visible()
    found["lifecycle, aligned"] = violations(run.page, axe)
    assert not any(found.values()), found
