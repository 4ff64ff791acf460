"""The server is killed; the page says so, comes back by itself without a reload, and shows the same state."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage


def test_a_killed_server_comes_back_with_the_same_state(own_server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(own_server, open_page, {"scenario": "first-deployment"})
    page = run.page
    run.play_fast()
    expect(page.get_by_role("button", name=re.compile("^Share$"))).to_be_visible()
    run.pause()
    before = run.state_hash
    page.get_by_role("tab", name="Apply YAML").click()
    editor = page.get_by_role("textbox", name=re.compile("Manifest"))
    editor.press("Control+Home")
    editor.type("# typed before the crash")
    page.evaluate("window.notReloaded = true")

    own_server.kill()
    expect(page.get_by_text(re.compile("connection is lost", re.IGNORECASE)).first).to_be_visible()
    own_server.start()
    expect(page.get_by_role("banner").get_by_role("status")).to_contain_text("Live")

    expect(page.get_by_role("contentinfo").get_by_title(before)).to_be_visible()
    assert page.evaluate("window.notReloaded") is True
    expect(editor).to_contain_text("# typed before the crash")
    assert run.call("GET", "")["state_hash"] == before
