"""How a REST call is carried out.

Django and DRF check the request in a thread; the body of every call is a coroutine that runs on the event loop, the only
place where live runs are touched. `view` makes one DRF view of the calls of an address.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import ParseError, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from explorer import catalogue, owner, runs, security
from explorer.live import LiveRun
from explorer.rest.answers import ErrorSerializer

NUMBER_DIGITS_MAX = 15


@dataclass(slots=True)
class Asked:
    """A checked request: what was given, who asks, and in which language."""

    request: Request
    given: dict[str, Any]

    @property
    def language(self) -> str:
        """ "en" or "zh-Hans"."""
        return catalogue.language(self.request)

    @property
    def cookie(self) -> str:
        """The browser's owner cookie, or ""."""
        return self.request.COOKIES.get(owner.COOKIE, "")

    @property
    def address(self) -> str:
        """The visitor's address."""
        headers = {name.lower(): value for name, value in self.request.headers.items()}
        return security.client_address(headers, self.request.META.get("REMOTE_ADDR", ""))

    @property
    def site(self) -> str:
        """What links begin with: the public address of the settings, or the one this request came to."""
        site: str = settings.PUBLIC_URL or self.request.build_absolute_uri("/").rstrip("/")
        return site

    def text(self, name: str) -> str:
        """A query parameter, or ""."""
        value: str = self.request.query_params.get(name, "")
        return value

    def number(self, name: str, default: int) -> int:
        """A query parameter that counts something."""
        text = self.request.query_params.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > NUMBER_DIGITS_MAX:
            raise ParseError(f"{name} must be a whole number")
        return int(text)

    async def run(self, run_id: str) -> LiveRun:
        """The run of an id, at a moment that may be shown."""
        live = await runs.find(run_id)
        await live.settled()
        return live

    async def own_run(self, run_id: str) -> LiveRun:
        """The run of an id, if the one who asks may change it."""
        live = await runs.find(run_id)
        if not runs.may_change(live, *owner.owner_of_request(self.request._request)):
            raise PermissionDenied(
                "only the browser that started this run, or its token, may change it; open a share link for your own copy"
            )
        return live


@dataclass(slots=True)
class Call:
    """One method of one address: its coroutine, what it takes and what it answers (for the OpenAPI schema)."""

    method: str
    body: Callable[..., Awaitable[Response]]
    takes: Any = None
    answers: dict[int, Any] = field(default_factory=dict)
    query: tuple[OpenApiParameter, ...] = ()


def get(answers: Any, **query: str) -> Callable[[Callable[..., Awaitable[Response]]], Call]:
    """A call that reads. `query` describes its parameters."""
    parameters = tuple(OpenApiParameter(name, str, description=text) for name, text in query.items())
    return lambda body: Call("GET", body, None, {200: answers}, parameters)


def post(
    takes: Any, answers: Any, status: int = 200, others: dict[int, Any] | None = None
) -> Callable[[Callable[..., Awaitable[Response]]], Call]:
    """A call that changes something. `others` are answers with other statuses."""
    return lambda body: Call("POST", body, takes, {status: answers, **(others or {})})


def delete(answers: Any) -> Callable[[Callable[..., Awaitable[Response]]], Call]:
    """A call that takes something away."""
    return lambda body: Call("DELETE", body, None, {200: answers})


def view(*calls: Call) -> Any:
    """The view of an address."""
    by_method = {call.method: call for call in calls}

    @api_view([*by_method, *(["HEAD"] if "GET" in by_method else [])])
    def one_view(request: Request, /, **place: str) -> Response:
        call = by_method["GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)]
        asked = Asked(request, _checked(call.takes, request) if call.takes else {})
        return async_to_sync(call.body)(asked, **place)

    for call in calls:
        one_view = extend_schema(
            methods=[call.method],
            operation_id=call.body.__name__,
            description=call.body.__doc__,
            parameters=list(call.query),
            request=call.takes,
            responses={**call.answers, **dict.fromkeys(_refusals(call), ErrorSerializer)},
        )(one_view)
    return one_view


def unlisted(*calls: Call) -> Any:
    """The view of another spelling of an address, which the OpenAPI schema leaves out."""
    return extend_schema(exclude=True)(view(*calls))


def _refusals(call: Call) -> tuple[int, ...]:
    return (400, 403, 404, 409, 413, 429, 503) if call.method == "POST" else (400, 404, 503)


def _checked(serializer: Any, request: Request) -> dict[str, Any]:
    data = request.data
    if not isinstance(data, dict):
        raise ParseError("expected a JSON object")
    unknown = sorted(set(data) - set(serializer().fields))
    if unknown:
        raise ValidationError({str(name)[:80]: "unknown field" for name in unknown[:10]})
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found
