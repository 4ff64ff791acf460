"""Which cluster events could make a refused pod schedulable. Upstream: `isPodWorthRequeuing` in `backend/queue/scheduling_queue.go`.

Every plugin says which events it waits for (`Plugin.events`, upstream's EventsToRegister) and looks closer at each of them
(`Plugin.hint`, upstream's QueueingHintFn).
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster_core.api.request import Obj
from cluster_core.scheduler.cluster_events import is_wildcard
from cluster_core.scheduler.framework import Plugin
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.status import Status


class ProfileHints:
    """The plugins of one profile as the scheduling queue asks them."""

    def __init__(self, profile: Profile) -> None:
        self.plugins: dict[str, Plugin] = {plugin.name: plugin for plugin in profile.plugins}
        self.gates = profile.pre_enqueuers
        self.interested: dict[str, list[str]] = {}
        for plugin in profile.plugins:
            for event in plugin.events:
                self.interested.setdefault(event, []).append(plugin.name)

    def waits_for(self, plugins: Iterable[str]) -> list[str]:
        """The events that a pod waits for which these plugins refused, each once."""
        known = [self.plugins[name] for name in plugins if name in self.plugins]
        return list(dict.fromkeys(event for plugin in known for event in plugin.events))

    def concerns(self, plugin: str, event: str) -> bool:
        """Whether one plugin waits for such an event."""
        return plugin in self.interested.get(event, ())

    def worth(self, pod: PodInfo, plugins: list[str], event: str, old: Obj | None, new: Obj | None) -> bool:
        """Whether to try a pod again that these plugins refused. A wildcard with an object means that pod only."""
        if not plugins:
            return True
        if is_wildcard(event):
            return new is None or new["metadata"]["uid"] == pod.uid
        return any(
            name in plugins and self.plugins[name].hint(event, pod, old, new) for name in self.interested.get(event, ())
        )

    def gate(self, pod: PodInfo, first: str) -> Status | None:
        """The refusal of the first PreEnqueue plugin that holds a pod back; the one that held it before is asked `first`."""
        for plugin in sorted(self.gates, key=lambda one: one.name != first):
            status = plugin.pre_enqueue(pod)
            if status is not None:
                status.plugin = plugin.name
                return status
        return None


class QueueingHints:
    """The hints of every profile of a scheduler, by scheduler name."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.by_name = {profile.scheduler_name: ProfileHints(profile) for profile in profiles}

    def of(self, pod: PodInfo) -> ProfileHints:
        """Those of the profile that a pod names."""
        return self.by_name[pod.pod["spec"]["schedulerName"]]

    def of_interest(self, event: str) -> bool:
        """Whether any plugin waits for such an event."""
        return is_wildcard(event) or any(event in hints.interested for hints in self.by_name.values())
