"""Settings, all from the environment. SQLite (WAL) under var/ by default.

DATABASE_URL, ORRERY_VAR (where the database and the key are), ORRERY_SECRET_KEY, ORRERY_ALLOWED_HOSTS, ORRERY_PUBLIC_URL (the
address that links begin with), ORRERY_ORIGINS (other origins whose pages may use this server, in full: https://host:port),
ORRERY_PROXIES (how many proxies in front are trusted to tell the visitor's address and scheme), ORRERY_TLS=0 (plain HTTP only: by
default the port of `manage.py up` speaks HTTPS too, with certificates of its own under tls/), and the limits below.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("ORRERY_VAR", BASE_DIR / "var"))
VAR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """From the environment, or made once and kept beside the database."""
    given = os.environ.get("ORRERY_SECRET_KEY")
    if given:
        return given
    path = VAR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = _listed("ORRERY_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = os.environ.get("ORRERY_PUBLIC_URL", "").rstrip("/")
ORIGINS = _listed("ORRERY_ORIGINS") + ([PUBLIC_URL] if PUBLIC_URL else [])
PROXIES = _number("ORRERY_PROXIES", 0)
TLS = os.environ.get("ORRERY_TLS", "1") != "0"

# Limits of this server. Runs in memory, all and of one owner:
LIVE_RUNS = _number("ORRERY_LIVE_RUNS", 40)
LIVE_RUNS_PER_OWNER = _number("ORRERY_LIVE_RUNS_PER_OWNER", 10)
VIEWERS_PER_RUN = _number("ORRERY_VIEWERS_PER_RUN", 500)
# What one address, and one owner, may create in an hour:
RUNS_PER_HOUR = _number("ORRERY_RUNS_PER_HOUR", 60)
SHARES_PER_HOUR = _number("ORRERY_SHARES_PER_HOUR", 30)
# A run that plays with nobody watching or asking stops after this; an idle one leaves the memory; an unused one is deleted.
IDLE_STOP_S = _number("ORRERY_IDLE_STOP_S", 600)
FORGET_AFTER_S = _number("ORRERY_FORGET_AFTER_S", 1800)
RUN_DAYS = _number("ORRERY_RUN_DAYS", 90)
# The Kubernetes API of a run. Requests a second over longer times, and at once:
CLIENT_QPS = _number("ORRERY_CLIENT_QPS", 100)
CLIENT_BURST = _number("ORRERY_CLIENT_BURST", 400)
# Open watches (k9s and Headlamp hold one for each kind that they show), streams (logs, exec, attach, port-forward), and requests under way, both per run:
WATCHES_PER_RUN = _number("ORRERY_WATCHES_PER_RUN", 200)
STREAMS_PER_RUN = _number("ORRERY_STREAMS_PER_RUN", 50)
CLIENT_REQUESTS_PER_RUN = _number("ORRERY_CLIENT_REQUESTS_PER_RUN", 100)
# Kubeconfigs of a run that are valid at the same time, and for how long one is:
KUBECONFIGS_PER_RUN = _number("ORRERY_KUBECONFIGS_PER_RUN", 20)
KUBECONFIG_DAYS = _number("ORRERY_KUBECONFIG_DAYS", 30)

INSTALLED_APPS = [
    "daphne",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "explorer",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "explorer.static_files.StaticFiles",
    "explorer.security.SecurityHeaders",
    "explorer.origin.OriginMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "explorer.urls"
ASGI_APPLICATION = "explorer.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{VAR / 'orrery.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, not memory: the storage thread has a connection of its own, also in tests.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / f"test-{os.getpid()}.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["explorer.rest.json.LimitedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "explorer.rest.errors.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Orrery",
    "DESCRIPTION": "Live, deterministic runs of a simulated Kubernetes cluster. Times are integer microseconds of virtual time.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
# The API never redirects: a POST to an address without its slash would arrive as a GET.
APPEND_SLASH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if PUBLIC_URL.startswith("https://"):
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
# W003: there are no sessions and no Django forms: changes are guarded by explorer.origin, a SameSite cookie and bearer tokens.
# W004, W008: TLS, where there is any, is ended in front of this server (ORRERY_PUBLIC_URL turns HSTS on).
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W008"] + (
    [] if PUBLIC_URL.startswith("https://") else ["security.W004"]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refused request is the visitor's news, not the operator's.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}
