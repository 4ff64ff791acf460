"""kubectl exec and kubectl attach: the terminal is handed over to a process in a container. Upstream: `k8s.io/kubectl/pkg/cmd/{exec,attach}`."""

from __future__ import annotations

from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Attach, KubectlError, Talk, Terminal
from cluster_core.kubectl.targets import targets
from cluster_core.kubectl.verbs.logs import default_container, pod_of

FLAGS = (Flag("stdin", "i", "bool"), Flag("tty", "t", "bool"), Flag("container", "c"), Flag("quiet", "q", "bool"))


def execute(terminal: Terminal, given: Arguments) -> Talk:
    """Run a command in a container."""
    command = given.behind if given.behind is not None else given.words[1:]
    if not given.words:
        raise KubectlError("error: pod, type/name or --filename must be specified")
    if not command:
        raise KubectlError("error: you must specify at least one command for the container")
    if given.behind is None:
        raise KubectlError(
            "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples"
        )
    yield from _attach(terminal, given, "exec", [("command", word) for word in command])


def attach(terminal: Terminal, given: Arguments) -> Talk:
    """Be where a container's own process reads and writes."""
    if not given.words:
        raise KubectlError("error: at least 1 argument is required for attach")
    yield from _attach(terminal, given, "attach", [])


def _attach(terminal: Terminal, given: Arguments, verb: str, query: list[tuple[str, str]]) -> Talk:
    namespace, word = given.text("namespace") or terminal.namespace, given.words[0]
    target = targets([word if "/" in word else f"pod/{word}"], terminal.resources)[0]
    pod = (yield from pod_of(terminal, namespace, target, tell=False))[0]
    container = given.text("container") or default_container(terminal, pod)
    if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        raise KubectlError(
            f"error: cannot {verb} into a container in a completed pod; current phase is {pod['status']['phase']}"
        )
    streams = [(name, "true") for name in ("stdin", "tty") if given.flag(name)]
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}/{verb}"
    wanted = [*query, ("container", container), *streams, ("stdout", "true")]
    code = yield Attach(path, wanted if given.flag("tty") else [*wanted, ("stderr", "true")])
    if code:
        raise KubectlError(f"command terminated with exit code {code}", int(code))
