"""Browser frame time with 2,000 pods on 50 nodes: headless Chromium without a GPU, every view in turn, while the run plays.

    .venv/bin/python bench/frame_time.py [--pods 1900] [--seconds 8]

Per view: frames per second, the 95th percentile of the time between two frames, and the main thread's time per frame
(scripts, layout, style; from Chromium's own counters).
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.live_server import PORT, LiveServer
from bench.pods_ready import MANIFEST
from bench.reference_loop import EVENTS, reference_seconds
from tests.e2e import chromium

VIEWS = ("architecture", "workloads", "lifecycle", "scheduler", "network", "events")
COUNTERS = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")
COUNT_FRAMES = """(seconds) => new Promise(done => {
  const times = []; const end = performance.now() + seconds * 1000;
  const look = now => { times.push(now); now < end ? requestAnimationFrame(look) : done(times) };
  requestAnimationFrame(look);
})"""


def crowded(server: LiveServer, pods: int) -> dict[str, Any]:
    """A run of 50 nodes with the pods Ready."""
    config = {"nodes": 50, "node_cpu": "64", "node_memory": "256Gi"}
    run: dict[str, Any] = server.call("POST", "runs/", {"config": config})
    texts = [MANIFEST.format(name=f"web-{place}", replicas=100) for place in range(pods // 100)]
    base, token = f"runs/{run['id']}/", run["token"]
    for text in texts:
        server.call("POST", f"{base}commands/", {"kind": "apply", "manifest": text}, token)
    for _ in range(40):
        server.call("POST", f"{base}clock/", {"action": "advance", "by": "10s"}, token)
        counts = server.call("GET", base)["counts"]
        if counts.get("ready", 0) >= pods:
            break
    return run


def stir(server: LiveServer, run: dict[str, Any]) -> None:
    """Something to draw: two hundred pods go and two hundred come."""
    for name, replicas in (("web-0", 0), ("web-1", 0), ("web-0", 100), ("web-1", 100)):
        body = {
            "kind": "scale",
            "resource": "deployments.apps",
            "namespace": "default",
            "name": name,
            "replicas": replicas,
        }
        server.call("POST", f"runs/{run['id']}/commands/", body, run["token"])


def counters(session: CDPSession) -> dict[str, float]:
    """Chromium's counters, in seconds."""
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def measure(page: Page, session: CDPSession, view: str, seconds: float) -> str:
    """One view's row."""
    before = counters(session)
    times: list[float] = page.evaluate(COUNT_FRAMES, seconds)
    after = counters(session)
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    spent = {name: (after[name] - before[name]) * 1e3 / max(len(gaps), 1) for name in COUNTERS}
    return (
        f"{view:<13} {len(gaps) / seconds:5.1f} frames/s  gap p95 {gaps[int(0.95 * len(gaps))]:6.1f} ms  main thread per frame: "
        f"script {spent['ScriptDuration']:.2f}, layout {spent['LayoutDuration']:.2f}, style {spent['RecalcStyleDuration']:.2f}, "
        f"all tasks {spent['TaskDuration']:.2f} ms"
    )


def main() -> None:
    """Start everything and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=1900)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--pictures", default="", help="a folder: what was measured, as it looked")
    given = parser.parse_args()
    with LiveServer() as server, sync_playwright() as playwright:
        run = crowded(server, given.pods)
        found = chromium.find(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(
            executable_path=found.path, args=chromium.ARGUMENTS, env={**os.environ, **found.environment}
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        for view in VIEWS:
            page.goto(f"http://127.0.0.1:{PORT}/runs/{run['id']}/?view={view}")
            page.wait_for_load_state("networkidle")
            server.call("POST", f"runs/{run['id']}/clock/", {"action": "play"}, run["token"])
            stir(server, run)
            time.sleep(2)
            if given.pictures:
                page.screenshot(path=f"{given.pictures}/{view}.png")
            print(measure(page, session, view, given.seconds), flush=True)
        print(f"reference event {reference_seconds() / EVENTS * 1e6:.3f} µs, load {os.getloadavg()[0]:.2f}")
        browser.close()


if __name__ == "__main__":
    main()
