"""Start the server: database, pages, streams; prints the address and opens it."""

from __future__ import annotations

import os
import threading
import webbrowser
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """manage.py up [--port N] [--host H] [--no-browser]."""

    help = "Prepare the database and serve Orrery."

    def add_arguments(self, parser: Any) -> None:
        """The options."""
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--no-browser", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until stopped."""
        call_command("migrate", verbosity=0)
        from explorer.asgi import application

        host, port = options["host"], options["port"]
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host
        url = f"http://{shown}:{port}/"
        self.stdout.write(f"Orrery is at {url} (Ctrl+C stops it)")
        self.stdout.flush()
        if not options["no_browser"]:
            threading.Timer(1.0, webbrowser.open, [url]).start()
        server = Server(
            application=application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            websocket_timeout=86_400,
            ping_interval=20,
            ping_timeout=30,
        )
        server.run()
