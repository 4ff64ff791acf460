"""What kubectl says of a change: "deployment.apps/web created (dry run)", or the object in the format that was asked for."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Terminal
from cluster_core.kubectl.printing import documents
from cluster_core.kubectl.printing.jsonpath import JsonPathError, evaluate

DRY_RUN = Flag("dry-run", default="none", bare="unchanged")
OUTPUT = Flag("output", "o")


def dry_run(given: Arguments) -> dict[str, str]:
    """The query of a dry run on the server; empty for a real run. KubectlError for a value that kubectl does not have."""
    value = given.text("dry-run") if "dry-run" in given.flags else "none"
    if value not in ("none", "client", "server", "unchanged"):
        raise KubectlError(f'error: Invalid dry-run value ({value}). Must be "none", "server", or "client".')
    return {"dryRun": "All"} if value == "server" else {}


def on_client(given: Arguments) -> bool:
    """Whether nothing is to be sent."""
    return "dry-run" in given.flags and given.text("dry-run") in ("client", "unchanged")


def said(terminal: Terminal, given: Arguments, label: str, what: str, obj: Obj | None = None) -> None:
    """Print what has happened to an object."""
    form, _, argument = (given.text("output") if "output" in given.flags else "").partition("=")
    if form == "name":
        terminal.out(label)
    elif form == "yaml" and obj is not None:
        terminal.out(documents.as_yaml(documents.without_managed_fields(obj)))
    elif form == "json" and obj is not None:
        terminal.out(documents.as_json(documents.without_managed_fields(obj)))
    elif form in ("jsonpath", "jsonpath-as-json") and obj is not None:
        try:
            terminal.out(evaluate(argument, obj, form == "jsonpath-as-json"))
        except JsonPathError as error:
            raise KubectlError(f"error: {error}") from error
    elif form:
        raise KubectlError(
            f'error: unable to match a printer suitable for the output format "{form}", allowed formats are: json,jsonpath,name,yaml'
        )
    else:
        terminal.out(f"{label} {what}{_how(given)}")


def _how(given: Arguments) -> str:
    if "dry-run" not in given.flags:
        return ""
    return {"server": " (server dry run)", "client": " (dry run)", "unchanged": " (dry run)"}.get(
        given.text("dry-run"), ""
    )
