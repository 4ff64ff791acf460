"""The Kubernetes API of a run with 1,000 pods: requests a second and CPU per request, memory per idle watch, kubectl.

    .venv/bin/python bench/kube_api.py [--pods 1000] [--seconds 5] [--watches 200] [--kubectl PATH]

The clients are threads with one connection each, over HTTP and over TLS; the server's CPU is read from /proc, so what the clients
themselves cost is not in it. A write is durable before it is answered. The watches are idle ones of pods.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import yaml

from bench.live_server import PORT, LiveServer
from bench.reference_loop import EVENTS, reference_seconds

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
MERGE = "application/merge-patch+json"
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {pods}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "nginx:1.27"}}]}}
"""


class Kube:
    """One client of a kubeconfig, with one connection."""

    def __init__(self, config: dict[str, Any]) -> None:
        cluster = config["clusters"][0]["cluster"]
        self.address = urlsplit(cluster["server"])
        self.headers = {"User-Agent": "bench/1.0"}
        context = None
        if "certificate-authority-data" in cluster:
            authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
            context = ssl.create_default_context(cadata=authority)
            self.headers["Authorization"] = f"Bearer {config['users'][0]['user']['token']}"
        host, port = str(self.address.hostname), int(self.address.port or 0)
        self.connection = (
            http.client.HTTPSConnection(host, port, timeout=120, context=context)
            if context is not None
            else http.client.HTTPConnection(host, port, timeout=120)
        )

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> bytes:
        """One request; fails unless it succeeds."""
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = None if body is None else json.dumps(body)
        self.connection.request(method, self.address.path + path, data, given)
        answer = self.connection.getresponse()
        found = answer.read()
        while answer.status == 429:
            time.sleep(0.1)
            self.connection.request(method, self.address.path + path, data, given)
            answer = self.connection.getresponse()
            found = answer.read()
        assert answer.status < 300, (answer.status, found[:300])
        return found

    def open_watch(self) -> None:
        """A watch of pods from now on; nobody reads it."""
        at = json.loads(self.ask("GET", f"{PODS}?limit=1"))["metadata"]["resourceVersion"]
        self.connection.request("GET", f"{self.address.path}{PODS}?watch=1&resourceVersion={at}", headers=self.headers)
        self.watch = self.connection.getresponse()
        assert self.watch.status == 200


def measured(server: LiveServer, config: dict[str, Any], seconds: float, threads: int, one: Any) -> dict[str, float]:
    """Requests a second of `threads` clients, and the server's CPU for each."""
    counts = [0] * threads
    ends = time.monotonic() + seconds
    clients = [Kube(config) for _ in range(threads)]

    def work(number: int) -> None:
        while time.monotonic() < ends:
            one(clients[number], number, counts[number])
            counts[number] += 1

    cpu, begun = server.cpu(), time.monotonic()
    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent, total = server.cpu() - cpu, sum(counts)
    return {"per_s": total / (time.monotonic() - begun), "cpu_ms": spent / total * 1000}


def kubeconfig(server: LiveServer, run: dict[str, Any], variant: str) -> dict[str, Any]:
    """A kubeconfig of a run."""
    connection = http.client.HTTPConnection("localhost", PORT, timeout=60)
    path = f"/api/v1/runs/{run['id']}/kubeconfig?variant={variant}"
    connection.request("GET", path, headers={"Authorization": f"Bearer {run['token']}"})
    found: dict[str, Any] = yaml.safe_load(connection.getresponse().read())
    return found


def patch(client: Kube, thread: int, count: int) -> None:
    """Another value of an annotation of a config map of one's own."""
    if count == 0:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"m-{thread}"}}
        client.ask("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", body)
        name = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": f"m-{thread}-"}}
        made = client.ask("POST", "/api/v1/namespaces/default/configmaps", name)
        client.mine = json.loads(made)["metadata"]["name"]  # type: ignore[attr-defined]
    path = f"/api/v1/namespaces/default/configmaps/{client.mine}"  # type: ignore[attr-defined]
    client.ask("PATCH", path, {"data": {"count": str(count)}}, content_type=MERGE)


WORK: dict[str, Any] = {
    "get one pod": lambda client, _thread, _count: client.ask("GET", f"{PODS}/{client.pod}"),
    "list of all pods": lambda client, _thread, _count: client.ask("GET", PODS),
    "list, gzipped": lambda client, _thread, _count: client.ask("GET", PODS, accept_encoding="gzip"),
    "table of all pods": lambda client, _thread, _count: client.ask("GET", PODS, accept=TABLE),
    "table of 500 pods": lambda client, _thread, _count: client.ask("GET", f"{PODS}?limit=500", accept=TABLE),
    "patch of a config map": patch,
}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pods", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--watches", type=int, default=200)
    parser.add_argument("--manifest", default="../shared/corpus/online-boutique/kubernetes-manifests.yaml")
    parser.add_argument("--kubectl", default="/usr/lib/google-cloud-sdk/bin/kubectl.1.33")
    given = parser.parse_args()
    limits = {"ORRERY_CLIENT_QPS": "100000", "ORRERY_CLIENT_BURST": "100000", "ORRERY_WATCHES_PER_RUN": "10000"}
    os.environ.update(limits)
    reference = reference_seconds() / EVENTS
    with LiveServer() as server:
        run = server.call("POST", "runs/", {"seed": 1, "config": {"nodes": 20}})
        token = run["token"]
        server.call(
            "POST",
            f"runs/{run['id']}/commands/",
            {"kind": "apply", "manifest": DEPLOYMENT.format(pods=given.pods)},
            token,
        )
        server.call(
            "POST",
            f"runs/{run['id']}/clock/",
            {"action": "advance", "until": "all-deployments-available", "limit": "600s"},
            token,
        )
        plain, secure = kubeconfig(server, run, "http"), kubeconfig(server, run, "https")
        pod = json.loads(Kube(plain).ask("GET", f"{PODS}?limit=1"))["items"][0]["metadata"]["name"]
        Kube.pod = pod  # type: ignore[attr-defined]
        print(f"reference event {reference * 1e6:.2f} µs")
        for name, one in WORK.items():
            for words, config, threads in (
                ("HTTP, 1 client", plain, 1),
                ("HTTP, 4 clients", plain, 4),
                ("TLS, 4 clients", secure, 4),
            ):
                found = measured(server, config, given.seconds, threads, one)
                ratio = found["cpu_ms"] / 1000 / reference
                print(
                    f"{name:22} {words:16} {found['per_s']:7.1f}/s  {found['cpu_ms']:7.2f} ms CPU  {ratio:9.0f} ref",
                    flush=True,
                )
        watches(server, plain, given.watches, "HTTP")
        watches(server, secure, given.watches, "TLS")
        fan_out(server, plain, given.watches)
        if Path(given.kubectl).exists():
            kubectl(given.kubectl, secure, given.manifest)


def watches(server: LiveServer, config: dict[str, Any], count: int, words: str) -> None:
    """Memory of idle watches."""
    before = server.memory()
    opened = [Kube(config) for _ in range(count)]
    for client in opened:
        client.open_watch()
    time.sleep(1)
    print(
        f"idle watch over {words}: {(server.memory() - before) / count / 1024:.1f} KiB of the server's memory each ({count} of them)"
    )
    cpu, begun = server.cpu(), time.monotonic()
    time.sleep(5)
    print(f"  all together {(server.cpu() - cpu) / (time.monotonic() - begun) * 100:.1f} % CPU while the run is paused")
    for client in opened:
        client.connection.close()
    time.sleep(2)


def fan_out(server: LiveServer, config: dict[str, Any], count: int) -> None:
    """CPU of one event that `count` watchers of one form are told of."""
    opened = [Kube(config) for _ in range(count)]
    for client in opened:
        client.open_watch()
    writer = Kube(config)
    cpu = server.cpu()
    for number in range(20):
        body = {"metadata": {"annotations": {"bench": str(number)}}}
        writer.ask("PATCH", f"{PODS}/{Kube.pod}", body, content_type=MERGE)  # type: ignore[attr-defined]
    for client in opened:
        for _ in range(20):
            client.watch.readline()
    print(f"a patch of a pod that {count} watchers see: {(server.cpu() - cpu) / 20 * 1000:.1f} ms CPU")
    for client in opened:
        client.connection.close()


def kubectl(binary: str, config: dict[str, Any], manifest: str) -> None:
    """How long commands of people take."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "config"
        path.write_text(yaml.safe_dump(config))
        environment = {**os.environ, "HOME": home, "KUBECONFIG": str(path)}
        commands = [["get", "pods", "-A"], ["get", "pods", "-A"], ["get", "pods", "-A", "-o", "json"]]
        if Path(manifest).exists():
            commands += [["apply", "-f", manifest], ["apply", "-f", manifest]]
        for words in commands:
            begun = time.monotonic()
            subprocess.run([binary, *words], env=environment, stdout=subprocess.DEVNULL, check=True)
            print(f"kubectl {' '.join(words)}: {time.monotonic() - begun:.2f} s", flush=True)


if __name__ == "__main__":
    main()
