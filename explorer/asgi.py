"""The ASGI application: HTTP by Django, WebSockets by Channels, with an allow-list of origins."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.settings")
http = get_asgi_application()

from explorer.consumers import RunConsumer  # noqa: E402
from explorer.security import BodyLimit  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": BodyLimit(http),
        "websocket": AllowedHostsOriginValidator(URLRouter([path("ws/v1/runs/<slug:run_id>/", RunConsumer.as_asgi())])),
    }
)
