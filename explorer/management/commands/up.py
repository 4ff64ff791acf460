"""Start the server: database, pages, streams; prints the address and opens it."""

from __future__ import annotations

import errno
import os
import threading
import webbrowser
from typing import Any
from urllib.parse import urlsplit

# Before anything else of the server: daphne puts Twisted on asyncio.
from daphne.server import Server as _daphne  # noqa: F401  # isort: skip

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")
# On the loopback address there is one visitor, who may do what they like with their own machine.
LOCAL_PER_HOUR = 10_000


class Command(BaseCommand):
    """manage.py up [--port N] [--host H] [--allowed-hosts a,b] [--no-browser]."""

    help = "Prepare the database and serve Orrery."

    def add_arguments(self, parser: Any) -> None:
        """The options."""
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"), help="default: $PORT, or 8000")
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 serves other machines too")
        parser.add_argument("--allowed-hosts", default="", help="names this server is called by, with commas")
        parser.add_argument("--no-browser", action="store_true", help="do not open the page")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until stopped."""
        host, port = options["host"], options["port"]
        _settle_hosts(host, options["allowed_hosts"])
        _settle_limits(host)
        call_command("migrate", verbosity=0)
        from explorer import certificates, server
        from explorer.asgi import application

        if settings.TLS:
            certificates.served = certificates.Certificates(settings.VAR / "tls", _names(host))
        try:
            listener = server.listen(host, port)
        except OSError as error:
            raise CommandError(_sentence(error, host, port)) from error
        url = f"http://{'localhost' if host in ANY + LOOPBACK else host}:{listener.getsockname()[1]}/"
        self.stdout.write(f"Orrery is at {url} (Ctrl+C stops it)")
        self.stdout.flush()
        if not options["no_browser"]:
            opener = threading.Timer(0.5, webbrowser.open, [url])
            opener.daemon = True
            opener.start()
        server.Server(application, listener, certificates.served).run()
        self.stdout.write("Orrery has stopped; every run is saved.")


def _settle_hosts(host: str, allowed: str) -> None:
    """Which Host headers are answered. On an open address, unless names are given, any: a machine has many names."""
    if allowed:
        settings.ALLOWED_HOSTS = [*allowed.split(","), "localhost", "127.0.0.1", "[::1]"]
    elif "ORRERY_ALLOWED_HOSTS" not in os.environ and host not in LOOPBACK:
        settings.ALLOWED_HOSTS = ["*"] if host in ANY else [*settings.ALLOWED_HOSTS, host]


def _names(host: str) -> list[str]:
    """What the certificate is for: the names that this server is called by, as far as they are known at the start."""
    public = urlsplit(settings.PUBLIC_URL).hostname
    allowed = ["*" + name if name.startswith(".") else name.strip("[]") for name in settings.ALLOWED_HOSTS]
    return [*([public] if public else []), *allowed, *([host] if host not in ANY else [])]


def _settle_limits(host: str) -> None:
    for name in ("RUNS_PER_HOUR", "SHARES_PER_HOUR"):
        if host in LOOPBACK and f"ORRERY_{name}" not in os.environ:
            setattr(settings, name, LOCAL_PER_HOUR)


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is in use: stop what uses it, or choose another with --port (for example --port {port + 1})"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights: choose one above 1023 with --port"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
