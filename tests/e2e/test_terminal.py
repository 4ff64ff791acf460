"""The terminal of the dock, and a client outside: what they do is seen in the page."""

from __future__ import annotations

import re
import urllib.request

import pytest
import yaml
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage
from tests.e2e.test_axe import axe as axe
from tests.e2e.test_axe import violations


def opened(server: Server, open_page: OpenPage, **options: str) -> RunPage:
    run = RunPage.start(server, open_page, {"seed": 7}, **options)
    run.page.get_by_role("tab", name=re.compile("Terminal|终端")).click()
    return run


def field(run: RunPage) -> Locator:
    return run.page.locator("#terminal-line")


def line(run: RunPage, text: str) -> None:
    field(run).fill(text)
    field(run).press("Enter")


def test_a_line_prints_and_its_objects_appear(server: Server, open_page: OpenPage) -> None:
    run = opened(server, open_page)
    log = run.page.get_by_role("log")
    line(run, "kubectl get nodes")
    expect(log).to_contain_text(re.compile(r"NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION"))
    line(run, "kubectl create deployment web --image=nginx --replicas=2")
    expect(log).to_contain_text("deployment.apps/web created")
    run.call("POST", "clock/", {"action": "advance", "by": "20s"})
    line(run, "kubectl get deploy web")
    expect(log).to_contain_text(re.compile(r"web\s+2/2\s+2\s+2"))
    log.get_by_role("button", name=re.compile("As REST")).nth(1).click()
    expect(log).to_contain_text("POST /apis/apps/v1/namespaces/default/deployments")


def test_tab_completes_and_escape_then_tab_leaves(server: Server, open_page: OpenPage) -> None:
    run = opened(server, open_page)
    field(run).press_sequentially("kubectl descr")
    field(run).press("Tab")
    expect(field(run)).to_have_value("kubectl describe ")
    field(run).press_sequentially("nodes node-")
    field(run).press("Tab")
    expect(run.page.get_by_role("tabpanel")).to_contain_text("node-1  node-2  node-3")
    field(run).press("Escape")
    field(run).press("Tab")
    expect(field(run)).not_to_be_focused()


def test_a_shell_in_a_container(server: Server, open_page: OpenPage) -> None:
    run = opened(server, open_page)
    log = run.page.get_by_role("log")
    line(run, "kubectl run box --image=busybox -- sleep 1000")
    expect(log).to_contain_text("pod/box created")
    run.call("POST", "clock/", {"action": "advance", "by": "20s"})
    line(run, "kubectl exec -it box -- sh")
    expect(log).to_contain_text("/ #")
    line(run, "echo $((40 + 2))")
    expect(log).to_contain_text(re.compile(r"\n42\n"))
    line(run, "exit")
    expect(field(run)).to_have_attribute("placeholder", "kubectl get pods")


def test_a_client_outside_is_listed_and_followed(server: Server, open_page: OpenPage) -> None:
    run = opened(server, open_page)
    config = yaml.safe_load(
        run.page.request.get(f"{server.url}/api/v1/runs/{run.run_id}/kubeconfig/?variant=http").text()
    )
    where = config["clusters"][0]["cluster"]["server"]
    request = urllib.request.Request(
        f"{where}/api/v1/namespaces",
        b'{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "outside"}}',
        {"Content-Type": "application/json", "User-Agent": "somebody/1.0"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201
    run.page.get_by_role("tab", name=re.compile("Requests")).click()
    panel = run.page.get_by_role("tabpanel")
    expect(panel).to_contain_text("somebody")
    panel.get_by_role("button", name="POST /api/v1/namespaces").click()
    panel.get_by_role("button", name="Follow it through the API server").click()
    expect(run.page.get_by_text(re.compile("RBAC|authorization", re.IGNORECASE)).first).to_be_visible()


@pytest.mark.parametrize(("theme", "locale"), [("light", "en"), ("dark", "zh-CN")])
def test_the_terminal_and_the_connect_dialog_are_accessible(
    server: Server, open_page: OpenPage, axe: str, theme: str, locale: str
) -> None:
    run = opened(server, open_page, color_scheme=theme, locale=locale)
    line(run, "kubectl get nope")
    expect(run.page.get_by_role("log")).to_contain_text("error: the server doesn't have a resource type")
    assert violations(run.page, axe) == []
    run.page.get_by_role("button", name=re.compile("Use kubectl|使用 kubectl")).first.click()
    expect(run.page.get_by_role("dialog")).to_be_visible()
    assert violations(run.page, axe) == []
