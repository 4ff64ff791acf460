"""axe-core finds nothing in any view, rendering, theme and language, nor in the dialogs and the front page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage
from tools import node

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """async tags => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}});
  return found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + " — " + node.failureSummary).join(" | ")}`);
}"""
LOOKS = [("light", "en"), ("dark", "zh-CN")]
OTHER_LOOKS = [pytest.param(*look, marks=pytest.mark.slow) for look in (("dark", "en"), ("light", "zh-CN"))]


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, as npm brought it."""
    assert node.install() == 0
    return (node.FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """What axe has against the page as it is. Evaluated, not added as a script: the page's policy refuses those."""
    page.evaluate(axe + "\n;undefined")
    found: Any = page.evaluate(RUN_AXE, TAGS)
    return list(found)


@pytest.mark.parametrize(("theme", "locale"), [*LOOKS, *OTHER_LOOKS])
def test_every_view_is_accessible(server: Server, open_page: OpenPage, axe: str, theme: str, locale: str) -> None:
    run = RunPage.start(server, open_page, {"scenario": "rolling-update"}, color_scheme=theme, locale=locale)
    run.call("POST", "clock/", {"action": "advance", "by": "42s"})
    run.page.reload()
    views = run.page.get_by_role("navigation").get_by_role("button")
    expect(views.first).to_be_visible()
    found: dict[str, list[str]] = {}
    for index in range(views.count()):
        views.nth(index).click()
        renderings = run.page.locator("main header > .segmented:last-child [aria-pressed]")
        for one in range(max(1, renderings.count())):
            if renderings.count():
                renderings.nth(one).click()
            here = violations(run.page, axe)
            if here:
                found[f"view {index + 1}, rendering {one + 1}"] = here
    assert not found, found


@pytest.mark.parametrize(("theme", "locale"), LOOKS)
def test_dialogs_and_the_front_page_are_accessible(
    server: Server, open_page: OpenPage, axe: str, theme: str, locale: str
) -> None:
    run = RunPage.start(server, open_page, {"scenario": "rolling-update"}, color_scheme=theme, locale=locale)
    found: dict[str, list[str]] = {}
    for key in ("s", "?", "Control+k", "a"):
        run.page.get_by_role("heading", level=1).click()
        run.page.keyboard.press(key)
        expect(run.page.locator("dialog, [role=dialog], [role=tabpanel]").first).to_be_visible()
        here = violations(run.page, axe)
        if here:
            found[key] = here
        run.page.keyboard.press("Escape")
    run.page.goto(f"{server.url}/runs/{run.run_id}/?view=nothing&speed=9")
    expect(run.page.get_by_role("dialog").get_by_text("speed=9")).to_be_visible()
    here = violations(run.page, axe)
    if here:
        found["ignored parameters"] = here
    run.page.keyboard.press("Escape")
    run.call("POST", "clock/", {"action": "advance", "by": "10s"})
    run.page.locator("main header").get_by_role("button", name=re.compile("Follow|跟踪")).click()
    expect(run.page.get_by_text(re.compile(r"^1 / \d\d$"))).to_be_visible()
    run.page.keyboard.press("n")
    expect(run.page.get_by_text(re.compile(r"^2 / \d\d$"))).to_be_visible()
    here = violations(run.page, axe)
    if here:
        found["a request that is followed"] = here
    front = open_page(server.url, color_scheme=theme, locale=locale)
    expect(front.get_by_role("heading", level=1)).to_be_visible()
    here = violations(front, axe)
    if here:
        found["front page"] = here
    assert not found, found
