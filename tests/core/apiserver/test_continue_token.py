"""Continue tokens: there and back, and what is refused in which words."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.apiserver.continue_token import ANY_REVISION, begin_at, decode, encode


def token(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_there_and_back() -> None:
    start, revision = decode(encode("default/web", 17))
    assert ("default/web" < start < "default/web-1", revision) == (True, 17)
    assert decode(begin_at("web\0", ANY_REVISION)) == ("web\0", -1)


def test_it_is_upstreams_encoding() -> None:
    assert encode("a", 5) == "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiJhXHUwMDAwIn0"


GOOD = {"v": "meta.k8s.io/v1", "rv": 5, "start": "a"}
REFUSED = [
    ("!", "illegal base64 data at input byte 0"),
    ("abc$", "illegal base64 data at input byte 3"),
    ("a", "illegal base64 data at input byte 1"),
    ("YWJj", "invalid character"),
    (token([1]), "cannot unmarshal"),
    (token({**GOOD, "v": "v2"}), "continue key is not valid: server does not recognize this encoded version v2"),
    (token({**GOOD, "rv": 0}), "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"),
    (token({**GOOD, "rv": "5"}), "cannot unmarshal"),
    (token({**GOOD, "rv": True}), "cannot unmarshal"),
    (token({**GOOD, "rv": 2**64}), "incorrect encoded start resourceVersion"),
    (token({**GOOD, "start": ""}), "encoded start key empty (version meta.k8s.io/v1)"),
    (token({**GOOD, "start": 7}), "cannot unmarshal"),
    (token({**GOOD, "start": "../secrets/x"}), "continue key is not valid: ../secrets/x"),
    (token({**GOOD, "start": "a//b"}), "continue key is not valid: a//b"),
    (token({**GOOD, "start": "//a"}), "continue key is not valid: //a"),
]


@pytest.mark.parametrize(("given", "words"), REFUSED)
def test_what_is_refused(given: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        decode(given)
    assert (caught.value.code, caught.value.reason) == (400, "BadRequest")
    assert caught.value.message.startswith("invalid continue token: continue key is not valid")
    assert words in caught.value.message
