"""Servers answer: HTTP by the files and the kind of server in a container, a few other protocols by their greeting.

Real programs run; here a server is a rule of a few lines. What it logs is written to its container's log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cluster_core.cluster import dashboard, log_store
from cluster_core.cluster.config import CONTROL_PLANE
from cluster_core.cluster.sockets import AGENT_PORTS, API_PORT, WorldSockets
from cluster_core.shell.dates import formatted
from cluster_core.shell.files import DIRECTORY, FileError
from cluster_core.shell.outside import Answer
from cluster_core.shell.task import Task
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.cluster.world import World
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.pod_worker import PodWorker

REASONS = {
    200: "OK",
    301: "Moved Permanently",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Not Allowed",
    500: "Internal Server Error",
}
ROOTS = {"nginx": "/usr/share/nginx/html", "apache": "/usr/local/apache2/htdocs"}
NGINX_ERROR = "<html>\r\n<head><title>{code} {reason}</title></head>\r\n<body>\r\n<center><h1>{code} {reason}</h1></center>\r\n<hr><center>nginx/1.29.1</center>\r\n</body>\r\n</html>\r\n"
SERVICE_US = 300
API_SERVER = (CONTROL_PLANE, "kube-apiserver", API_PORT)


@runtime_checkable
class Accepting(Protocol):
    """A program that takes what is sent to its port itself, as `nc -l`."""

    def accept(self, task: Task, land: Userland, data: bytes) -> bytes:
        """Take it; returns what goes back."""


@dataclass(slots=True)
class Call:
    """One request to a container. `body` of the request is kept short."""

    world: World
    worker: PodWorker
    state: ContainerState
    land: Userland
    port: int
    client: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Page:
    """An answer before it is bytes."""

    code: int
    body: bytes
    kind: str = "text/plain; charset=utf-8"
    server: str = ""


def respond(world: World, netns: str, listener: str, port: int, data: bytes, client: str) -> Answer:
    """The answer of the program that listens at a port of a namespace."""
    # The agents of a node answer for themselves, and the API server, though a pod of kube-system holds one of them.
    own = AGENT_PORTS.get(port) == listener or (netns, listener, port) == API_SERVER
    found = None if own else _container(world, netns, listener)
    if found is None:
        return _of_the_node(world, listener, data)
    worker, state = found
    record = state.current
    if record is None:
        return Answer()
    running = worker.kubelet.containers.open(worker, state, record)
    land = running.land
    task = land.tasks.get(land.listening[port][1]) if port in land.listening else None
    if task is not None and isinstance(task.body, Accepting):
        worker.kubelet.containers.come_soon(running)
        return Answer(task.body.accept(task, land, data), SERVICE_US)
    first, _, rest = data.partition(b"\r\n")
    parts = first.decode("latin-1").split(" ")
    if len(parts) == 3 and parts[2].startswith("HTTP/"):
        head, _, body = rest.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
        call = Call(world, worker, state, land, port, client, parts[0], parts[1] or "/", headers, body)
        return Answer(_bytes(world, _page(call), call), SERVICE_US)
    return Answer(_other(record.behaviour.listens, port, data), SERVICE_US, closed=False)


def _container(world: World, netns: str, listener: str) -> tuple[PodWorker, ContainerState] | None:
    sandbox = world.network.fabric.sandboxes.get(netns)
    kubelet = WorldSockets(world).kubelet(sandbox.host if sandbox is not None else netns)
    if kubelet is None:
        return None
    if sandbox is not None:
        worker = kubelet.workers.get(netns.removeprefix("pod/"))
        state = worker.states.get(listener) if worker is not None else None
        return (worker, state) if worker is not None and state is not None else None
    for worker in kubelet.workers.values():
        if worker.host_network and listener in worker.states:
            return worker, worker.states[listener]
    return None


def _of_the_node(world: World, listener: str, data: bytes) -> Answer:
    """Programs that are no containers here: the API server wants TLS; a web server on the internet."""
    if listener == "web server":
        body = b"<!doctype html>\n<html>\n<head>\n<title>Example Domain</title>\n</head>\n<body>\n<h1>Example Domain</h1>\n</body>\n</html>\n"
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nDate: {_date(world)}\r\n\r\n"
        )
        return Answer(head.encode() + body, SERVICE_US)
    if listener in ("kube-proxy", "kubelet"):
        return Answer(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok", SERVICE_US)
    text = b"Client sent an HTTP request to an HTTPS server.\n"
    return Answer(b"HTTP/1.0 400 Bad Request\r\n\r\n" + text, SERVICE_US)


def _page(call: Call) -> Page:
    kind = _kind_of(call)
    if kind in ROOTS:
        return _file(call, ROOTS[kind], kind)
    if kind == "files":
        return _file(call, _directory_of(call), kind)
    if kind == "agnhost":
        return _agnhost(call)
    if kind == "dashboard":
        return Page(200, dashboard.page(_arguments(call)), "text/html; charset=utf-8")
    if kind == "victoria-logs":
        return Page(*log_store.answer(call.world, call.worker.uid, call.method, call.path, call.body))
    return _echo(call)


def _kind_of(call: Call) -> str:
    """What answers: the image's server, or a program of the shell that has the port open."""
    held = call.land.listening.get(call.port)
    task = call.land.tasks.get(held[1]) if held is not None else None
    if task is not None and ("http.server" in task.argv or task.argv[0].rpartition("/")[2] in ("httpd", "busybox")):
        return "files"
    if "http.server" in _arguments(call):
        return "files"
    record = call.state.current
    return record.behaviour.http if record is not None else ""


def _directory_of(call: Call) -> str:
    held = call.land.listening.get(call.port)
    task = call.land.tasks.get(held[1]) if held is not None else None
    if task is None:
        return call.land.directory
    for flag in ("-h", "--directory", "-d"):
        if flag in task.argv[:-1]:
            return task.argv[task.argv.index(flag) + 1]
    return task.directory


def _file(call: Call, root: str, kind: str) -> Page:
    path = call.path.partition("?")[0]
    server = {"nginx": "nginx/1.29.1", "apache": "Apache/2.4.65 (Unix)", "files": "SimpleHTTP/0.6 Python/3.12.11"}[kind]
    files, place = call.land.files, f"{root}/{path.strip('/')}".rstrip("/")
    if ".." in path.split("/"):
        return _failed(400, kind, server)
    try:
        if files.stat(place or "/").kind == DIRECTORY:
            if files.exists(f"{place}/index.html"):
                return Page(200, files.read(f"{place}/index.html"), "text/html", server)
            if kind != "files":
                return _failed(403, kind, server)
            names = files.names(place or "/")
            items = "".join(f'<li><a href="{name}">{name}</a></li>\n' for name in names)
            title = f"Directory listing for {path}"
            return Page(
                200,
                f'<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{items}</ul>\n<hr>\n</body>\n</html>\n'.encode(),
                "text/html; charset=utf-8",
                server,
            )
        kinds = {
            "html": "text/html",
            "txt": "text/plain",
            "json": "application/json",
            "css": "text/css",
            "js": "application/javascript",
        }
        return Page(200, files.read(place), kinds.get(place.rpartition(".")[2], "application/octet-stream"), server)
    except FileError:
        return _failed(404, kind, server)


def _failed(code: int, kind: str, server: str) -> Page:
    if kind == "nginx":
        return Page(code, NGINX_ERROR.format(code=code, reason=REASONS[code]).encode(), "text/html", server)
    return Page(
        code,
        f"<html><head><title>{code} {REASONS[code]}</title></head><body><h1>{REASONS[code]}</h1></body></html>\n".encode(),
        "text/html",
        server,
    )


def _agnhost(call: Call) -> Page:
    """agnhost netexec and serve-hostname."""
    path, _, query = call.path.partition("?")
    given = dict(part.partition("=")[::2] for part in query.split("&"))
    if path == "/hostname" or "serve-hostname" in _arguments(call):
        return Page(200, call.land.identity.hostname.encode())
    if path == "/clientip":
        return Page(200, f"{call.client}:{40_000 + call.world.sim.number % 20_000}".encode())
    if path == "/echo":
        return Page(200, given.get("msg", "").encode())
    if path in ("/healthz", "/readyz"):
        return Page(200, b"OK")
    return (
        Page(200, f"NOW: {formatted(call.world.sim.now, '%F %T')}.000000000 +0000 UTC".encode())
        if path == "/"
        else Page(404, b"404 page not found\n")
    )


def _arguments(call: Call) -> tuple[str, ...]:
    record = call.state.current
    return record.behaviour.argv if record is not None else ()


def _echo(call: Call) -> Page:
    """A server nobody knows more of: it tells who it is and what it was asked."""
    for argument in _arguments(call):
        if argument.startswith(("-text=", "--text=")):
            return Page(200, (argument.partition("=")[2] + "\n").encode())
    meta = call.worker.pod["metadata"]
    told = {
        "pod": meta["name"],
        "namespace": meta["namespace"],
        "container": call.state.name,
        "method": call.method,
        "path": call.path,
        "from": call.client,
    }
    return Page(200, (json.dumps(told) + "\n").encode(), "application/json")


def _bytes(world: World, page: Page, call: Call) -> bytes:
    _access_log(world, page, call)
    server = f"Server: {page.server}\r\n" if page.server else ""
    head = f"HTTP/1.1 {page.code} {REASONS.get(page.code, '')}\r\n{server}Date: {_date(world)}\r\nContent-Type: {page.kind}\r\nContent-Length: {len(page.body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + (b"" if call.method == "HEAD" else page.body)


def _access_log(world: World, page: Page, call: Call) -> None:
    record = call.state.current
    kind = _kind_of(call)
    if record is None or record.log is None or kind not in ("nginx", "apache", "files"):
        return
    when = formatted(world.sim.now, "%d/%b/%Y:%H:%M:%S +0000")
    agent = call.headers.get("User-Agent", "-")
    line = f'{call.client} - - [{when}] "{call.method} {call.path} HTTP/1.1" {page.code} {len(page.body)}'
    line += f' "-" "{agent}" "-"' if kind == "nginx" else ""
    record.log.accept(world.sim.now, 2 if kind == "files" else 1, f"{line}\n".encode())


def _date(world: World) -> str:
    return formatted(world.sim.now, "%a, %d %b %Y %H:%M:%S GMT")


def _other(listens: tuple[int, ...], port: int, data: bytes) -> bytes:
    """Redis answers PING and a little more; others say nothing to what they do not understand."""
    if 6379 not in listens or port != 6379:
        return b""
    words = data.decode("latin-1").upper().split()
    if "PING" in words:
        return b"+PONG\r\n"
    if "INFO" in words:
        return b"$14\r\nredis_version:\r\n"
    return b"-ERR unknown command\r\n" if words else b""
