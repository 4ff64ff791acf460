"""Objects are encoded once, lists are put together from them."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from explorer.kubeapi import encodings
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import kube


def obj(number: int) -> dict[str, Any]:
    return {"kind": "X", "metadata": {"name": f"x-{number}"}, "text": "\u00e9\U0001f600<&>"}


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "_kept", type(encodings._kept)())
    monkeypatch.setattr(encodings, "_bytes", 0)


def test_an_object_is_encoded_once() -> None:
    one = obj(1)
    assert encodings.of(one) is encodings.of(one)
    assert json.loads(encodings.of(one)) == one
    assert encodings.of({**one}) is not encodings.of(one)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(encodings.of(obj(0)))
    monkeypatch.setattr(encodings, "BYTES_MAX", 5 * size + 3)
    objects = [obj(number) for number in range(1, 8)]
    for each in objects:
        encodings.of(each)
    assert len(encodings._kept) <= 5
    assert id(objects[-1]) in encodings._kept and id(objects[0]) not in encodings._kept
    monkeypatch.setattr(encodings, "OBJECT_BYTES_MAX", 10)
    large = obj(9)
    assert json.loads(encodings.of(large)) == large
    assert id(large) not in encodings._kept


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [0, 1, 3, encodings.AT_ONCE + 5])
async def test_lists(count: int) -> None:
    body = {"kind": "XList", "metadata": {"resourceVersion": "1"}, "items": [obj(number) for number in range(count)]}
    assert json.loads(await encodings.whole(body)) == body
    assert json.loads(await encodings.whole(body)) == body
    assert json.loads(await encodings.whole({"items": body["items"]})) == {"items": body["items"]}


@pytest.mark.asyncio
async def test_large_answers_are_gzipped_for_who_takes_that(api: Api) -> None:
    client = await kube(api, (await api.run())["id"])
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "y" * 200_000}}
    await client.ask("POST", "/api/v1/namespaces/default/configmaps", body)
    path = "/api/v1/namespaces/default/configmaps"
    zipped = await client.get(path, accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.body) < 20_000
    assert json.loads(gzip.decompress(zipped.body)) == (await client.get(path)).json
    assert "content-encoding" not in (await client.get("/api/v1/namespaces", accept_encoding="gzip")).headers
