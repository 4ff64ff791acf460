"""Pages and health. Every page is the same application with other boot data; none of them creates or rebuilds a run."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from drf_spectacular.views import SpectacularSwaggerSplitView
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from explorer import metrics, owner, runs
from explorer.models import Run, Share

WELCOME = "welcome"


def landing(request: HttpRequest) -> HttpResponse:
    """A running cluster: this browser's welcome run if it has one; else `run` is "" and the page starts one."""
    mine = _welcome_run(request)
    role = "owner" if mine else "viewer"
    return _page(request, {"page": "landing", "run": mine, "role": role})


def run(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run."""
    row = Run.objects.filter(pk=run_id).first()
    if row is None:
        return not_found(request)
    role = "owner" if runs.may_change(row, *owner.owner_of_request(request)) else "viewer"
    return _page(request, {"page": "run", "run": row.id, "role": role})


def share(request: HttpRequest, slug: str) -> HttpResponse:
    """A link: the page opens it as the reader's own copy."""
    if not Share.objects.filter(pk=slug).exists():
        return not_found(request)
    return _page(request, {"page": "share", "run": "", "role": "viewer", "share": slug})


class Docs(SpectacularSwaggerSplitView):
    """The documentation of the REST API; its script comes from an address of its own, as the policy asks."""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page; a page address without its last slash is put right."""
    if request.path.startswith("/api/"):
        return JsonResponse({"error": "no such address: /api/docs/ lists them; each ends with a slash"}, status=404)
    if request.method == "GET" and _resolves(request.path + "/"):
        return HttpResponsePermanentRedirect(request.path + "/")
    return _page(request, {"page": "missing", "run": "", "role": "viewer"}, 404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that Django refuses, such as one for a host that is not served."""
    return _plain(request, 400, "bad request: is this host in ORRERY_ALLOWED_HOSTS?")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that is not allowed."""
    return _plain(request, 403, "this is not allowed")


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect of ours: it is in the server's log."""
    return _plain(request, 500, "the server made a mistake; it has been logged")


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


def prometheus(_request: HttpRequest) -> HttpResponse:
    """What Prometheus scrapes."""
    live = runs.live_runs()
    metrics.LIVE_RUNS.set(len(live))
    metrics.PLAYING_RUNS.set(sum(one.playing for one in live))
    metrics.VIEWERS.set(sum(len(one.hub.viewers) for one in live))
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _welcome_run(request: HttpRequest) -> str:
    cookie = request.COOKIES.get(owner.COOKIE, "")
    if not cookie:
        return ""
    mine = Run.objects.filter(owner_hash=runs.hashed(cookie), scenario=WELCOME).order_by("-used")
    return mine.values_list("id", flat=True).first() or ""


def _resolves(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _plain(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"error": sentence}, status=status)
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain")


def _page(request: HttpRequest, boot: dict[str, Any], status: int = 200) -> HttpResponse:
    given = request.COOKIES.get("django_language") or request.headers.get("Accept-Language", "en")
    boot["lang"] = "zh-Hans" if given.lower().startswith("zh") else "en"
    return render(request, "explorer/page.html", {"boot": boot}, status=status)
