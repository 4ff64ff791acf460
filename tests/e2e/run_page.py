"""What a person does on a run's page, for the tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage, Server

_HASH = re.compile("^[0-9a-f]{32}$")


class RunPage:
    """The page of a run that this browser owns."""

    def __init__(self, server: Server, page: Page, run_id: str) -> None:
        self.server = server
        self.page = page
        self.run_id = run_id

    @classmethod
    def start(cls, server: Server, open_page: OpenPage, body: dict[str, Any], **options: Any) -> RunPage:
        """Start a run in a new browser profile and open its page."""
        page = open_page(f"{server.url}/livez", **options)
        created = page.request.post(f"{server.url}/api/v1/runs/", data=body)
        assert created.status == 201, created.text()
        found = cls(server, page, created.json()["id"])
        page.goto(f"{server.url}/runs/{found.run_id}/")
        expect(page.get_by_role("contentinfo")).to_be_visible()
        return found

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A REST call of this browser (it has the owner's cookie)."""
        url = f"{self.server.url}/api/v1/runs/{self.run_id}/{path}"
        options: dict[str, Any] = {"method": method, "timeout": 300_000}
        answer = self.page.request.fetch(url, **options, **({"data": body} if body is not None else {}))
        assert answer.ok, answer.text()
        return answer.json()

    def view(self, name: str, rendering: str = "") -> None:
        """Go to a view, and to one of its renderings."""
        self.page.get_by_role("navigation").get_by_role("button", name=name).click()
        if rendering:
            self.page.get_by_role("button", name=rendering, exact=True).click()

    def apply(self, manifest: Path) -> Locator:
        """Apply a file in the apply panel; returns the list of answers."""
        tab = self.page.get_by_role("tab", name="Apply YAML")
        if tab.get_attribute("aria-selected") != "true":
            tab.click()
        panel = self.page.get_by_role("tabpanel")
        panel.locator("input[type=file]").set_input_files(manifest)
        panel.get_by_role("button", name="Apply", exact=True).click()
        return panel.get_by_role("listitem")

    def play_fast(self) -> None:
        """As fast as the machine can."""
        self.page.get_by_role("combobox", name="speed").select_option("0")
        self.page.get_by_role("button", name="Play", exact=True).click()

    def pause(self) -> None:
        """Stop time."""
        self.page.get_by_role("button", name="Pause", exact=True).click()
        expect(self.page.get_by_role("button", name="Play", exact=True)).to_be_visible()

    @property
    def state_hash(self) -> str:
        """The whole state hash that the page shows."""
        shown = self.page.get_by_role("contentinfo").get_by_title(_HASH)
        return str(shown.get_attribute("title"))
