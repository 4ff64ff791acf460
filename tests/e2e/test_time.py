"""Time in the browser: play, pause, step, seek, and a change in the past that forks."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage


def test_stepping_there_and_back_gives_the_same_state(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    run.call("POST", "clock/", {"action": "advance", "by": "10s"})
    before = run.call("GET", "")
    shown = run.page.get_by_role("contentinfo")
    expect(shown.get_by_title(before["state_hash"])).to_be_visible()
    run.page.get_by_role("heading", level=1).click()
    for number in (1, 2, 3):
        run.page.keyboard.press("ArrowLeft")
        expect(shown.get_by_text(f"#{before['event'] - number:,} /")).to_be_visible()
    expect(shown.get_by_title(before["state_hash"])).to_have_count(0)
    run.page.keyboard.press("End")
    expect(shown.get_by_title(before["state_hash"])).to_be_visible()


def test_a_change_in_the_past_asks_and_forks(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    page = run.page
    run.call("POST", "clock/", {"action": "advance", "by": "20s"})
    run.call("POST", "clock/", {"action": "seek", "at": 15_000_000})
    head = run.call("GET", "")["head"]
    page.get_by_role("tab", name="Apply YAML").click()
    page.get_by_role("tabpanel").get_by_role("button", name="Apply", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("[Ff]ork")).click()
    expect(page.get_by_role("tabpanel").get_by_role("listitem").first).to_be_visible()
    after = run.call("GET", "")
    assert after["branch"] != "main" and len(after["branches"]) == 2
    main = next(branch for branch in after["branches"] if branch["name"] == "main")
    assert main["head_number"] == head["event"], "nothing of the branch that was left is lost"


def test_time_beyond_the_head_is_refused_in_words(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    shown = run.page.get_by_role("contentinfo")
    shown.get_by_role("button", name=re.compile(r"^0\.000 s")).click()
    field = shown.get_by_role("textbox")
    field.fill("t=99s")
    field.press("Enter")
    expect(shown.get_by_text(re.compile("not happened|beyond|yet"))).to_be_visible()
    field.fill("tomorrow")
    field.press("Enter")
    expect(field).to_have_value("tomorrow")
    expect(field).to_have_attribute("aria-invalid", "true")
