"""Sentences for trace entries, from `messages/`, which the browser's bundle is built with too: one text for both.

The rules are those of `frontend/src/i18n/catalog.ts`: `{name}` or `{name:format}`, and a sentence of its own for one kind of
command or fault ("command.given.apply").
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from cluster_core.sim.trace import TraceEntry

FOLDER = Path(__file__).parent / "messages"
LANGUAGES = ("en", "zh-Hans")
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_DEFAULT_FORMATS = {"object": "name", "pod": "name", "user": "user"}


def language(request: Any) -> str:
    """?lang= or Accept-Language: "en" or "zh-Hans"."""
    given = request.query_params.get("lang") or request.headers.get("Accept-Language", "en")
    return "zh-Hans" if given.lower().startswith("zh") else "en"


def sentence(lang: str, entry: TraceEntry) -> str:
    """The entry in words."""
    return tell(lang, entry.message_id, entry.params)


def tell(lang: str, message_id: str, params: dict[str, Any]) -> str:
    """A message in words; an id without a sentence is shown with its parameters."""
    sentences = messages(lang)
    variant = f"{message_id}.{params.get('kind', params.get('fault', ''))}"
    template = sentences.get(variant) or sentences.get(message_id)
    if template is None:
        facts = ", ".join(f"{name}={_shown(value)}" for name, value in params.items())
        return f"{message_id} ({facts})" if facts else message_id
    text = _PLACE.sub(lambda match: _formatted(match[1], params.get(match[1]), match[2]), template)
    return re.sub(" {2,}", " ", text).strip()


@cache
def messages(lang: str) -> dict[str, str]:
    """The sentences of a language by message id."""
    found: dict[str, str] = json.loads((FOLDER / f"{lang}.json").read_text(encoding="utf-8"))
    return found


def span(us: int) -> str:
    """A length of time in the unit that reads best: "85 µs", "1.4 ms", "6.40 s", "4 min 10 s", "2 h 5 min", "3 d 4 h"."""
    if us < 1_000:
        return f"{us} µs"
    if us < 100_000:
        return f"{us / 1_000:.1f} ms"
    if us < 100_000_000:
        return f"{us / 1e6:.2f} s"
    minutes, seconds = divmod(round(us / 1e6), 60)
    hours, days = minutes // 60, minutes // 1440
    if hours < 1:
        return f"{minutes} min {seconds} s"
    return f"{hours} h {minutes % 60} min" if days < 1 else f"{days:,} d {hours % 24} h"


def moment(us: int) -> str:
    """A moment as the time bar shows it: "42.180 s", "1:02:03.456", "3 d 04:05:06.789"."""
    if us < 3_600_000_000:
        return f"{us / 1e6:.3f} s"
    minutes, ms = divmod(us // 1_000, 60_000)
    hours, days = minutes // 60, minutes // 1440
    begin = f"{days:,} d {hours % 24:02}" if days else str(hours)
    return f"{begin}:{minutes % 60:02}:{ms / 1_000:06.3f}"


def size(count: int) -> str:
    """A number of bytes in the units of `docker images`."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1e3:.1f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1_000_000_000 else f"{count / 1e9:.2f} GB"


def short_user(user: str) -> str:
    """A user of the API as the program that it is."""
    if user.startswith("system:node:"):
        return f"kubelet/{user.removeprefix('system:node:')}"
    return user.rpartition(":")[2] if user.startswith("system:") else user


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, bool | dict) or value is None:
        return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


FORMATS: dict[str, Callable[[Any], str]] = {
    "plain": _shown,
    "path": _shown,
    "user": lambda value: short_user(_shown(value)),
    "name": lambda value: _shown(value).rpartition("/")[2],
    "span": span,
    "at": moment,
    "bytes": size,
    "flag": lambda value: f"-n {_shown(value)}" if value not in ("", "default") else "",
    "sub": lambda value: f"/{_shown(value)}" if value else "",
}


def _formatted(name: str, value: Any, wanted: str | None) -> str:
    if value is None:
        return ""
    return FORMATS[wanted or _DEFAULT_FORMATS.get(name, "plain")](value)
