"""The front page is a running cluster: a stranger can stop time, delete a pod and see it replaced."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import APIRequestContext, expect

from tests.e2e.conftest import START_S, OpenPage, Server, wait_for

REPLICAS = 3


def test_a_stranger_deletes_a_pod_and_it_is_replaced(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    attempt = page.get_by_role("button", name=re.compile("delete a pod"))
    expect(attempt).to_be_enabled()
    run_id = page.get_by_role("link", name=re.compile("full explorer")).get_attribute("href")
    assert run_id is not None

    def alive() -> set[str]:
        found = pods(page.request, server, run_id)
        return {pod["metadata"]["name"] for pod in found if not pod["metadata"].get("deletionTimestamp")}

    wait_for(lambda: len(alive()) == REPLICAS, START_S)
    before = alive()
    attempt.click()
    expect(page.get_by_role("status").filter(has_text=re.compile('pod "web-.*deleted'))).to_be_attached()
    # The ReplicaSet controller learns of it from its watch, a few milliseconds of simulated time later.
    wait_for(lambda: len(alive()) == REPLICAS and alive() != before, START_S)
    after = alive()
    assert len(before - after) == 1 and len(after - before) == 1, "one went, another came"

    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Space")
    expect(page.get_by_role("contentinfo").get_by_text("Paused")).to_be_visible()
    clock = page.get_by_role("contentinfo").get_by_role("button", name=re.compile(r"^\d+\.\d+ s"))
    stopped = clock.inner_text()
    page.wait_for_timeout(500)
    assert clock.inner_text() == stopped, "time stands still"


def test_the_language_changes_and_the_moment_stays(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("contentinfo").get_by_text("运行中")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Space")
    clock = page.get_by_role("contentinfo").get_by_role("button", name=re.compile(r"^\d+\.\d+ s"))
    expect(page.get_by_role("contentinfo").get_by_text("已暂停")).to_be_visible()
    moment = clock.inner_text()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert clock.inner_text() == moment
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kubernetes")


def pods(request: APIRequestContext, server: Server, link: str) -> list[Any]:
    """The pods of namespace default of the run that a link leads to."""
    run_id = link.strip("/").split("/")[-1]
    answer = request.get(f"{server.url}/api/v1/runs/{run_id}/objects/?kind=pods&namespace=default")
    return list(answer.json()["items"])
