"""The scheduler decision view in the browser: why a pod is pending, and what would make it fit, tried on a fork."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage

PICKY = """
apiVersion: v1
kind: Pod
metadata: {name: picky}
spec:
  nodeSelector: {disk: ssd}
  containers: [{name: c, image: "nginx:1.27"}]
"""


def test_a_pending_pod_is_explained_and_made_to_fit_on_a_fork(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"config": {"nodes": 2, "etcd_members": 1}, "seed": 4})
    run.call("POST", "commands/", {"kind": "apply", "manifest": PICKY})
    run.call("POST", "clock/", {"action": "advance", "by": "2s"})
    page, main, panel = run.page, run.page.get_by_role("main"), run.page.get_by_role("complementary")

    page.goto(f"{server.url}/runs/{run.run_id}/?view=architecture&select=pod/default/picky")
    panel.get_by_role("button", name="Why is it pending?").click()
    expect(main.get_by_role("heading", name=re.compile("picky fits on none of 3 nodes"))).to_be_visible()
    expect(main.get_by_role("button", name=re.compile("^Filter.*0 . 3"))).to_be_visible()
    grid = main.get_by_role("grid")
    row = grid.get_by_role("row").filter(has_text="node-2")
    row.focus()
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("heading", name="Why not node-2?")).to_be_visible()
    expect(panel).to_contain_text("node(s) didn't match Pod's node affinity/selector")

    change = panel.get_by_role("listitem").filter(has_text="Give node-2 the label disk=ssd")
    expect(change).to_contain_text("kubectl label nodes node-2 disk=ssd --overwrite")
    change.get_by_role("button", name="Try on a fork").click()
    expect(panel).to_contain_text("It works: picky is on node-2")
    expect(main.get_by_role("heading", name=re.compile("picky goes to node-2"))).to_be_visible()
    panel.get_by_role("button", name="Back to main").click()
    expect(main.get_by_role("heading", name=re.compile("picky fits on none of 3 nodes"))).to_be_visible()

    page.get_by_role("button", name="Text", exact=True).click()
    expect(main).to_contain_text("It waits until one of these happens")
    page.get_by_role("button", name="Table", exact=True).click()
    expect(main.get_by_role("row").filter(has_text="default/picky")).not_to_have_count(0)
