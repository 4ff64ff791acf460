"""What the REST calls answer, for the OpenAPI schema; a test checks real answers against it."""

from __future__ import annotations

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    Serializer,
)


class ErrorSerializer(Serializer):  # type: ignore[type-arg]
    """A refusal: what is wrong and what to do; for a manifest also where."""

    error = CharField()
    line = IntegerField(required=False)
    column = IntegerField(required=False)


class HeadSerializer(Serializer):  # type: ignore[type-arg]
    """The furthest moment of a branch."""

    now = IntegerField(help_text="virtual time in µs")
    event = IntegerField()


class BranchSerializer(Serializer):  # type: ignore[type-arg]
    """A branch: the event at which it left its parent, and its head."""

    name = CharField()
    parent = CharField(allow_blank=True)  # type: ignore[assignment]  # DRF takes fields out of the class
    fork_number = IntegerField()
    fork_at = IntegerField()
    head_number = IntegerField()
    head_at = IntegerField()


class RunSerializer(Serializer):  # type: ignore[type-arg]
    """A run and where its playhead is."""

    id = CharField()
    title = CharField(allow_blank=True)
    seed = CharField(help_text="decimal: 64 bits do not fit a JavaScript number")
    now = IntegerField(help_text="virtual time of the playhead in µs")
    event = IntegerField(help_text="number of the last event that ran")
    head = HeadSerializer()
    branch = CharField()
    branches = BranchSerializer(many=True)
    playing = BooleanField()
    speed = FloatField(help_text="0: as fast as possible")
    mode = ChoiceField(choices=["live", "paused", "past"])
    state_hash = CharField(help_text="equal for equal histories, on any machine")
    engine = CharField()
    counts = DictField(child=IntegerField())
    links = DictField(child=CharField())


class NewRunAnswerSerializer(RunSerializer):
    """A run that was just started. The token is shown this once: Authorization: Bearer …"""

    token = CharField()


class RunListSerializer(Serializer):  # type: ignore[type-arg]
    """The runs of this browser, newest first."""

    items = RunSerializer(many=True)


class ClockAnswerSerializer(RunSerializer):
    """The run after a clock call. `advance` says whether it got there, and whether its condition held."""

    reached = BooleanField(required=False)
    held = BooleanField(required=False)


class ResultSerializer(Serializer):  # type: ignore[type-arg]
    """One object of a command: what kubectl prints; `error` is Kubernetes' reason, "" if there is none."""

    object = CharField(allow_blank=True)
    message = CharField()
    error = CharField(allow_blank=True)


class CommandAnswerSerializer(Serializer):  # type: ignore[type-arg]
    """A command's results per object; `answered` is false while the control plane has not answered."""

    results = ResultSerializer(many=True)
    answered = BooleanField()
    event = IntegerField()
    now = IntegerField()
    branch = CharField()


class ObjectsSerializer(Serializer):  # type: ignore[type-arg]
    """Kubernetes objects."""

    items = ListField(child=JSONField())


class TraceEntrySerializer(Serializer):  # type: ignore[type-arg]
    """Something that happened: a message id with parameters, and in words."""

    number = IntegerField(help_text="event number")
    at = IntegerField(help_text="µs")
    cause = IntegerField(help_text="number of the event that caused it, 0: a user, a fault or the start")
    actor = CharField()
    id = CharField()
    params = DictField()
    text = CharField()


class EventsSerializer(Serializer):  # type: ignore[type-arg]
    """Trace entries in order. Those after `event`, the playhead, are the recorded future up to `head`."""

    items = TraceEntrySerializer(many=True)
    event = IntegerField()
    head = IntegerField()
    next = IntegerField(allow_null=True, help_text="ask again with since= this; null: that was all")


class DensitySerializer(Serializer):  # type: ignore[type-arg]
    """How busy each stretch of the run was: `counts` of entries in equal parts of 0…`span`, and what a strip marks."""

    span = IntegerField(help_text="µs: time of the head")
    entries = IntegerField()
    counts = ListField(child=IntegerField())
    marks = TraceEntrySerializer(many=True)


class WhySerializer(Serializer):  # type: ignore[type-arg]
    """A chain of causes, oldest first."""

    object = CharField(allow_blank=True)
    event = IntegerField()
    chain = TraceEntrySerializer(many=True)


class ShareAnswerSerializer(Serializer):  # type: ignore[type-arg]
    """What a link captures."""

    slug = CharField()
    url = CharField()
    title = CharField(allow_blank=True)
    branch = CharField()
    event = IntegerField()
    at = IntegerField()
    state_hash = CharField()
    engine = CharField()
    commands = IntegerField(required=False)
    view = DictField()


class OpenedShareSerializer(NewRunAnswerSerializer):
    """The reader's own copy. `same_history` is false if this engine's replay differs from what the author saw."""

    share = ShareAnswerSerializer()
    same_history = BooleanField()


class PromisedRunSerializer(Serializer):  # type: ignore[type-arg]
    """The reader's own copy, which is built when its stream or one of its calls is asked for."""

    id = CharField()
    title = CharField(allow_blank=True)
    links = DictField(child=CharField())
    token = CharField()
    share = ShareAnswerSerializer()


class ScenarioSerializer(Serializer):  # type: ignore[type-arg]
    """A scenario that comes with the explorer; texts by language."""

    id = CharField()
    title = DictField(child=CharField())
    about = DictField(child=CharField())
    nodes = IntegerField()


class JourneySerializer(Serializer):  # type: ignore[type-arg]
    """A packet's way: see `Journey` in frontend/src/protocol.ts for every field."""

    source = CharField()  # type: ignore[assignment]  # DRF takes fields out of the class
    target = CharField()
    protocol = CharField()
    port = IntegerField()
    result = CharField(help_text="delivered, dropped or rejected")
    reason = DictField()
    request = ListField(child=DictField())
    reply = ListField(child=DictField(), help_text="the first answer; empty if there is none")


class NodeNetworkSerializer(Serializer):  # type: ignore[type-arg]
    """What is programmed in a machine's kernel, as its own tools print it."""

    node = CharField()
    interfaces = ListField(child=DictField())
    routes = ListField(child=CharField())
    neighbours = ListField(child=CharField())
    fdb = ListField(child=CharField())
    sysctls = DictField(child=IntegerField())
    iptables = CharField()


class TrafficSerializer(Serializer):  # type: ignore[type-arg]
    """When a pod was an endpoint: {service, state: ready | terminating | not-ready, begin, to} in µs, `to` null while it is so."""

    spans = ListField(child=DictField())


class UsageSerializer(Serializer):  # type: ignore[type-arg]
    """Consumption over time: rows {kind: node | pod | container, namespace, name, node, container, points: [[µs, nanocores, bytes] …],
    requests: [millicores, bytes], limits}."""

    step = IntegerField()
    scraped = IntegerField(
        allow_null=True, help_text="µs: when metrics-server looked last, if the points are its samples"
    )
    rows = ListField(child=DictField())


class LogsSerializer(Serializer):  # type: ignore[type-arg]
    """What the cluster's log store found: lines {at, namespace, pod, container, node, stream, text, start, number}, oldest first."""

    now = IntegerField(help_text="µs")
    store = CharField(allow_blank=True, help_text="the pod that answered; empty: no store is Ready")
    node = CharField(allow_blank=True)
    lines = ListField(child=DictField())
    matched = IntegerField()
    kept = IntegerField()
    taken = IntegerField()
    kept_max = IntegerField()
    retention = IntegerField(help_text="µs")
    behind = ListField(child=CharField(), help_text="nodes whose collector does not run")


class AddOnsSerializer(Serializer):  # type: ignore[type-arg]
    """Add-ons: {name, built_in, installed, ready, manifest}; `url` of the dashboard's entry is this run's page."""

    items = ListField(child=DictField())


class SchedulingSerializer(Serializer):  # type: ignore[type-arg]
    """One entry per scheduler: {scheduler, process, counts, active, backoff, unschedulable, gated, nominated, decided}."""

    now = IntegerField(help_text="µs")
    schedulers = ListField(child=DictField())


class DecisionSerializer(Serializer):  # type: ignore[type-arg]
    """One decision: who refused which node and why, scores (raw, 0…100, weighted) by plugin, the tie, preemption, the steps."""

    pod = CharField()
    at = IntegerField(help_text="µs")
    attempt = IntegerField()
    scheduler = CharField()
    node = CharField(allow_null=True)
    message = CharField(allow_blank=True)
    pre_filter = ListField(child=DictField())
    nodes = ListField(child=DictField(), help_text="at most 200: feasible ones by total, then refused ones")
    counts = DictField(child=IntegerField())
    reasons = ListField(child=DictField())
    weights = DictField(child=IntegerField())
    tied = ListField(child=CharField())
    drawn = CharField(allow_null=True)
    preemption = DictField(allow_null=True)
    steps = ListField(child=DictField())
    suggestions = DictField(help_text="by refused node: single changes that would make the pod fit there")


class ClientRequestSerializer(Serializer):  # type: ignore[type-arg]
    """One request of a client: see `ClientSeen` in frontend/src/protocol.ts."""

    number = IntegerField()
    at = IntegerField(help_text="µs of virtual time")
    method = CharField()
    path = CharField(help_text="below the run's address, with the query")
    user = CharField()
    agent = CharField(allow_blank=True)
    verb = CharField(allow_blank=True)
    resource = CharField(allow_blank=True)
    subresource = CharField(allow_blank=True)
    namespace = CharField(allow_blank=True)
    name = CharField(allow_blank=True)
    code = IntegerField()
    write = BooleanField()
    command = IntegerField(allow_null=True, help_text="place in the command log, for a write")
    ms = FloatField(help_text="how long the server took, in ms of wall time")


class RequestsSerializer(Serializer):  # type: ignore[type-arg]
    """What clients have asked of a run's Kubernetes API."""

    items = ClientRequestSerializer(many=True)
    missed = IntegerField()


class RevokedSerializer(Serializer):  # type: ignore[type-arg]
    """How many kubeconfigs have ended."""

    revoked = IntegerField()


class CandidatesSerializer(Serializer):  # type: ignore[type-arg]
    """What the word at the cursor may become, at most a hundred candidates."""

    word = CharField(allow_blank=True)
    candidates = ListField(child=CharField())


class TypedSerializer(Serializer):  # type: ignore[type-arg]
    """A line of the terminal: what it has printed, what it has asked the API server, how it ended (`code` null: it goes on)."""

    id = CharField()
    line = CharField()
    output = ListField(child=DictField(), help_text="[{text, error}]")
    next = IntegerField(help_text="how many lines it has printed")
    left_out = IntegerField(help_text="lines beyond the limit, which were not kept")
    done = BooleanField()
    waits = CharField(allow_blank=True, help_text="what it waits for: watch, pause, logs, attach")
    code = IntegerField(allow_null=True)
    objects = ListField(child=CharField(), help_text="what it was about, as kind/namespace/name")
    requests = ListField(child=DictField(), help_text="[{method, path, code, body, content_type}]")
    namespace = CharField(help_text="that of the terminal's context afterwards")
    session = DictField(allow_null=True, help_text="{prompt, tty} while one can type into it (POST …/input/)")
