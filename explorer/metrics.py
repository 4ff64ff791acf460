"""What Prometheus is told."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

LIVE_RUNS = Gauge("orrery_live_runs", "Runs in memory")
PLAYING_RUNS = Gauge("orrery_playing_runs", "Runs whose clock moves")
VIEWERS = Gauge("orrery_viewers", "Connected browsers")
EVENTS = Counter("orrery_events", "Events simulated")
FRAMES = Counter("orrery_frames", "Frames encoded")
SNAPSHOTS_OWED = Counter("orrery_viewers_behind", "Times a viewer fell behind and needed a snapshot")
COMMANDS = Counter("orrery_commands", "Commands entered into runs", ["kind"])
CLIENT_REQUESTS = Counter("orrery_client_requests", "Requests to the runs' Kubernetes API", ["verb", "code"])
WATCHES = Gauge("orrery_client_watches", "Open watches of the runs' Kubernetes API")
STREAMS = Gauge("orrery_client_streams", "Open streams (logs, exec, attach, port-forward) of the runs' Kubernetes API")
REFUSALS = Counter("orrery_refusals", "Requests refused by a limit", ["status"])
LOOP_LAG = Histogram(
    "orrery_loop_lag_seconds",
    "How much later than asked the event loop woke up",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
