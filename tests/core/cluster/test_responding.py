"""Servers answer from their files, through the Service, and say so in their log."""

from __future__ import annotations

from tests.core.kubelet.test_containers import logged, started

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  restartPolicy: Never
  containers:
  - name: c
    image: busybox
    command: [sh, -c, "sleep 20; wget -qO- http://web | grep title; wget -qO- web/none; wget -qO- http://example.com | grep -c Example; wget -qO- -T 2 http://1.2.3.4"]
"""


def test_the_welcome_page() -> None:
    cluster = started(WEB, seconds=60)
    lines = logged(cluster)
    assert lines[0] == "<title>Welcome to nginx!</title>"
    assert "wget: server returned error: HTTP/1.1 404 Not Found" in lines
    access = [line for line in logged(cluster, "web") if "GET /" in line]
    assert len(access) == 2 and '"GET / HTTP/1.1" 200' in access[0]


FILES = """
apiVersion: v1
kind: Pod
metadata: {name: files, labels: {app: web}}
spec:
  containers:
  - name: c
    image: python:3.12-slim
    command: [sh, -c, "mkdir /srv/x; cd /srv/x; echo content > a.txt; exec python3 -m http.server 8080"]
  - name: p
    image: busybox
    command: [sh, -c, "sleep 5; wget -qO- localhost:8080 | grep -c a.txt; wget -qO- localhost:8080/a.txt; sleep 1000"]
"""


def test_files_of_a_script() -> None:
    assert logged(started(FILES), "files", container="p") == ["1", "content"]
