"""Calls about the clients of a run's Kubernetes API: the kubeconfig that lets them in, and what they have asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from explorer.kubeapi import credentials, kubeconfig
from explorer.rest.answers import RequestsSerializer, RevokedSerializer
from explorer.rest.call import Asked, delete, get

VARIANTS = {"": credentials.TOKEN, "https": credentials.TOKEN, "http": credentials.PATH}


@get(OpenApiTypes.STR, variant='"http": its address is the secret, for plain HTTP; default: HTTPS with a bearer token')
async def get_kubeconfig(asked: Asked, run_id: str) -> Any:
    """A new kubeconfig of a run, for kubectl and client libraries. It is shown this once; only the run's owner gets one."""
    live = await asked.own_run(run_id)
    variant = VARIANTS.get(asked.text("variant"))
    if variant is None:
        raise ParseError('variant must be "https" or "http"')
    # Refuses before anything is minted.
    kubeconfig.cluster(live.id, variant, asked.site, "")
    secret = await credentials.mint(live.id, variant)
    answer = HttpResponse(kubeconfig.written(live.id, variant, asked.site, secret), content_type="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="orrery-{live.id}.yaml"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@delete(RevokedSerializer)
async def revoke_kubeconfigs(asked: Asked, run_id: str) -> Response:
    """End every kubeconfig of a run; watches that are open end too."""
    live = await asked.own_run(run_id)
    count = await credentials.revoke(live.id)
    live.clients.hang_up()
    return Response({"revoked": count})


@get(RequestsSerializer)
async def list_requests(asked: Asked, run_id: str) -> Response:
    """The last requests of clients to the run's Kubernetes API, oldest first; `missed` came before them."""
    live = await asked.run(run_id)
    return Response({"items": live.clients.recent(), "missed": live.clients.count - len(live.clients.recent())})
