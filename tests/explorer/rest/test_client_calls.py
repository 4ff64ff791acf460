"""The kubeconfig of a run, and the requests of its clients, over REST."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from explorer import certificates
from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def test_the_owner_gets_a_kubeconfig(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "served", certificates.Certificates(tmp_path))
    run = await api.run()
    for path in (f"runs/{run['id']}/kubeconfig", f"runs/{run['id']}/kubeconfig/"):
        answer = await api.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/yaml"
        assert answer.headers["Cache-Control"] == "no-store"
        assert f"orrery-{run['id']}.yaml" in answer.headers["Content-Disposition"]
        assert (
            yaml.safe_load(answer.content)["clusters"][0]["cluster"]["server"] == f"https://testserver/k8s/{run['id']}"
        )
    by_token = await Api(run["token"]).get(f"runs/{run['id']}/kubeconfig?variant=http")
    assert "/k8s-open/" in by_token.content.decode()
    assert (await api.client.delete(f"/api/v1/runs/{run['id']}/kubeconfig")).json() == {"revoked": 3}


async def test_what_cannot_be(api: Api) -> None:
    run = await api.run()
    assert (await api.get(f"runs/{run['id']}/kubeconfig/?variant=ftp")).status_code == 400
    refused = await api.get(f"runs/{run['id']}/kubeconfig/")
    assert refused.status_code == 409
    assert "variant=http" in refused.json()["error"]
    assert (await Api().get(f"runs/{run['id']}/kubeconfig/")).status_code == 403
    assert (await api.get("runs/nothing/kubeconfig/")).status_code == 404


async def test_requests_of_a_run_that_nobody_asked(api: Api) -> None:
    run = await api.run()
    assert (await api.get(f"runs/{run['id']}/requests/")).json() == {"items": [], "missed": 0}
