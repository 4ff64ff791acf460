"""Add-ons in the browser: logging is installed by a click and searched; what pods take is drawn and told."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage

AVAILABLE = "deployment('web').status.availableReplicas == 3"


def test_logs_are_searched_once_logging_is_installed(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    run.call("POST", "clock/", {"action": "advance", "until": AVAILABLE, "limit": "2m"})
    page, main = run.page, run.page.get_by_role("main")
    run.view("Logs")
    expect(main).to_contain_text("No log store is ready")
    main.get_by_role("button", name="Add-ons").first.click()
    logging = page.get_by_role("dialog").get_by_role("listitem").filter(has_text="Cluster logging")
    logging.get_by_role("button", name="Install").click()
    expect(logging).to_contain_text("starting")
    run.call("POST", "clock/", {"action": "advance", "by": "60s"})
    logging.get_by_role("button", name="Open").click()
    rows = main.get_by_role("row").filter(has_text="start worker processes")
    expect(rows).to_have_count(3)
    main.get_by_role("searchbox").fill("-worker namespace:default")
    expect(rows).to_have_count(0)
    expect(main.get_by_role("row").filter(has_text="ready for start up")).to_have_count(3)


def test_usage_is_drawn_and_told(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    run.call("POST", "clock/", {"action": "advance", "until": AVAILABLE, "limit": "2m"})
    main = run.page.get_by_role("main")
    run.view("Resources")
    expect(main.get_by_role("button", name=re.compile(r"^node-1 \d+m "))).to_be_visible()
    main.get_by_role("combobox", name="whose usage").select_option("kube-system")
    expect(main.get_by_role("button", name=re.compile(r"^coredns-\S+ \d+m "))).to_have_count(2)
    run.page.get_by_role("button", name="Table", exact=True).click()
    expect(main.get_by_role("row").filter(has_text="metrics-server-")).to_have_count(1)
    run.page.get_by_role("button", name="Text", exact=True).click()
    expect(main).to_contain_text("are requested.")
