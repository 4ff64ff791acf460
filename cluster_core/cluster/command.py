"""Commands: the only thing that enters the core. The log of them, with config and seed, is the save file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.yaml import load_manifests
from cluster_core.cluster.config import SHUTDOWN_MAX
from cluster_core.cluster.joining import JoinError, check_join
from cluster_core.cluster.load import LoadError, check_load
from cluster_core.sim.process import Message

FAULTS = (
    "node-down",
    "node-up",
    "node-shutdown",
    "node-reboot",
    "pod-kill",
    "member-down",
    "member-up",
    "apiserver-down",
    "apiserver-up",
    "partition",
    "heal",
)
WORDS_MAX, INPUT_MAX = 1_000, 1 << 20
# What clients of the Kubernetes API do, often many times a second.
STREAM_STEPS = ("exec", "attach", "stdin", "resize", "close", "forward")
OF_CLIENTS = ("request", *STREAM_STEPS)
WRITES = ("create", "update", "patch", "delete", "deletecollection")


class CommandError(Exception):
    """A command that cannot be carried out as given; the text says why."""


@dataclass(slots=True)
class Command(Message):
    """One user command. `number` and `at` say after which event and when it was given; `index` is its place in the log.

    kinds: apply {manifest | objects}, delete {resource, namespace, name, grace_period?} or {manifest}, scale {resource, namespace, name, replicas},
    fault {fault, target, grace_period?, critical?} (seconds, for node-shutdown and node-reboot), request {user, groups?, impersonate?, verb, resource, version?, namespace?, name?, subresource?, body?, options?,
    agent?}: one write of a client outside the cluster; exec {namespace, pod, container?, command, stdin?, tty?, user?}, attach (the same
    without command), stdin {session, data (latin-1), eof?}, resize {session, width, height}, close {session},
    forward {namespace, pod, port, data, address?}: one request over a forwarded port, or of the API server's proxy to an address;
    load {namespace?, selector | workload, millicores?, per_pod?, memory?, container?, curve?: [[seconds, percent] …], repeat?}: what users
    ask of a workload from now on; join {name, cpu, memory, labels?}: a new machine becomes a Node.
    """

    handler = "on_command"

    kind: str
    params: dict[str, Any]
    client_id: str = ""
    number: int = 0
    at: int = 0
    index: int = 0
    objects: list[dict[str, Any]] = field(default_factory=list)

    def parsed(self) -> Command:
        """Check the command and read its manifest; raises `CommandError` or the manifest's error before anything is logged."""
        check = _CHECKS.get(self.kind)
        if check is None:
            raise CommandError(f"unknown command kind {self.kind!r}: expected one of {', '.join(_CHECKS)}")
        check(self)
        return self

    def to_log(self) -> dict[str, Any]:
        """The command as plain JSON, for the save file."""
        return {
            "kind": self.kind,
            "params": self.params,
            "client_id": self.client_id,
            "number": self.number,
            "at": self.at,
        }

    @classmethod
    def from_log(cls, entry: dict[str, Any]) -> Command:
        """The command back from the save file."""
        return cls(entry["kind"], entry["params"], entry["client_id"], entry["number"], entry["at"]).parsed()


def _check_apply(command: Command) -> None:
    if "objects" in command.params:
        objects = command.params["objects"]
        if not isinstance(objects, list) or not all(isinstance(obj, dict) for obj in objects):
            raise CommandError("error: 'objects' must be a list of Kubernetes objects")
        command.objects = list(objects)
        return
    manifest = command.params.get("manifest")
    if not isinstance(manifest, str) or not manifest.strip():
        raise CommandError("error: no objects passed to apply")
    command.objects = load_manifests(manifest)
    if not command.objects:
        raise CommandError("error: no objects passed to apply")


def _check_delete(command: Command) -> None:
    if "manifest" in command.params:
        _check_apply(command)
        return
    _require_text(command, "resource", "name")


def _check_scale(command: Command) -> None:
    _require_text(command, "resource", "name")
    replicas = command.params.get("replicas")
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise CommandError("error: --replicas must be an integer")
    if replicas < 0:
        raise CommandError("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")


def _check_fault(command: Command) -> None:
    _require_text(command, "fault")
    if command.params["fault"] not in FAULTS:
        raise CommandError(f"unknown fault {command.params['fault']!r}: expected one of {', '.join(FAULTS)}")
    if not command.params["fault"].startswith("apiserver"):
        _require_text(command, "target")
    for name in ("grace_period", "critical"):
        value = command.params.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= SHUTDOWN_MAX:
            raise CommandError(f"fault: {name!r} must be a number of seconds, at most {SHUTDOWN_MAX}")


def _require_text(command: Command, *names: str) -> None:
    for name in names:
        value = command.params.get(name)
        if not isinstance(value, str) or not value or len(value) > 253:
            raise CommandError(f"{command.kind}: {name!r} must be a non-empty text of at most 253 characters")


def _check_request(command: Command) -> None:
    _require_text(command, "user", "verb", "resource")
    if command.params["verb"] not in WRITES:
        raise CommandError(f"request: {command.params['verb']!r} is no verb that writes: {', '.join(WRITES)}")


def _check_exec(command: Command) -> None:
    _require_text(command, "namespace", "pod")
    words = command.params.get("command") or []
    texts = isinstance(words, list) and all(isinstance(word, str) for word in words)
    if not texts or len(words) > WORDS_MAX or sum(map(len, words)) > INPUT_MAX:
        raise CommandError(f"{command.kind}: 'command' must be a list of at most {WORDS_MAX} texts")
    if command.kind == "exec" and not words:
        raise CommandError("you must specify at least one command for the container")
    if not isinstance(command.params.get("container", ""), str):
        raise CommandError(f"{command.kind}: 'container' must be a text")


def _check_stdin(command: Command) -> None:
    _require_text(command, "session")
    data = command.params.get("data", "")
    if not isinstance(data, str) or len(data) > INPUT_MAX or any(ord(char) > 255 for char in data):
        raise CommandError(f"stdin: 'data' must be latin-1 text of at most {INPUT_MAX} bytes")
    for side in ("width", "height"):
        value = command.params.get(side, 1)
        if not isinstance(value, int) or not 0 < value < 10_000:
            raise CommandError(f"resize: {side!r} must be a number of characters")


def _check_forward(command: Command) -> None:
    _require_text(command, "namespace", "pod")
    port, data = command.params.get("port"), command.params.get("data", "")
    if not isinstance(command.params.get("address", ""), str):
        raise CommandError("forward: 'address' must be an IPv4 address")
    if not isinstance(port, int) or not 0 < port < 65_536:
        raise CommandError("forward: 'port' must be a port number")
    if not isinstance(data, str) or len(data) > INPUT_MAX or any(ord(char) > 255 for char in data):
        raise CommandError(f"forward: 'data' must be latin-1 text of at most {INPUT_MAX} bytes")


def _check_load(command: Command) -> None:
    try:
        check_load(command.params)
    except LoadError as error:
        raise CommandError(str(error)) from error


def _check_join(command: Command) -> None:
    try:
        check_join(command.params)
    except JoinError as error:
        raise CommandError(str(error)) from error


_CHECKS = {
    "apply": _check_apply,
    "delete": _check_delete,
    "scale": _check_scale,
    "fault": _check_fault,
    "request": _check_request,
    "exec": _check_exec,
    "attach": _check_exec,
    "stdin": _check_stdin,
    "resize": _check_stdin,
    "close": _check_stdin,
    "forward": _check_forward,
    "load": _check_load,
    "join": _check_join,
}
