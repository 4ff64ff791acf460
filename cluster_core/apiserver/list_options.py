"""What a list or a watch asks for beside its selectors: a revision, a page, how a watch begins.

Options come as the edge found them in a query (texts) or as programs write them (numbers, booleans). Upstream: apimachinery
`apis/meta/internalversion/{defaults,validation}`, `runtime/converter.go`; apiserver `storage/interfaces.go`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import Cause, bad_request, invalid, supported

EXACT, NOT_OLDER = "Exact", "NotOlderThan"
REVISION_MAX = 2**64 - 1
WITHOUT_REVISION = "resourceVersionMatch is forbidden unless resourceVersion is provided"
WITH_CONTINUE = "resourceVersionMatch is forbidden when continue is provided"
EXACT_ZERO = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
WITHOUT_EVENTS = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
NEEDS_MATCH = f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER}"


@dataclass(frozen=True, slots=True)
class ListOptions:
    """`revision` is 0 for none or "0" (`any_revision` tells which); `limit` 0 is all; `initial_events` as a watch begins."""

    revision: int = 0
    any_revision: bool = False
    match: str = ""
    limit: int = 0
    continues: str = ""
    initial_events: bool = False
    bookmarks: bool = False

    @property
    def exact(self) -> int:
        """The one revision that a list must be of, 0 for none. Of old, a page is of exactly the revision that it names."""
        wanted = self.match == EXACT or (not self.match and self.limit > 0)
        return self.revision if wanted else 0


NOTHING = ListOptions()
_READ = ("resource_version", "resource_version_match", "limit", "continue", "send_initial_events", "allow_bookmarks")


def list_options(options: dict[str, Any]) -> ListOptions:
    """The options of a list. Raises 400 for what cannot be read, 422 for what does not go together."""
    if not options or not any(name in options for name in _READ):
        return NOTHING
    asked, match, token = _texts(options)
    causes: list[Cause] = []
    if match:
        causes = _match_causes(match, asked, token)
    if options.get("send_initial_events") is not None:
        causes.append(Cause("sendInitialEvents", "Forbidden", "sendInitialEvents is forbidden for list"))
    _refuse(causes)
    if token and asked not in ("", "0"):
        raise bad_request("specifying resource version is not allowed when using continue")
    limit = max(0, whole_number(options.get("limit")))
    return ListOptions(revision_of(asked), asked == "0", match, limit, token)


def watch_options(options: dict[str, Any]) -> ListOptions:
    """The options of a watch. Without a revision, or with "0", what there is comes first."""
    asked, match, token = _texts(options)
    given = options.get("send_initial_events")
    causes: list[Cause] = []
    if given is not None and match != NOT_OLDER:
        causes.append(Cause("resourceVersionMatch", "Forbidden", NEEDS_MATCH))
    if match:
        if given is None:
            causes.append(Cause("resourceVersionMatch", "Forbidden", WITHOUT_EVENTS))
        if match != NOT_OLDER:
            causes.append(Cause("resourceVersionMatch", "NotSupported", supported(NOT_OLDER), match))
        if token:
            causes.append(Cause("resourceVersionMatch", "Forbidden", WITH_CONTINUE))
    _refuse(causes)
    revision = revision_of(asked)
    begins = truth(given) if given is not None else revision == 0
    return ListOptions(revision, asked == "0", match, 0, "", begins, truth(options.get("allow_bookmarks")))


def revision_of(asked: str) -> int:
    """A resourceVersion as a number; 0 for none. Raises 400."""
    if asked in ("", "0"):
        return 0
    if not asked.isascii() or not asked.isdigit() or len(asked) > 20 or int(asked) > REVISION_MAX:
        problem = "value out of range" if re.fullmatch(r"\d+", asked, re.ASCII) else "invalid syntax"
        why = Cause("resourceVersion", "Invalid", f"strconv.ParseUint: parsing {quoted(asked)}: {problem}", asked)
        raise bad_request(f"invalid resource version: {why.text()}")
    return int(asked)


def whole_number(given: Any) -> int:
    """A number of a query; 0 for none. Raises 400."""
    if given is None or given == "":
        return 0
    if isinstance(given, int):
        return int(given)
    text = str(given)
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        problem = "value out of range" if re.fullmatch(r"[+-]?\d+", text, re.ASCII) else "invalid syntax"
        raise bad_request(f"strconv.ParseInt: parsing {quoted(text)}: {problem}")
    return int(text)


def truth(given: Any) -> bool:
    """A boolean of a query: anything but false, 0 or nothing at all."""
    return given.lower() not in ("false", "0") if isinstance(given, str) else bool(given)


def quoted(text: str) -> str:
    """A text as Go quotes it, cut so that no answer grows with what a stranger sent."""
    shown = text if len(text) <= 64 else f"{text[:64]}…"
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts(options: dict[str, Any]) -> tuple[str, str, str]:
    """resourceVersion, resourceVersionMatch and continue."""
    asked = options.get("resource_version")
    match, token = options.get("resource_version_match"), options.get("continue")
    return "" if asked is None else str(asked), str(match or ""), str(token or "")


def _match_causes(match: str, asked: str, token: str) -> list[Cause]:
    causes = []
    if not asked:
        causes.append(Cause("resourceVersionMatch", "Forbidden", WITHOUT_REVISION))
    if token:
        causes.append(Cause("resourceVersionMatch", "Forbidden", WITH_CONTINUE))
    if match not in (EXACT, NOT_OLDER):
        causes.append(Cause("resourceVersionMatch", "NotSupported", supported(EXACT, NOT_OLDER, ""), match))
    if match == EXACT and asked == "0":
        causes.append(Cause("resourceVersionMatch", "Forbidden", EXACT_ZERO))
    return causes


def _refuse(causes: list[Cause]) -> None:
    if causes:
        raise invalid("ListOptions", "meta.k8s.io", "", causes)
