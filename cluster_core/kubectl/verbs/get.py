"""kubectl get. Upstream: `k8s.io/kubectl/pkg/cmd/get`."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, Watch, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.printing import documents
from cluster_core.kubectl.printing.columns import custom_columns
from cluster_core.kubectl.printing.jsonpath import JsonPathError, evaluate, sort_key
from cluster_core.kubectl.printing.table import TablePrinter
from cluster_core.kubectl.resources import Resource
from cluster_core.kubectl.targets import Target, targets

CHUNK, TOUCHED_MAX = 500, 50
FORMATS = (
    "custom-columns, custom-columns-file, go-template, go-template-file, json, jsonpath, jsonpath-as-json, "
    "jsonpath-file, name, template, templatefile, wide, yaml"
)
FLAGS = (
    Flag("all-namespaces", "A", "bool"),
    Flag("selector", "l"),
    Flag("field-selector"),
    Flag("output", "o"),
    Flag("watch", "w", "bool"),
    Flag("watch-only", kind="bool"),
    Flag("no-headers", kind="bool"),
    Flag("show-labels", kind="bool"),
    Flag("show-kind", kind="bool"),
    Flag("show-managed-fields", kind="bool"),
    Flag("label-columns", "L", "list"),
    Flag("sort-by"),
    Flag("ignore-not-found", kind="bool"),
    Flag("chunk-size", kind="number", default=str(CHUNK)),
    Flag("subresource"),
    Flag("raw"),
)
NOTHING = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n'
    "error: Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\n'
    "See 'kubectl get -h' for help and examples"
)


def get(terminal: Terminal, given: Arguments) -> Talk:
    """Print objects."""
    if given.given("raw"):
        yield from _raw(terminal, given.text("raw"))
        return
    if not given.words:
        raise KubectlError(NOTHING)
    found = targets(given.words, terminal.resources)
    form = given.text("output")
    _check_format(form)
    if given.flag("watch") or given.flag("watch-only"):
        yield from _watch(terminal, given, found)
    elif form in ("", "wide"):
        yield from _tables(terminal, given, found)
    else:
        yield from _documents(terminal, given, found)


def scope(terminal: Terminal, given: Arguments, target: Target) -> str:
    """The namespace that a target is looked for in, "" for all of them."""
    if not target.resource.namespaced or ("all-namespaces" in given.flags and given.flag("all-namespaces")):
        return ""
    return given.text("namespace") or terminal.namespace


def selectors(given: Arguments) -> dict[str, str]:
    """The selectors of a list."""
    names = {"labelSelector": "selector", "fieldSelector": "field-selector"}
    return {name: given.text(flag) for name, flag in names.items() if flag in given.flags and given.text(flag)}


def listing_failed(answer: Answer, given: Arguments, target: Target) -> KubectlError:
    """The error of a list: kubectl says which list was asked for when the server takes that for a mistake."""
    if answer.code not in (400, 404):
        return failed(answer)
    one = target.resource
    where = f"{one.api_version if one.group else '/' + one.version}, Resource={one.plural}"
    message, found = answer.body.get("message", ""), selectors(given)
    if found:
        label, field = found.get("labelSelector", ""), found.get("fieldSelector", "")
        quoted = json.dumps(label, ensure_ascii=False), json.dumps(field, ensure_ascii=False)
        message = (
            f'Unable to find "{where}" that match label selector {quoted[0]}, field selector {quoted[1]}: {message}'
        )
    else:
        message = f'Unable to list "{where}": {message}'
    return failed(Answer(answer.code, {**answer.body, "message": message}))


def _check_format(form: str) -> None:
    known = [name.strip() for name in FORMATS.split(",")]
    if form and form.partition("=")[0] not in known:
        raise KubectlError(
            f'error: unable to match a printer suitable for the output format "{form}", allowed formats are: {FORMATS.replace(", ", ",")}'
        )
    if form.partition("=")[0] in (
        "go-template",
        "template",
        "go-template-file",
        "templatefile",
        "custom-columns-file",
        "jsonpath-file",
    ):
        raise KubectlError(
            f"error: -o {form.partition('=')[0]} is not simulated in this terminal; closest: -o jsonpath=… or -o custom-columns=…"
        )


def _raw(terminal: Terminal, path: str) -> Talk:
    answer = yield from ask(terminal, Call("GET", path, accept="text"))
    if not answer.ok:
        raise failed(answer)
    terminal.out(str(answer.body).removesuffix("\n"))


def _pages(
    terminal: Terminal, given: Arguments, target: Target, accept: str, query: dict[str, str]
) -> Generator[Step, Any, list[Obj]]:
    """The answers to one target: one object, or every page of a list."""
    namespace = scope(terminal, given, target)
    path = target.resource.path(namespace, target.name, given.text("subresource"))
    if target.name:
        if "all-namespaces" in given.flags and given.flag("all-namespaces"):
            raise KubectlError("error: a resource cannot be retrieved by name across all namespaces")
        answer = yield from ask(terminal, Call("GET", path, query, accept=accept))
        terminal.touch(target.resource.singular, namespace, target.name)
        return [_checked(answer)] if answer.code != 404 or not given.flag("ignore-not-found") else []
    pages: list[Obj] = []
    query = {**selectors(given), **query}
    if not given.given("sort-by"):
        query["limit"] = given.text("chunk-size")
    while True:
        answer = yield from ask(terminal, Call("GET", path, dict(query), accept=accept))
        if not answer.ok:
            raise listing_failed(answer, given, target)
        pages.append(answer.body)
        token = (pages[-1].get("metadata") or {}).get("continue")
        if not token:
            return pages
        query["continue"] = token


def _checked(answer: Answer) -> Obj:
    if not answer.ok:
        raise failed(answer)
    body: Obj = answer.body
    return body


def _printer(given: Arguments, with_namespace: bool) -> TablePrinter:
    return TablePrinter(
        given.text("output") == "wide",
        not given.flag("no-headers"),
        with_namespace,
        "",
        given.flag("show-labels"),
        given.list("label-columns"),
    )


def _tables(terminal: Terminal, given: Arguments, found: list[Target]) -> Talk:
    query = {"includeObject": "Object"} if given.given("sort-by") else {}
    tables: dict[Resource, list[Obj]] = {}
    for target in found:
        try:
            pages = yield from _pages(terminal, given, target, "table", query)
        except KubectlError as error:
            terminal.fail(error)
            continue
        _touch_rows(terminal, target, pages)
        tables.setdefault(target.resource, []).extend(pages)
    several = len(tables) > 1
    filled = {resource: pages for resource, pages in tables.items() if any(page.get("rows") for page in pages)}
    for index, (resource, pages) in enumerate(filled.items()):
        printer = _printer(given, given.flag("all-namespaces") and resource.namespaced)
        printer.with_kind = resource.full_name if several or given.flag("show-kind") else ""
        rows = [row for page in pages for row in page.get("rows") or ()]
        if index:
            terminal.out("")
        for line in printer.lines({**pages[0], "rows": _sorted(rows, given)}):
            terminal.out(line)
    if not filled and not terminal.code and not given.flag("ignore-not-found"):
        _say_nothing_found(terminal, given, found)


def _touch_rows(terminal: Terminal, target: Target, pages: list[Obj]) -> None:
    for row in [row for page in pages for row in page.get("rows") or ()][:TOUCHED_MAX]:
        meta = (row.get("object") or {}).get("metadata") or {}
        if meta.get("name"):
            terminal.touch(target.resource.singular, meta.get("namespace", ""), meta["name"])


def _say_nothing_found(terminal: Terminal, given: Arguments, found: list[Target]) -> None:
    namespaced = all(target.resource.namespaced for target in found)
    if namespaced and not given.flag("all-namespaces"):
        terminal.err(f"No resources found in {given.text('namespace') or terminal.namespace} namespace.")
    else:
        terminal.err("No resources found")


def _sorted(rows: list[Obj], given: Arguments) -> list[Obj]:
    path = given.text("sort-by")
    if not path:
        return rows
    try:
        return sorted(rows, key=lambda row: sort_key(row["object"], path))
    except JsonPathError as error:
        raise KubectlError(f"error: {error}") from error


def _documents(terminal: Terminal, given: Arguments, found: list[Target]) -> Talk:
    items: list[Obj] = []
    for target in found:
        try:
            pages = yield from _pages(terminal, given, target, "json", {})
        except KubectlError as error:
            terminal.fail(error)
            continue
        items.extend(pages if target.name else [_typed(item, page) for page in pages for item in page["items"]])
    if not given.flag("show-managed-fields"):
        items = [documents.without_managed_fields(item) for item in items]
    if items or not terminal.code:
        _print_documents(terminal, given, items, len(found) == 1 and bool(found[0].name))


def _typed(item: Obj, page: Obj) -> Obj:
    """An object of a list says its kind as one by itself does."""
    kind = page["kind"].removesuffix("List")
    return {"apiVersion": page["apiVersion"], "kind": kind, **item}


def _print_documents(terminal: Terminal, given: Arguments, items: list[Obj], alone: bool) -> None:
    form, _, argument = given.text("output").partition("=")
    if alone and not items:
        return
    whole = items[0] if alone else documents.as_list(items)
    if given.text("sort-by"):
        items = sorted(items, key=lambda item: sort_key(item, given.text("sort-by")))
        whole = items[0] if alone else documents.as_list(items)
    if form == "yaml":
        terminal.out(documents.as_yaml(whole))
    elif form == "json":
        terminal.out(documents.as_json(whole))
    elif form == "name":
        for item in items:
            resource = terminal.resources.of_kind(item["apiVersion"], item["kind"])
            label = resource.full_name if resource is not None else item["kind"].lower()
            terminal.out(f"{label}/{item['metadata']['name']}")
    elif form == "custom-columns":
        for line in custom_columns(argument, items, not given.flag("no-headers")):
            terminal.out(line)
    else:
        try:
            terminal.out(evaluate(argument, whole, as_json=form == "jsonpath-as-json"))
        except JsonPathError as error:
            raise KubectlError(f"error: {error}") from error


def _watch(terminal: Terminal, given: Arguments, found: list[Target]) -> Talk:
    if len(found) != 1:
        raise KubectlError("error: you may only specify a single resource type")
    target = found[0]
    form, accept = given.text("output"), "table" if given.text("output") in ("", "wide") else "json"
    printer = _printer(given, given.flag("all-namespaces") and target.resource.namespaced)
    query = selectors(given)
    if target.name:
        query["fieldSelector"] = f"metadata.name={target.name}"
    revision = "0"
    if not given.flag("watch-only"):
        pages = yield from _pages(terminal, given, target, accept, {})
        for page in pages:
            _print_page(terminal, given, printer, page, accept)
            revision = (page.get("metadata") or {}).get("resourceVersion") or revision
    path = target.resource.path(scope(terminal, given, target))
    query = {**query, "resourceVersion": revision, "watch": "true"}
    while True:
        events = yield Watch(path, query, accept)
        if events is None:
            return
        for _type, obj in events:
            _print_event(terminal, given, printer, obj, accept, form)


def _print_page(terminal: Terminal, given: Arguments, printer: TablePrinter, page: Obj, accept: str) -> None:
    if accept == "table":
        for line in printer.lines(page):
            terminal.out(line)
    else:
        items = page.get("items", [page])
        _print_documents(
            terminal,
            given,
            [documents.without_managed_fields(_typed(item, page)) for item in items],
            "items" not in page,
        )


def _print_event(terminal: Terminal, given: Arguments, printer: TablePrinter, obj: Obj, accept: str, form: str) -> None:
    if accept == "table":
        for line in printer.lines(obj):
            terminal.out(line)
        return
    if form == "yaml":
        terminal.out("---")
    _print_documents(terminal, given, [documents.without_managed_fields(obj)], True)
