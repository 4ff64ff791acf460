"""A terminal on a cluster without the edge: a verb's calls are read out of band, or given as commands of the log, as the edge does.

server = Server()
assert server.run("kubectl create namespace x") == "namespace/x created"
assert server.run("kubectl get nope") == 'error: …'       # stdout, then what went to stderr
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from cluster_core.api import discovery, openapi
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Request
from cluster_core.apiserver import tables
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.kubectl.conversation import Answer, Call, Events, KubectlError, Pause, Step, Terminal, Watch
from cluster_core.kubectl.line import carry_out
from cluster_core.kubectl.resources import from_discovery

USER, GROUPS = "kubernetes-admin", ("kubeadm:cluster-admins", "system:authenticated")
VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
PATCHES = {"merge-patch": "merge", "strategic-merge-patch": "strategic", "json-patch": "json", "apply-patch": "apply"}
OPTIONS = {
    "labelSelector": "label_selector",
    "fieldSelector": "field_selector",
    "limit": "limit",
    "continue": "continue",
    "resourceVersion": "resource_version",
}
SLICE, FOREVER = 50_000, 120_000_000


@cache
def _at_rest() -> Cluster:
    return Cluster(ClusterConfig(nodes=2), 5)


class Server:
    """A fresh cluster, and who types into its terminal. Time moves only while a line waits, or by `advance`."""

    def __init__(self) -> None:
        self.cluster = _at_rest().fork()
        self.namespace = "default"
        self.calls: list[Call] = []
        self.terminal = self._terminal()

    def copy(self) -> Server:
        """Another server, whose cluster goes on from here by itself."""
        other = Server()
        other.cluster = self.cluster.fork()
        other.terminal = other._terminal()
        return other

    def run(self, line: str) -> str:
        """What a line prints: stdout, then stderr."""
        out, err, _ = self.parts(line)
        return "\n".join(part for part in (out, err) if part)

    def parts(self, line: str) -> tuple[str, str, int]:
        """stdout, stderr, exit code."""
        terminal = self.terminal = self._terminal()
        self.calls = []
        talk, answer = carry_out(terminal, line), None
        while True:
            terminal.now = self.cluster.now
            try:
                step = talk.send(answer)
            except StopIteration:
                break
            answer = self._answered(step)
        self.namespace = terminal.namespace
        texts = ["\n".join(one.text for one in terminal.lines if one.error == error) for error in (False, True)]
        return texts[0], texts[1], terminal.code

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.cluster.advance(self.cluster.now + int(seconds * 1_000_000), 1_000_000)

    def _terminal(self) -> Terminal:
        kinds = list(self.cluster.world.apiserver.kinds)
        documents = [discovery.aggregated(kinds, "v2", core) for core in (True, False)]
        return Terminal(from_discovery(*documents), self.namespace)

    def _answered(self, step: Step) -> Any:
        if isinstance(step, Call):
            self.calls.append(step)
            return self._call(step)
        if isinstance(step, Watch):
            return self._events(step)
        assert isinstance(step, Pause)
        self.advance(step.us / 1_000_000)
        return None

    def answer(self, call: Call) -> Answer:
        """What a call is answered with."""
        return self._call(call)

    def _call(self, call: Call) -> Answer:
        place = _place(call.url)
        if place is None:
            return self._document(call)
        if self.cluster.world.apiserver.kinds.find(place["resource"]) is None:
            status = {
                "reason": "NotFound",
                "message": "the server could not find the requested resource",
                "details": {},
            }
            return Answer(404, status)
        kind = self._kind(place)
        verb = VERBS[call.method]
        if not place["name"]:
            verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
        options = {name: call.query[given] for given, name in OPTIONS.items() if given in call.query}
        body: Any = call.body if call.method != "DELETE" else None
        if call.method not in ("GET", "DELETE"):
            options |= {"field_validation": call.query.get("fieldValidation", "Warn")}
            options |= {"field_manager": call.query.get("fieldManager", "kubectl"), "dry_run": "dryRun" in call.query}
        if call.method == "PATCH":
            options["patch_type"] = PATCHES[call.content_type.partition("/")[2].partition("+")[0]]
            options |= {"force": call.query["force"] == "true"} if "force" in call.query else {}
        if call.method == "DELETE":
            options |= _deletion(call)
        fields = {**place, "options": options, "body": body}
        if verb in ("get", "list") or options.get("dry_run") or not kind.stored:
            response = self.cluster.read(self._request(verb, fields))
            return Answer(response.code, self._shown(call, kind, response.body), tuple(response.warnings))
        params = {"user": USER, "groups": list(GROUPS), "impersonate": self._impersonated(), "verb": verb, **fields}
        found = self.cluster.run_until_answered(self.cluster.apply(Command("request", params)))
        assert found is not None, call
        return Answer(found[0]["code"], _plain(found[0]["body"]), tuple(found[0].get("warnings", ())))

    def _request(self, verb: str, fields: dict[str, Any]) -> Request:
        return Request(0, "clients", USER, verb, groups=GROUPS, impersonate=self._impersonated(), **fields)

    def _impersonated(self) -> dict[str, Any] | None:
        headers = self.terminal.impersonate
        user = dict(headers).get("Impersonate-User")
        groups = [value for name, value in headers if name == "Impersonate-Group"]
        return {"user": user, "groups": groups, "uid": "", "extra": {}} if user else None

    def _shown(self, call: Call, kind: Kind, body: Any) -> Any:
        if call.accept != "table" or body.get("kind") == "Status":
            return _plain(body)
        include, version = call.query.get("includeObject", "Metadata"), body["apiVersion"].rpartition("/")[2]
        items = body.get("items", body)
        return tables.table(kind, items, self.cluster.now, include, version, body["metadata"])

    def _kind(self, place: dict[str, str]) -> Kind:
        found = self.cluster.world.apiserver.kinds.find(place["resource"])
        assert found is not None, place
        return found

    def _document(self, call: Call) -> Answer:
        kinds = list(self.cluster.world.apiserver.kinds)
        path = call.path.strip("/")
        if path == "version":
            found = {"gitVersion": "v1.33.9", "major": "1", "minor": "33"}
            return Answer(200, json.dumps(found) if call.accept == "text" else found)
        if path.startswith("openapi/v3/"):
            document = openapi.document(kinds, path.removeprefix("openapi/v3/"))
            return Answer(404 if document is None else 200, document or {})
        raise AssertionError(f"nobody serves {call.url}")

    def _events(self, watch: Watch) -> Events:
        place = _place(watch.path)
        assert place is not None
        options = {name: watch.query[given] for given, name in OPTIONS.items() if given in watch.query}
        kind, tap = self._kind(place), self.cluster.tap(self._request("watch", {**place, "options": options}))
        end = self.cluster.now + (FOREVER if watch.timeout is None else watch.timeout)
        while not (events := tap.poll()):
            if self.cluster.now >= end:
                return None
            self.cluster.advance(min(end, self.cluster.now + SLICE), 1_000_000)
        call = Call("GET", watch.path, accept=watch.accept)
        if events[-1][0] == "ERROR":
            raise KubectlError(f"error: {events[-1][1].get('message', '')}")
        # The next watch begins where this one ended.
        watch.query["resourceVersion"] = str(tap.revision)
        return [(what, self._shown(call, kind, obj)) for what, obj in events]


def _place(url: str) -> dict[str, str] | None:
    parts = [unquote(part) for part in urlsplit(url).path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource = (*rest, "", "")[:3]
    resource = f"{plural}.{group}" if group else plural
    return {"resource": resource, "version": version, "namespace": namespace, "name": name, "subresource": subresource}


def _deletion(call: Call) -> dict[str, Any]:
    body = call.body or {}
    found = {"grace_period": body.get("gracePeriodSeconds"), "propagation_policy": body.get("propagationPolicy")}
    return {**{name: value for name, value in found.items() if value is not None}, "dry_run": "dryRun" in call.query}


def _plain(body: Any) -> Any:
    """As it comes over the wire: plain JSON."""
    return json.loads(json.dumps(body))
