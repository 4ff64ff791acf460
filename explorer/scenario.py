"""Scenarios: YAML files with a cluster, objects and a script. Format: docs/scenarios.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cluster_core.api.yaml import ManifestError, load_manifests
from cluster_core.cluster.add_ons import OPTIONAL, objects_of
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.conditions import ConditionError, parse_condition
from cluster_core.cluster.config import STORAGE
from cluster_core.kubelet.cri import runtime_of
from cluster_core.scheduler.configuration import ConfigurationError, read_configuration

FOLDER = Path(__file__).parent / "scenarios"
API_VERSION = "explorer/v1"
BYTES_MAX = 1024 * 1024
STEPS_MAX = 100
STEPS = ("apply", "delete", "scale", "fault", "load", "join")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


class ScenarioError(Exception):
    """A scenario file that cannot be read; says what and where."""


@dataclass(slots=True)
class Scenario:
    """A scenario, checked. `config` is what a run of it is started with."""

    id: str
    title: dict[str, str]
    seed: int
    config: dict[str, Any]
    about: dict[str, str]

    def card(self) -> dict[str, Any]:
        """For the list of scenarios."""
        return {"id": self.id, "title": self.title, "about": self.about, "nodes": self.config.get("nodes", 3)}


@cache
def all_scenarios() -> list[Scenario]:
    """Those that ship, in order of file name."""
    return [load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]


def named(scenario_id: str) -> Scenario | None:
    """One that ships, by id."""
    return next((found for found in all_scenarios() if found.id == scenario_id), None)


def titles(title: str) -> dict[str, str]:
    """A run's title by language: a scenario that ships has one in each, what somebody typed is the same everywhere."""
    found = next((one.title for one in all_scenarios() if title in one.title.values()), None)
    return found or dict.fromkeys(("en", "zh-Hans"), title)


def load(text: str) -> Scenario:
    """Read a scenario file; raises `ScenarioError`."""
    if len(text.encode()) > BYTES_MAX:
        raise ScenarioError(f"the file is larger than {BYTES_MAX:,} bytes")
    try:
        documents = load_manifests(text)
    except ManifestError as error:
        raise ScenarioError(str(error)) from error
    if len(documents) != 1 or documents[0]["apiVersion"] != API_VERSION or documents[0]["kind"] != "Scenario":
        raise ScenarioError(f"expected one document with apiVersion {API_VERSION} and kind Scenario")
    data = documents[0]
    _known(data, "", ("apiVersion", "kind", "metadata", "cluster", "script"))
    meta, cluster = data.get("metadata") or {}, data.get("cluster") or {}
    _known(meta, "metadata.", ("id", "version", "title", "about"))
    _known(cluster, "cluster.", ("seed", "nodes", "etcd", "kubelet", "scheduler", "storage", "addons", "objects"))
    nodes, etcd = cluster.get("nodes") or {}, cluster.get("etcd") or {}
    kubelet = cluster.get("kubelet") or {}
    _known(nodes, "cluster.nodes.", ("count", "cpu", "memory", "runtime", "runtimes"))
    _known(kubelet, "cluster.kubelet.", ("shutdownGracePeriod", "shutdownGracePeriodCriticalPods"))
    _known(etcd, "cluster.etcd.", ("members",))
    if not isinstance(meta.get("id"), str) or not isinstance(meta.get("title"), dict) or "en" not in meta["title"]:
        raise ScenarioError("metadata.id and metadata.title.en are required")
    seed = _whole(cluster, "cluster.seed", 1)
    config: dict[str, Any] = {
        "nodes": _whole(nodes, "cluster.nodes.count", 3),
        "etcd_members": _whole(etcd, "cluster.etcd.members", 3),
    }
    config |= {f"node_{name}": str(nodes[name]) for name in ("cpu", "memory") if name in nodes}
    config |= _node_settings(nodes, kubelet)
    if "scheduler" in cluster:
        config["scheduler"] = _scheduler(cluster["scheduler"])
    config |= _storage(_listed(cluster, "cluster.storage"))
    config["objects"] = [*_add_ons(_listed(cluster, "cluster.addons")), *_objects(_listed(cluster, "cluster.objects"))]
    config["script"] = [_step(step, place) for place, step in enumerate(_listed(data, "script"))]
    if len(config["script"]) > STEPS_MAX:
        raise ScenarioError(f"script: at most {STEPS_MAX} steps")
    return Scenario(meta["id"], meta["title"], seed, config, meta.get("about") or {})


def _node_settings(nodes: dict[str, Any], kubelet: dict[str, Any]) -> dict[str, Any]:
    """The container runtimes of the nodes, and how long their kubelets hold a machine that is shut down."""
    found: dict[str, Any] = {}
    runtimes = nodes.get("runtimes") or {}
    if not isinstance(runtimes, dict):
        raise ScenarioError("cluster.nodes.runtimes: expected node names with runtimes")
    try:
        for runtime in (nodes.get("runtime", "containerd"), *runtimes.values()):
            runtime_of(str(runtime))
    except ValueError as error:
        raise ScenarioError(f"cluster.nodes: {error}") from error
    if "runtime" in nodes:
        found["runtime"] = str(nodes["runtime"])
    if runtimes:
        found["node_runtimes"] = {str(name): str(runtime) for name, runtime in runtimes.items()}
    if kubelet:
        found["shutdown_grace"] = _whole(kubelet, "cluster.kubelet.shutdownGracePeriod", 0)
        found["shutdown_grace_critical"] = _whole(kubelet, "cluster.kubelet.shutdownGracePeriodCriticalPods", 0)
    return found


def _storage(names: list[Any]) -> dict[str, Any]:
    """The drivers of storage that are there from the beginning."""
    unknown = [name for name in names if name not in STORAGE]
    if unknown:
        raise ScenarioError(f"cluster.storage: {str(unknown[0])[:40]!r} is none of {', '.join(STORAGE)}")
    return {"storage": list(dict.fromkeys(names))} if names else {}


def _scheduler(given: Any) -> dict[str, Any] | None:
    """The configuration of kube-scheduler; None for a cluster without one."""
    if given in ("none", None):
        return None
    if not isinstance(given, dict):
        raise ScenarioError("cluster.scheduler: expected a KubeSchedulerConfiguration, or none")
    try:
        read_configuration(given)
    except ConfigurationError as error:
        raise ScenarioError(f"cluster.scheduler: {error}") from error
    return given


def _whole(data: dict[str, Any], path: str, default: int) -> int:
    value = data.get(path.rpartition(".")[2], default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ScenarioError(f"{path}: expected a whole number, not {value!r}")
    return value


def _listed(data: dict[str, Any], path: str) -> list[Any]:
    value = data.get(path.rpartition(".")[2])
    value = [] if value is None else value
    if not isinstance(value, list):
        raise ScenarioError(f"{path}: expected a list")
    return value


def _add_ons(names: list[Any]) -> list[dict[str, Any]]:
    """The objects of the add-ons that the cluster begins with, beside DNS and metrics."""
    unknown = [name for name in names if name not in OPTIONAL]
    if unknown:
        raise ScenarioError(f"cluster.addons: {str(unknown[0])[:40]!r} is none of {', '.join(OPTIONAL)}")
    return [obj for name in dict.fromkeys(names) for obj in objects_of(name)]


def _objects(listed: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, item in enumerate(listed):
        try:
            found += load_manifests(item) if isinstance(item, str) else [item]
        except ManifestError as error:
            raise ScenarioError(f"cluster.objects[{place}]: {error}") from error
    return found


def _step(step: Any, place: int) -> dict[str, Any]:
    where = f"script[{place}]"
    if not isinstance(step, dict):
        raise ScenarioError(f"{where}: expected an object")
    # YAML 1.1 reads the key `on` as a boolean, and a JSON key is a text.
    step = {"on" if name in ("True", "true") else name: value for name, value in step.items()}
    _known(step, f"{where}.", ("at", "on", *STEPS, "note"))
    if ("at" in step) == ("on" in step):
        raise ScenarioError(f"{where}: exactly one of at and on says when")
    result: dict[str, Any] = {"at": _duration(step["at"], where)} if "at" in step else {"on": str(step["on"])}
    kinds = [kind for kind in STEPS if kind in step]
    if len(kinds) > 1 or not (kinds or "note" in step):
        raise ScenarioError(f"{where}: exactly one of {', '.join(STEPS)}, or a note")
    try:
        if "on" in result:
            parse_condition(result["on"])
        if kinds:
            given = step[kinds[0]]
            params = {"manifest": given} if kinds[0] == "apply" else given
            Command(kinds[0], params).parsed()
            result["command"] = {"kind": kinds[0], "params": params}
    except (CommandError, ConditionError, ManifestError, AttributeError) as error:
        raise ScenarioError(f"{where}: {error}") from error
    if "note" in step:
        result["note"] = step["note"]
    return result


def _duration(text: Any, where: str) -> int:
    match = _DURATION.fullmatch(str(text))
    if match is None:
        raise ScenarioError(f"{where}.at: {text!r} is not a duration such as 30s")
    return int(float(match[1]) * _UNITS[match[2]])


def _known(data: Any, where: str, names: tuple[str, ...]) -> None:
    if not isinstance(data, dict):
        raise ScenarioError(f"{where.rstrip('.') or 'the document'}: expected an object")
    unknown = [name for name in data if name not in names]
    if unknown:
        raise ScenarioError(f"unknown field {where}{unknown[0]}: expected one of {', '.join(names)}")
