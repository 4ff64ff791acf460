"""What a kubeconfig says: where the API server is, whom to trust, and nothing that would be run."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from explorer import certificates
from explorer.kubeapi import kubeconfig
from explorer.refusal import Refusal

SITE = "http://laptop.local:8000"


def written(variant: str = "token", site: str = SITE) -> Any:
    return yaml.safe_load(kubeconfig.written("abc", variant, site, "s3cret"))


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> certificates.Certificates:
    found = certificates.Certificates(tmp_path)
    monkeypatch.setattr(certificates, "served", found)
    return found


def test_https_of_this_server(ours: certificates.Certificates) -> None:
    before = ours.version
    found = written()
    cluster = found["clusters"][0]["cluster"]
    assert cluster["server"] == "https://laptop.local:8000/k8s/abc"
    assert base64.b64decode(cluster["certificate-authority-data"]) == ours.authority_pem()
    assert found["users"][0]["user"] == {"token": "s3cret"}
    assert found["contexts"][0]["context"]["namespace"] == "default"
    assert found["current-context"] == found["contexts"][0]["name"] == found["clusters"][0]["name"] == "orrery-abc"
    # The leaf got the name that the one who asked uses.
    assert ours.version == before + 1
    assert "exec" not in kubeconfig.written("abc", "token", SITE, "x")


def test_the_address_that_is_a_secret(ours: certificates.Certificates) -> None:
    for site in (SITE, "https://laptop.local:8000"):
        found = written("path", site)
        assert found["clusters"][0]["cluster"] == {"server": "http://laptop.local:8000/k8s-open/s3cret"}
        assert found["users"][0]["user"] == {}


def test_behind_a_proxy_that_ends_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLIC_URL", "https://orrery.example")
    assert written(site="https://orrery.example")["clusters"][0]["cluster"] == {
        "server": "https://orrery.example/k8s/abc"
    }
    assert written("path", "https://orrery.example")["clusters"][0]["cluster"]["server"].startswith("https://")


def test_without_tls_there_is_no_token(monkeypatch: pytest.MonkeyPatch, ours: certificates.Certificates) -> None:
    monkeypatch.setattr(settings, "PROXIES", 1)
    with pytest.raises(Refusal, match="variant=http"):
        written()
    monkeypatch.setattr(settings, "PROXIES", 0)
    monkeypatch.setattr(certificates, "served", None)
    with pytest.raises(Refusal, match="variant=http"):
        written()
