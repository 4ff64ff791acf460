"""The database as the event loop uses it: one thread, one connection, one call after the other.

A coroutine awaits `call(function, …)`; the functions below are the only ones that touch a run's rows after it was created.
Everything that must survive together is written in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from explorer.models import Branch, Kubeconfig, LoggedCommand, Run, Share

T = TypeVar("T")
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")
BRANCH_FIELDS = ("name", "parent", "fork_number", "fork_at", "head_number", "head_at")


class UnknownRun(Exception):
    """No run, or no branch, of that name."""


@dataclass(slots=True)
class Saved:
    """What is kept of a run and of one of its branches."""

    row: Run
    branch: Branch
    commands: list[dict[str, Any]]
    branches: list[dict[str, Any]]


@dataclass(slots=True)
class Head:
    """How far a branch has been, where the playhead stands, and the run's card there."""

    branch: str
    head_number: int
    head_at: int
    number: int
    at: int
    card: dict[str, Any]


async def call(function: Callable[..., T], *args: Any, **more: Any) -> T:
    """Run one of the functions of this module in the storage thread."""
    return await asyncio.get_running_loop().run_in_executor(_thread, partial(_guarded, function, *args, **more))


def create(row: Run, commands: list[dict[str, Any]], head_number: int = 0, head_at: int = 0) -> list[dict[str, Any]]:
    """A new run, with the log that it begins with; returns its branch cards."""
    with transaction.atomic():
        row.save(force_insert=True)
        branch = Branch.objects.create(run=row, name="main", head_number=head_number, head_at=head_at)
        _write_log(branch, commands)
    return branch_cards(row.id)


def load(run_id: str, name: str = "") -> Saved:
    """A run as it was saved, at a branch (default: the one it was on). Each load is a new incarnation of the run."""
    try:
        row = Run.objects.get(pk=run_id)
        branch = row.branches.get(name=name or row.branch)
    except (Run.DoesNotExist, Branch.DoesNotExist) as error:
        raise UnknownRun(f"no run {run_id!r}" + (f" with a branch {name!r}" if name else "")) from error
    Run.objects.filter(pk=run_id).update(incarnation=F("incarnation") + 1)
    row.incarnation += 1
    return Saved(row, branch, [logged.entry for logged in branch.commands.all()], branch_cards(run_id))


def exists(run_id: str) -> bool:
    """Whether there is such a run."""
    return Run.objects.filter(pk=run_id).exists()


def log_command(run_id: str, name: str, index: int, entry: dict[str, Any]) -> None:
    """Write a command down before it enters the core, that the branch has been at least as far, and that the run stands there."""
    with transaction.atomic():
        branch = Branch.objects.get(run_id=run_id, name=name)
        LoggedCommand.objects.create(branch=branch, index=index, client_id=entry["client_id"], entry=entry)
        branch.head_number = max(branch.head_number, entry["number"])
        branch.head_at = max(branch.head_at, entry["at"])
        branch.save(update_fields=["head_number", "head_at"])
        Run.objects.filter(pk=run_id).update(branch=name, number=entry["number"], at=entry["at"])


def log_answer(run_id: str, name: str, index: int, answer: list[dict[str, Any]]) -> None:
    """What kubectl printed for a command: a retry with the same client id gets it again, also after a restart."""
    LoggedCommand.objects.filter(branch__run_id=run_id, branch__name=name, index=index).update(answer=answer)


def find_command(run_id: str, client_id: str) -> LoggedCommand | None:
    """The command of a client id, on whatever branch it was given first."""
    found = LoggedCommand.objects.filter(branch__run_id=run_id, client_id=client_id).select_related("branch")
    return found.order_by("id").last()


def save_head(run_id: str, head: Head) -> None:
    """Where a run is."""
    with transaction.atomic():
        Branch.objects.filter(run_id=run_id, name=head.branch).update(
            head_number=head.head_number, head_at=head.head_at
        )
        Run.objects.filter(pk=run_id).update(
            branch=head.branch, number=head.number, at=head.at, card=head.card, used=timezone.now()
        )


def add_branch(
    run_id: str, parent: str, name: str, number: int, at: int, commands: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A fork with its own copy of the log; returns the branch cards."""
    with transaction.atomic():
        answers = dict(
            LoggedCommand.objects.filter(branch__run_id=run_id, branch__name=parent).values_list("index", "answer")
        )
        place = {"fork_number": number, "fork_at": at, "head_number": number, "head_at": at}
        branch = Branch.objects.create(run_id=run_id, name=name, parent=parent, **place)
        _write_log(branch, commands, answers)
    return branch_cards(run_id)


def branch_cards(run_id: str) -> list[dict[str, Any]]:
    """The branches of a run, oldest first."""
    return list(Branch.objects.filter(run_id=run_id).order_by("id").values(*BRANCH_FIELDS))


def runs_of(owner_hash: str, most: int) -> list[Run]:
    """The runs of a browser, newest first."""
    return list(Run.objects.filter(owner_hash=owner_hash).order_by("-created")[:most])


def add_share(**fields: Any) -> Share:
    """A link to a moment."""
    return Share.objects.create(**fields)


def find_share(slug: str) -> Share | None:
    """The link of a slug, with its run."""
    return Share.objects.select_related("run").filter(slug=slug).first()


def add_kubeconfig(run_id: str, secret_hash: str, variant: str, expires: datetime, most: int) -> None:
    """A way into a run's Kubernetes API. The oldest above `most` end, and those that have expired."""
    with transaction.atomic():
        Kubeconfig.objects.create(run_id=run_id, secret_hash=secret_hash, variant=variant, expires=expires)
        of_run = Kubeconfig.objects.filter(run_id=run_id)
        of_run.filter(expires__lt=timezone.now()).delete()
        kept = of_run.order_by("-id").values_list("id", flat=True)[:most]
        of_run.exclude(id__in=list(kept)).delete()


def find_kubeconfig(secret_hash: str) -> Kubeconfig | None:
    """The way in that a secret opens."""
    return Kubeconfig.objects.filter(secret_hash=secret_hash).first()


def revoke_kubeconfigs(run_id: str) -> int:
    """Close every way into a run's Kubernetes API; returns how many there were."""
    count, _ = Kubeconfig.objects.filter(run_id=run_id).delete()
    return count


def cull(unused_since: Any) -> int:
    """Forget the runs nobody has used since then, except those that somebody shared; returns how many."""
    unused = Run.objects.filter(used__lt=unused_since, shares__isnull=True)
    count = unused.count()
    unused.delete()
    return count


def _write_log(
    branch: Branch, commands: list[dict[str, Any]], answers: dict[int, list[dict[str, Any]] | None] | None = None
) -> None:
    LoggedCommand.objects.bulk_create(
        LoggedCommand(
            branch=branch, index=index, client_id=entry["client_id"], entry=entry, answer=(answers or {}).get(index)
        )
        for index, entry in enumerate(commands)
    )


def _guarded(function: Callable[..., T], *args: Any, **more: Any) -> T:
    try:
        return function(*args, **more)
    except DatabaseError:
        connection.close_if_unusable_or_obsolete()
        raise
