"""KubeSchedulerConfiguration: profiles, their plugins, weights and arguments. Upstream: `kubescheduler.config.k8s.io/v1`.

Real Kubernetes also reads extenders, delays of plugins of its own and settings of the server; they are accepted and do nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import Plugin
from cluster_core.scheduler.plugin_arguments import ArgumentError, check_arguments
from cluster_core.scheduler.plugins import PLUGINS
from cluster_core.scheduler.profile import Profile
from cluster_core.sim.kernel import US_PER_SECOND

API_VERSION = "kubescheduler.config.k8s.io/v1"
DEFAULT = "default-scheduler"
PROFILES_MAX = 16
WEIGHT_MAX = 100
POINTS = {
    "preEnqueue": "pre_enqueue",
    "preFilter": "pre_filter",
    "filter": "filter",
    "postFilter": "post_filter",
    "preScore": "pre_score",
    "score": "score",
    "reserve": "reserve",
    "preBind": "pre_bind",
}
# Points at which no plugin of the model takes part: what is said about them changes nothing.
OTHER_POINTS = ("queueSort", "permit", "bind", "postBind")


class ConfigurationError(ValueError):
    """A configuration that a scheduler would not start with."""


@dataclass(slots=True)
class Configuration:
    """What a scheduler runs with. Times in µs."""

    profiles: list[Profile] = field(default_factory=list)
    backoff: tuple[int, int] = (1 * US_PER_SECOND, 10 * US_PER_SECOND)


def read_configuration(given: Obj) -> Configuration:
    """The configuration in a KubeSchedulerConfiguration (`{}`: everything by default), with plugins of its own."""
    if given and (given.get("kind"), given.get("apiVersion")) not in (
        ("KubeSchedulerConfiguration", API_VERSION),
        (None, None),
    ):
        raise ConfigurationError(f'no kind "{given.get("kind")}" is registered for version "{given.get("apiVersion")}"')
    percentage = _number(given, "percentageOfNodesToScore", 0, 100, 0)
    initial = _number(given, "podInitialBackoffSeconds", 1, 86_400, 1)
    most = _number(given, "podMaxBackoffSeconds", initial, 86_400, max(initial, 10))
    profiles = _list(given, "profiles") or [{}]
    if len(profiles) > PROFILES_MAX:
        raise ConfigurationError(f"profiles: at most {PROFILES_MAX}")
    found = [_profile(_mapping(one, "profiles"), percentage) for one in profiles]
    names = [profile.scheduler_name for profile in found]
    if len(set(names)) < len(names):
        raise ConfigurationError(
            f'profiles: Duplicate value: "{next(name for name in names if names.count(name) > 1)}"'
        )
    return Configuration(found, (initial * US_PER_SECOND, most * US_PER_SECOND))


def _profile(given: Obj, percentage: int) -> Profile:
    plugins, weights = _mapping(given.get("plugins"), "plugins"), dict[str, int]()
    unknown = [name for name in plugins if name not in (*POINTS, *OTHER_POINTS, "multiPoint")]
    if unknown:
        raise ConfigurationError(f'unknown field "profiles.plugins.{unknown[0]}"')
    everywhere = _chosen([kind.name for kind in PLUGINS], plugins, "multiPoint", weights)
    at = {name: _chosen(everywhere, plugins, point, weights) for point, name in POINTS.items()}
    args = _arguments(given)
    taking_part = [kind for kind in PLUGINS if any(kind.name in names for names in at.values())]
    made: list[Plugin] = [kind(args.get(kind.name)) for kind in taking_part]
    without = {point: {kind.name for kind in taking_part} - set(names) for point, names in at.items()}
    name = given.get("schedulerName") or DEFAULT
    if not isinstance(name, str):
        raise ConfigurationError("profiles.schedulerName: expected a text")
    return Profile(made, name, weights, _number(given, "percentageOfNodesToScore", 0, 100, percentage), without=without)


def _chosen(names: list[str], plugins: Obj, point: str, weights: dict[str, int]) -> list[str]:
    """Which of the plugins take part at an extension point: without the disabled ones, with the enabled ones."""
    chosen = _mapping(plugins.get(point), point)
    disabled = [_name(one, point) for one in _list(chosen, "disabled")]
    left = [] if "*" in disabled else [name for name in names if name not in disabled]
    for one in _list(chosen, "enabled"):
        name = _name(one, point)
        if point in ("multiPoint", "score") and one.get("weight"):
            weights[name] = _number(one, "weight", 1, WEIGHT_MAX, 1)
        left.append(name)
    return list(dict.fromkeys(left))


def _arguments(given: Obj) -> dict[str, Obj]:
    """The arguments of plugins by name."""
    found: dict[str, Obj] = {}
    for one in _list(given, "pluginConfig"):
        name = _name(one, "pluginConfig")
        if name in found:
            raise ConfigurationError(f"repeated config for plugin {name}")
        found[name] = _mapping(one.get("args"), name)
        try:
            check_arguments(name, found[name])
        except ArgumentError as error:
            raise ConfigurationError(f"pluginConfig: {error}") from error
    return found


def _name(given: Any, where: str) -> str:
    name = _mapping(given, where).get("name")
    if name != "*" and name not in {kind.name for kind in PLUGINS}:
        raise ConfigurationError(f'{where}: plugin "{str(name)[:80]}" does not exist')
    return str(name)


def _mapping(given: Any, where: str) -> Obj:
    if given is not None and not isinstance(given, dict):
        raise ConfigurationError(f"{where}: expected an object")
    return given or {}


def _list(given: Obj, name: str) -> list[Any]:
    found = given.get(name)
    if found is not None and not isinstance(found, list):
        raise ConfigurationError(f"{name}: expected a list")
    return found or []


def _number(given: Obj, name: str, least: int, most: int, default: int) -> int:
    found = given.get(name)
    if found is None:
        return default
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise ConfigurationError(f"{name}: Invalid value: {str(found)[:40]}: not in valid range [{least}-{most}]")
    return found
