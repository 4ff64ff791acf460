"""Pages and health. Every page is the same application with other boot data."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from explorer import owner, runs
from explorer.models import Run, Share

LIVE_RUNS = Gauge("orrery_live_runs", "Runs in memory")
VIEWERS = Gauge("orrery_viewers", "Connected browsers")


def landing(request: HttpRequest) -> HttpResponse:
    """A running cluster."""
    return _page(request, {"page": "landing", "run": ""})


def run(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run."""
    try:
        live = async_to_sync(runs.find)(run_id)
    except runs.UnknownRun:
        return not_found(request)
    token, cookie = owner.owner_of_request(request)
    role = "owner" if runs.may_change(Run.objects.get(pk=run_id), token, cookie) else "viewer"
    return _page(request, {"page": "run", "run": live.id, "role": role})


def share(request: HttpRequest, slug: str) -> HttpResponse:
    """A link: the page opens it as the reader's own copy."""
    if not Share.objects.filter(pk=slug).exists():
        return not_found(request)
    return _page(request, {"page": "share", "run": "", "share": slug})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page."""
    if request.path.startswith("/api/"):
        return JsonResponse({"error": "no such address"}, status=404)
    return _page(request, {"page": "missing", "run": ""}, 404)


def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return HttpResponse(f"database: {error}", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus."""
    LIVE_RUNS.set(len(runs.live_runs()))
    VIEWERS.set(sum(len(live.hub.viewers) for live in runs.live_runs()))
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _page(request: HttpRequest, boot: dict[str, Any], status: int = 200) -> HttpResponse:
    given = request.COOKIES.get("orrery_lang") or request.headers.get("Accept-Language", "en")
    boot["lang"] = "zh-Hans" if given.lower().startswith("zh") else "en"
    return render(request, "explorer/page.html", {"boot": boot}, status=status)
