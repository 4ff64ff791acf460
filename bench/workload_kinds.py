"""Events, versioned writes and CPU per pod for each kind of workload.

    PYTHONHASHSEED=0 .venv/bin/python bench/workload_kinds.py [--nodes 20] [--pods 200]

One workload of each kind on a cluster of its own whose clients have no rate limits: from `apply` until its pods are Ready, or its Job has ended.
"""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pods_ready import cluster
from bench.reference_loop import Stopwatch
from cluster_core.api.objects import is_pod_ready
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command

POD = """
    metadata: {labels: {app: web}, annotations: {sim.orrery/start-seconds: "0.5"}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
        resources: {requests: {cpu: 10m, memory: 16Mi}}
"""
SELECTED = "selector: {matchLabels: {app: web}}"
TASK = """
    metadata: {annotations: {sim.orrery/start-seconds: "0.5", sim.orrery/run-seconds: "5"}}
    spec:
      restartPolicy: Never
      containers: [{name: task, image: "busybox:1.37", resources: {requests: {cpu: 10m, memory: 16Mi}}}]
"""
JOBS = {"Job", "Job (Indexed)", "CronJob"}


def manifests(pods: int) -> dict[str, str]:
    """A manifest by kind. A DaemonSet has a pod on each node, whatever `pods` is."""
    job = f"parallelism: {pods}\n  completions: {pods}\n  template:{TASK}"
    cron = "spec:" + f"\n  {job}".replace("\n", "\n    ")
    bare = "apiVersion: v1\nkind: Pod" + POD.replace("\n    ", "\n")
    return {
        "Pod": "\n---\n".join(bare.replace("labels:", f"name: p{number}, labels:") for number in range(pods)),
        "ReplicationController": _set("v1", "ReplicationController", f"replicas: {pods}"),
        "ReplicaSet": _set("apps/v1", "ReplicaSet", f"replicas: {pods}\n  {SELECTED}"),
        "Deployment": _set("apps/v1", "Deployment", f"replicas: {pods}\n  {SELECTED}"),
        "StatefulSet": _set("apps/v1", "StatefulSet", f"replicas: {pods}\n  serviceName: web\n  {SELECTED}"),
        "StatefulSet (Parallel)": _set(
            "apps/v1",
            "StatefulSet",
            f"replicas: {pods}\n  serviceName: web\n  podManagementPolicy: Parallel\n  {SELECTED}",
        ),
        "DaemonSet": _set("apps/v1", "DaemonSet", SELECTED),
        "Job": f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: web}}\nspec:\n  {job}",
        "Job (Indexed)": f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: web}}\nspec:\n  completionMode: Indexed\n  {job}",
        "CronJob": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: web}\nspec:\n"
        f'  schedule: "* * * * *"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    {cron}',
    }


def _set(version: str, kind: str, spec: str) -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  {spec}\n  template:{POD}"


def pieces(manifest: str) -> list[str]:
    """A manifest in parts of at most 50 documents."""
    documents = manifest.split("\n---\n")
    return ["\n---\n".join(documents[place : place + 50]) for place in range(0, len(documents), 50)]


def arrived(run: Cluster, kind: str, wanted: int) -> bool:
    """Let time pass until so many pods are Ready, or a Job is complete; False if they are not within an hour."""
    while run.now < 3_600_000_000:
        run.advance(run.now + 250_000, 10**8)
        jobs = [obj for key, obj in run.world.objects("jobs.batch").items() if key.startswith("default/")]
        pods = [obj for key, obj in run.world.objects("pods").items() if key.startswith("default/")]
        complete = any(one["type"] == "Complete" for job in jobs for one in job["status"].get("conditions", ()))
        if complete if kind in JOBS else sum(map(is_pod_ready, pods)) == wanted:
            return True
    return False


def measure(kind: str, manifest: str, nodes: int, wanted: int) -> None:
    """One kind; prints a row."""
    run = cluster(nodes, pods_per_node=250)
    gc.freeze()
    revision, number = run.world.revision, run.number
    with Stopwatch() as watch:
        for text in pieces(manifest):
            answers = run.run_until_answered(run.apply(Command("apply", {"manifest": text}))) or []
            wrong = [answer for answer in answers if not 200 <= answer.get("code", 200) < 300]
            assert not wrong, wrong[0]
        done = arrived(run, kind, nodes if kind == "DaemonSet" else wanted)
    assert done, f"{kind}: not all pods got there"
    pods = sum(key.startswith("default/") for key in run.world.objects("pods"))
    print(
        f"{kind:24} {pods:5} pods  {watch.ratio(pods):9.0f} reference events/pod  {watch.cpu / pods * 1e3:6.2f} ms CPU/pod  "
        f"{(run.number - number) / pods:6.1f} events/pod  {(run.world.revision - revision) / pods:5.1f} writes/pod  "
        f"virtual {run.now / 1e6:6.1f} s  hash {run.state_hash()}",
        flush=True,
    )


def main() -> None:
    """Every kind in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=20)
    parser.add_argument("--pods", type=int, default=200)
    given = parser.parse_args()
    gc.set_threshold(100_000, 50, 1_000)
    for kind, manifest in manifests(given.pods).items():
        measure(kind, manifest, given.nodes, given.pods)


if __name__ == "__main__":
    main()
