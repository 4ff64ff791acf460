"""A packet in the browser: sent by the form, stepped hop by hop, as list, table and text."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Server
from tests.e2e.run_page import RunPage

AVAILABLE = "deployment('web').status.availableReplicas == 3"


def test_a_packet_to_a_service(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    run.call("POST", "clock/", {"action": "advance", "until": AVAILABLE, "limit": "2m"})
    pod = run.call("GET", "objects/?kind=pods&namespace=default")["items"][0]["metadata"]["name"]
    journey = run.call("POST", "packets/", {"from": f"pod/default/{pod}", "to": "service/default/web", "port": 80})
    assert journey["result"] == "delivered" and journey["reply"]

    page = run.page
    run.view("Network")
    page.get_by_role("button", name="Send a packet").click()
    form = page.get_by_role("form")
    form.get_by_role("combobox", name="From").select_option(f"pod/default/{pod}")
    form.get_by_role("button", name="Send", exact=True).click()
    panel = page.get_by_role("complementary")
    hops = panel.get_by_role("listitem")
    expect(hops.first).to_be_visible()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("hop 1 of")
    shown = hops.count()
    panel.get_by_role("button", name="Next hop").click()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("hop 2 of")
    page.get_by_role("button", name="Table", exact=True).click()
    expect(page.get_by_role("main").get_by_role("row").filter(has_text=re.compile(r"DNAT|nat"))).not_to_have_count(0)
    assert page.get_by_role("main").get_by_role("row").count() > shown
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("DNAT")


def test_a_closed_port_is_refused_in_words(server: Server, open_page: OpenPage) -> None:
    run = RunPage.start(server, open_page, {"scenario": "first-deployment"})
    run.call("POST", "clock/", {"action": "advance", "until": AVAILABLE, "limit": "2m"})
    items = run.call("GET", "objects/?kind=pods&namespace=default")["items"]
    first, second = (f"pod/default/{pod['metadata']['name']}" for pod in items[:2])
    journey = run.call("POST", "packets/", {"from": first, "to": second, "port": 81})
    assert journey["result"] == "rejected"
