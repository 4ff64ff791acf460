"""Real manifests, as they are, live in the browser: everything becomes available; a dead node's pods come back elsewhere;
a link shows the same state to two readers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect

from tests.e2e.conftest import SHARED, OpenPage, Server
from tests.e2e.run_page import RunPage

CORPUS = SHARED / "corpus"
NAMES = ("guestbook", "guestbook-rc", "voting-app", "online-boutique")
WORKLOADS = ("Deployment", "ReplicationController")
PLAYED_MS = 120_000
READY_COLUMN = 5

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of manifests is not beside the project")


def documents(files: list[Path]) -> list[dict[str, Any]]:
    """The objects in the files."""
    return [found for file in files for found in yaml.safe_load_all(file.read_text()) if found]


def wanted(files: list[Path]) -> dict[tuple[str, str], int]:
    """(Kind, name) → replicas of what the manifests ask for."""
    found: dict[tuple[str, str], int] = {}
    for obj in documents(files):
        if obj["kind"] in WORKLOADS:
            found[obj["kind"], obj["metadata"]["name"]] = obj["spec"].get("replicas", 1)
    return found


def apply_all(page: RunPage, files: list[Path]) -> None:
    """Apply the files one after the other; every object is created."""
    for file in files:
        answers = page.apply(file)
        last = documents([file])[-1]["metadata"]["name"]
        expect(answers.last).to_have_text(re.compile(f"/{last} created$"))
        expect(answers).to_have_count(len(documents([file])))
        assert all(said.endswith(" created") for said in answers.all_inner_texts())


@pytest.mark.parametrize("name", NAMES)
def test_a_real_application_becomes_available_in_the_browser(server: Server, open_page: OpenPage, name: str) -> None:
    files = sorted((CORPUS / name).glob("*.yaml"))
    page = RunPage.start(server, open_page, {"title": name, "seed": 5})
    apply_all(page, files)
    page.view("Workloads", "Table")
    page.play_fast()
    rows = page.page.get_by_role("treegrid").get_by_role("row")
    for (kind, workload), replicas in wanted(files).items():
        named = rows.filter(has=page.page.get_by_role("gridcell", name=workload, exact=True))
        cells = named.filter(has_text=kind).first.get_by_role("gridcell")
        expect(cells.nth(READY_COLUMN)).to_have_text(str(replicas), timeout=PLAYED_MS)
    page.pause()
    held = page.call("POST", "clock/", {"action": "advance", "until": "available() && ready()", "limit": "1s"})
    assert held["held"], "every Deployment is available and every pod ready"


def test_a_dead_node_and_a_link(server: Server, open_page: OpenPage) -> None:
    files = sorted((CORPUS / "guestbook").glob("*.yaml"))
    page = RunPage.start(server, open_page, {"title": "guestbook", "seed": 5})
    apply_all(page, files)
    page.call("POST", "clock/", {"action": "advance", "until": "available() && ready()", "limit": "10m"})
    pods = page.call("GET", "objects/?kind=pods&namespace=default")["items"]
    node = pods[0]["spec"]["nodeName"]
    lost = {pod["metadata"]["name"] for pod in pods if pod["spec"]["nodeName"] == node}

    page.view("Architecture", "Graph")
    page.page.get_by_role("button", name=re.compile(rf"^(Node )?{node}\b")).first.dispatch_event("click")
    page.page.get_by_role("complementary").get_by_role("button", name="Pull the plug").click()
    page.view("Workloads", "Table")
    page.play_fast()
    for name in sorted(lost):
        expect(page.page.get_by_role("treegrid").locator(f"tr:has([title='{name}'])")).to_contain_text(
            "terminating", timeout=PLAYED_MS
        )
    page.pause()
    page.call("POST", "clock/", {"action": "advance", "until": "available()", "limit": "10m"})
    after = page.call("GET", "objects/?kind=pods&namespace=default")["items"]
    alive = [pod for pod in after if not pod["metadata"].get("deletionTimestamp")]
    assert len(alive) == sum(wanted(files).values())
    assert all(pod["spec"]["nodeName"] != node for pod in alive)

    page.page.get_by_role("banner").get_by_role("button", name="Share").click()
    dialog = page.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Create link").click()
    link = dialog.get_by_role("textbox").input_value()
    seen = page.state_hash
    readers = [open_page(link, locale=locale) for locale in ("en", "zh-CN")]
    for reader in readers:
        expect(reader.get_by_role("contentinfo").get_by_title(seen)).to_be_visible(timeout=PLAYED_MS)
    assert readers[0].url != readers[1].url, "each reader has a copy"
