"""Conversion between versions."""

from __future__ import annotations

from cluster_core.api.structural.conversion_definition import validate_conversion

URL = {"url": "https://example.com"}


def texts(conversion: dict[str, object] | None) -> list[str]:
    return [cause.text() for cause in validate_conversion(conversion)]


def test_none() -> None:
    assert texts(None) == texts({"strategy": "None"}) == []
    assert texts({"strategy": "Odd"}) == [
        'spec.conversion.strategy: Unsupported value: "Odd": supported values: "None", "Webhook"'
    ]
    assert texts({"strategy": "None", "webhook": {"clientConfig": URL, "conversionReviewVersions": ["v1"]}}) == [
        "spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook",
        "spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook",
    ]


def test_webhooks() -> None:
    assert texts({"strategy": "Webhook", "webhook": {"clientConfig": URL, "conversionReviewVersions": ["v1"]}}) == []
    assert texts({"strategy": "Webhook"}) == [
        "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
        "spec.conversion.conversionReviewVersions: Required value",
    ]
    both = {**URL, "service": {"name": "a", "namespace": "b"}}
    assert (
        "exactly one of url or service is required"
        in texts({"strategy": "Webhook", "webhook": {"clientConfig": both}})[0]
    )
    service = {"service": {"name": "a", "port": 0}}
    found = texts(
        {"strategy": "Webhook", "webhook": {"clientConfig": service, "conversionReviewVersions": ["v2", "v2"]}}
    )
    assert [text.partition(":")[0] for text in found] == [
        "spec.conversion.webhookClientConfig.service.namespace",
        "spec.conversion.webhookClientConfig.service.port",
        "spec.conversion.conversionReviewVersions[1]",
        "spec.conversion.conversionReviewVersions",
    ]
