"""The ASGI application: HTTP by Django, WebSockets by Channels, both behind their limits; before them the runs' Kubernetes API."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.settings")
http = get_asgi_application()

from explorer.consumers import RunConsumer, UnknownStream  # noqa: E402
from explorer.kubeapi.app import KubernetesApi  # noqa: E402
from explorer.origin import StreamOrigin  # noqa: E402
from explorer.security import BodyLimit  # noqa: E402
from explorer.upkeep import Upkeep  # noqa: E402

streams = URLRouter(
    [path("ws/v1/runs/<slug:run_id>/", RunConsumer.as_asgi()), path("<path:path>", UnknownStream.as_asgi())]
)
pages = ProtocolTypeRouter({"http": BodyLimit(http), "websocket": StreamOrigin(streams)})
application = Upkeep(KubernetesApi(pages))
