"""Process start → a viewer on a WebSocket sees the first pod Ready.

    .venv/bin/python bench/first_pod.py [--times 5]

Two moments: the first frame of a new run (the pods of kube-system are Ready in it), and a pod of the user's own that is
applied to that run, played as fast as possible, and seen Ready in a frame.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from websockets.sync.client import connect

from bench.live_server import LiveServer
from bench.reference_loop import EVENTS, reference_seconds

POD = """
apiVersion: v1
kind: Pod
metadata: {name: first}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
"""


def measure() -> tuple[float, float, float]:
    """Seconds of wall time to the two moments; CPU seconds of the server to the first."""
    with LiveServer() as server:
        run = server.call("POST", "runs/", {})
        with connect(server.stream(run["id"]), max_size=None) as socket:
            ready = 0
            while not ready:
                message = json.loads(socket.recv(timeout=60))
                if message["t"] == "snapshot":
                    ready = sum(pod["status"] == "ready" for pod in message["keyframe"]["pods"].values())
            first, cpu = time.monotonic() - server.started, server.cpu()
            base, token = f"runs/{run['id']}/", run["token"]
            server.call("POST", f"{base}clock/", {"action": "speed", "factor": 0}, token)
            server.call("POST", f"{base}commands/", {"kind": "apply", "manifest": POD}, token)
            server.call("POST", f"{base}clock/", {"action": "play"}, token)
            while True:
                message = json.loads(socket.recv(timeout=60))
                if message["t"] in ("snapshot", "delta"):
                    socket.send(json.dumps({"t": "ack", "epoch": message["epoch"], "seq": message["seq"]}))
                    cards = (message.get("changed") or message.get("keyframe") or {}).get("pods", {})
                    if any(pod["name"] == "first" and pod["status"] == "ready" for pod in cards.values()):
                        return first, time.monotonic() - server.started, cpu


def main() -> None:
    """The median of several starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    found = sorted(measure() for _ in range(given.times))
    first, own, cpu = found[len(found) // 2]
    reference = reference_seconds() / EVENTS
    print(
        f"process start → first frame with Ready pods {first:.2f} s; → a pod of one's own seen Ready {own:.2f} s "
        f"(medians of {given.times}; the server used {cpu:.2f} s CPU to the first; {first / reference / 1e6:.2f} and {own / reference / 1e6:.2f} million reference events)"
    )


if __name__ == "__main__":
    main()
