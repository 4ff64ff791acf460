"""What the REST calls accept. Unknown fields are refused by the views."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cluster_core.api import quantity
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import STORAGE

MANIFEST_MAX = 1024 * 1024
RUNTIME_MAX, INPUT_MAX, COMPLETED_MAX = 100, 64 * 1024, 4096
AMOUNT_MAX = 10**15
NOT_PARAMS = ("kind", "client_id", "in_past", "wait")


class NewRunSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST /api/v1/runs/."""

    scenario = serializers.CharField(required=False, allow_blank=True, max_length=100)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    config = serializers.DictField(required=False)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    play = serializers.BooleanField(required=False, default=False)

    def validate_config(self, value: dict[str, object]) -> dict[str, object]:
        """Only sizes; objects and scripts come with scenarios."""
        allowed: dict[str, type] = {
            "nodes": int,
            "node_cpu": str,
            "node_memory": str,
            "etcd_members": int,
            "runtime": str,
            "node_runtimes": dict,
            "shutdown_grace": int,
            "shutdown_grace_critical": int,
            "storage": list,
            "scheduler": dict,
        }
        for name, given in value.items():
            if name == "scheduler" and given is None:
                continue  # a cluster without kube-scheduler
            if name not in allowed:
                raise serializers.ValidationError(f"unknown setting {name!r}: expected some of {', '.join(allowed)}")
            if not isinstance(given, allowed[name]) or isinstance(given, bool):
                raise serializers.ValidationError(f"{name} must be a {allowed[name].__name__}")
            if name in ("node_cpu", "node_memory"):
                _check_size(name, str(given))
        storage = value.get("storage", [])
        if isinstance(storage, list) and any(name not in STORAGE for name in storage):
            raise serializers.ValidationError(f"storage: expected some of {', '.join(STORAGE)}")
        runtimes = value.get("node_runtimes", {})
        for runtime in (value.get("runtime", ""), *(runtimes.values() if isinstance(runtimes, dict) else ())):
            if not isinstance(runtime, str) or len(runtime) > RUNTIME_MAX:
                raise serializers.ValidationError(f"a runtime is a text of at most {RUNTIME_MAX} characters")
        return value


def _check_size(name: str, text: str) -> None:
    try:
        amount = quantity.parse(text)
    except ValueError as error:
        raise serializers.ValidationError(f"{name}: {text[:40]!r}: {error}") from error
    if not 0 < amount <= AMOUNT_MAX:
        raise serializers.ValidationError(f"{name}: {text[:40]!r} must be more than 0 and at most 1P")


class ClockSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/clock/."""

    action = serializers.CharField(max_length=20)
    at = serializers.IntegerField(required=False, allow_null=True)
    event = serializers.IntegerField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False)
    unit = serializers.CharField(required=False, max_length=20)
    factor = serializers.FloatField(required=False, allow_null=True)
    by = serializers.CharField(required=False, max_length=40)
    until = serializers.CharField(required=False, max_length=500)
    limit = serializers.CharField(required=False, max_length=40)


class CommandSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/commands/."""

    kind = serializers.CharField(max_length=20)
    client_id = serializers.CharField(required=False, allow_blank=True, max_length=80)
    manifest = serializers.CharField(required=False, max_length=MANIFEST_MAX, trim_whitespace=False)
    resource = serializers.CharField(required=False, max_length=253)
    workload = serializers.CharField(required=False, max_length=253)
    selector = serializers.JSONField(required=False)
    millicores = serializers.IntegerField(required=False)
    per_pod = serializers.IntegerField(required=False)
    memory = serializers.CharField(required=False, max_length=64)
    container = serializers.CharField(required=False, max_length=253)
    curve = serializers.ListField(child=serializers.ListField(max_length=2), required=False, max_length=100)
    repeat = serializers.BooleanField(required=False)
    namespace = serializers.CharField(required=False, allow_blank=True, max_length=253)
    name = serializers.CharField(required=False, max_length=253)
    replicas = serializers.IntegerField(required=False, min_value=-(2**31), max_value=2**63 - 1)
    grace_period = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    fault = serializers.CharField(required=False, max_length=40)
    target = serializers.CharField(required=False, allow_blank=True, max_length=253)
    cpu = serializers.CharField(required=False, max_length=64)
    labels = serializers.DictField(child=serializers.CharField(max_length=63, allow_blank=True), required=False)
    critical = serializers.IntegerField(required=False, min_value=0, max_value=3_600)
    in_past = serializers.ChoiceField(choices=["fork", "head", "refuse"], required=False, default="fork")
    wait = serializers.BooleanField(required=False, default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Read the manifest here, in the request's thread: a large one takes longer than a slice of the event loop."""
        params = {name: value for name, value in attrs.items() if name not in NOT_PARAMS and value is not None}
        attrs["command"] = Command(attrs["kind"], params, client_id=attrs.get("client_id", "")).parsed()
        return attrs


class PacketSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/packets/."""

    to = serializers.CharField(max_length=300)
    protocol = serializers.ChoiceField(choices=["tcp", "udp", "icmp"], default="tcp")
    port = serializers.IntegerField(required=False, default=80, min_value=1, max_value=65535)
    attempt = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**31 - 1, help_text="another number gives other draws"
    )


# "from" is a Python keyword, so it cannot be written as a class attribute.
PacketSerializer._declared_fields["from"] = serializers.CharField(max_length=300)


class LineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/terminal/."""

    line = serializers.CharField(max_length=MANIFEST_MAX, trim_whitespace=False)
    namespace = serializers.CharField(required=False, default="default", max_length=63)


class CompletionSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/terminal/complete/."""

    line = serializers.CharField(max_length=COMPLETED_MAX, trim_whitespace=False, allow_blank=True)
    cursor = serializers.IntegerField(required=False, min_value=0, help_text="default: the end of the line")
    namespace = serializers.CharField(required=False, default="default", max_length=63)


class InputSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/terminal/<line>/input/."""

    text = serializers.CharField(max_length=INPUT_MAX, trim_whitespace=False, allow_blank=True, default="")
    eof = serializers.BooleanField(default=False)
    since = serializers.IntegerField(default=0, min_value=0, help_text="lines that are known already")


class ForkSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST …/forks/."""

    event = serializers.IntegerField(required=False, min_value=0)
    branch = serializers.CharField(required=False, max_length=80)


class ShareSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST /api/v1/shares/."""

    run = serializers.CharField(max_length=24)
    branch = serializers.CharField(required=False, allow_blank=True, max_length=80)
    event = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    view = serializers.CharField(required=False, allow_blank=True, max_length=40)
    selection = serializers.CharField(required=False, allow_blank=True, max_length=300)
    language = serializers.CharField(required=False, allow_blank=True, max_length=20)


class OpenShareSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """POST /api/v1/shares/{slug}/."""

    wait = serializers.BooleanField(required=False, default=True)
