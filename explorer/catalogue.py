"""Sentences for trace entries, from the browser's own catalogues: one text for both."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from django.conf import settings

from cluster_core.sim.trace import TraceEntry

_PLACE = re.compile(r"\{(\w+)\}")


def language(request: Any) -> str:
    """?lang= or Accept-Language: "en" or "zh-Hans"."""
    given = request.query_params.get("lang") or request.headers.get("Accept-Language", "en")
    return "zh-Hans" if given.lower().startswith("zh") else "en"


def sentence(lang: str, entry: TraceEntry) -> str:
    """The entry in words; an id without a sentence is shown with its parameters."""
    template = _catalogue(lang).get(f"trace.{entry.message_id}")
    if template is None:
        facts = ", ".join(f"{name}={value}" for name, value in entry.params.items() if not isinstance(value, dict))
        return f"{entry.actor}: {entry.message_id} ({facts})"
    values = {"actor": entry.actor, **entry.params}
    return _PLACE.sub(lambda match: str(values.get(match[1], match[0])), template)


@cache
def _catalogue(lang: str) -> dict[str, str]:
    path = settings.BASE_DIR / "frontend" / "src" / "i18n" / f"{lang}.json"
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
