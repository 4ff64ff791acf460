"""CustomResourceDefinition: a kind that a user brings.

Upstream: apiextensions-apiserver `pkg/apis/apiextensions`, `pkg/registry/customresourcedefinition`.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import IMMUTABLE
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.api.structural.versions import condition_is_true, schema_of_version, storage_version

APPROVED = "api-approved.kubernetes.io"
NAME_WORDS = 'must be spec.names.plural+"."+spec.group'
PROTECTED = (".k8s.io", ".kubernetes.io")
STORED_WORDS = (
    "missing from spec.versions; {0} was previously a storage version, and must remain in spec.versions until a storage migration "
    "ensures no data remains persisted in {0} and removes {0} from status.storedVersions"
)
PRESERVE_WORDS = (
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
)


class CustomResourceDefinition(Kind):
    """A definition of a custom kind."""

    group, kind, plural, short_names = (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        ("crd", "crds"),
    )
    categories = ("api-extensions",)
    namespaced = False

    def defaults(self, obj: Obj) -> Obj:
        """Names that follow from the kind; no conversion between versions."""
        spec = obj.get("spec") or {}
        given = dict(spec.get("names") or {})
        kind = given.get("kind") or ""
        given["singular"] = given.get("singular") or kind.lower()
        given["listKind"] = given.get("listKind") or (f"{kind}List" if kind else "")
        filled = {**spec, "names": {name: value for name, value in given.items() if value}}
        return {**obj, "spec": {**filled, "conversion": _conversion(spec.get("conversion"))}}

    def validate(self, obj: Obj) -> list[Cause]:
        """The spec, with its schemas and rules."""
        # Loaded when first used: most clusters have no custom kinds.
        from cluster_core.api.structural.definition_spec import validate_spec

        return validate_spec(obj.get("spec") or {})

    def validate_create(self, obj: Obj) -> list[Cause]:
        """Its name, and whether a group of the community may be used."""
        spec = obj.get("spec") or {}
        wanted = f"{(spec.get('names') or {}).get('plural', '')}.{spec.get('group', '')}"
        name = obj["metadata"].get("name", "")
        causes = [Cause("metadata.name", "Invalid", NAME_WORDS, name)] if name != wanted else []
        return causes + _approval(obj, None) + _preserve(spec)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Once objects exist, their names and scope stay."""
        fields = [("group",), ("names", "plural")]
        if condition_is_true(old, "Established"):
            fields += [("scope",), ("names", "kind")]
        causes = []
        for path in fields:
            value = _at(new["spec"], path)
            if value != _at(old["spec"], path):
                causes.append(Cause(f"spec.{'.'.join(path)}", "Invalid", IMMUTABLE, value))
        return causes + _stored_versions(new) + _approval(new, old) + _preserve(new["spec"])

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Names in the status are names."""
        from cluster_core.api.structural.definition_spec import validate_names

        return validate_names((new.get("status") or {}).get("acceptedNames") or {}, "status.acceptedNames")

    def prepare_create(self, obj: Obj) -> Obj:
        """The version that is stored from now on is noted in the status."""
        status: Obj = {"conditions": [], "acceptedNames": {"plural": "", "kind": ""}}
        status["storedVersions"] = [storage_version(obj)]
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}, "status": status}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """A new storage version is one more in which objects may be stored."""
        new = super().prepare_update(new, old)
        status, version = new.get("status") or {}, storage_version(new)
        known = status.get("storedVersions") or []
        if version and version not in known:
            new = {**new, "status": {**status, "storedVersions": [*known, version]}}
        return new

    def prepare_status_update(self, new: Obj, old: Obj) -> Obj:
        """Also finalizers may be removed with a status, as the controller of definitions does."""
        made = super().prepare_status_update(new, old)
        meta = {name: value for name, value in old["metadata"].items() if name != "finalizers"}
        left = new["metadata"].get("finalizers") or []
        kept = [name for name in old["metadata"].get("finalizers") or () if name in left]
        return {**made, "metadata": {**meta, **({"finalizers": kept} if kept else {})}}

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        """Formats that mean nothing; those that were there before an update are not told again."""
        before = set(_odd_formats(old)) if old is not None else set()
        return [f'unrecognized format "{name}"' for name in _odd_formats(new) if name not in before]


def _conversion(given: Obj | None) -> Obj:
    conversion = given or {"strategy": "None"}
    service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is None or service.get("port") is not None:
        return conversion
    webhook = conversion["webhook"]
    client = {**webhook["clientConfig"], "service": {**service, "port": 443}}
    return {**conversion, "webhook": {**webhook, "clientConfig": client}}


def _at(obj: Obj, path: tuple[str, ...]) -> object:
    found: object = obj
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _stored_versions(crd: Obj) -> list[Cause]:
    path, known = "status.storedVersions", (crd.get("status") or {}).get("storedVersions") or []
    if not known:
        return [Cause(path, "Invalid", "must have at least one stored version", known)]
    there = {one.get("name") for one in crd["spec"].get("versions") or ()}
    return [
        Cause(f"{path}[{place}]", "Invalid", STORED_WORDS.format(name), name)
        for place, name in enumerate(known)
        if name not in there
    ]


def _approval(new: Obj, old: Obj | None) -> list[Cause]:
    """Groups of the community need an approval: an address, or an honest "unapproved"."""
    group = (new.get("spec") or {}).get("group") or ""
    if not group.endswith(PROTECTED) and group not in ("k8s.io", "kubernetes.io"):
        return []
    given = _annotation(new)
    if old is not None and _annotation(old) == given:
        return []
    path, where = f"metadata.annotations[{APPROVED}]", "see https://github.com/kubernetes/enhancements/pull/1111"
    words = f'protected groups must have approval annotation "{APPROVED}"'
    if not given:
        return [Cause(path, "Required", f"{words}, {where}")]
    if given.startswith("unapproved") or given.startswith(("https://", "http://")):
        return []
    return [Cause(path, "Invalid", f'{words} with either a URL or a reason starting with "unapproved", {where}', given)]


def _annotation(crd: Obj) -> str:
    return str((crd["metadata"].get("annotations") or {}).get(APPROVED, ""))


def _preserve(spec: Obj) -> list[Cause]:
    return (
        [Cause("spec.preserveUnknownFields", "Invalid", PRESERVE_WORDS, True)]
        if spec.get("preserveUnknownFields")
        else []
    )


def _odd_formats(crd: Obj) -> list[str]:
    found: dict[str, None] = {}
    for version in (crd.get("spec") or {}).get("versions") or ():
        _walk_formats(schema_of_version(version) or {}, found)
    return list(found)


def _walk_formats(schema: Obj, found: dict[str, None]) -> None:
    from cluster_core.api.structural.formats import applies

    form = schema.get("format")
    if form and not applies(schema.get("type") or "", form):
        found[form] = None
    below = [schema.get("items"), schema.get("additionalProperties"), schema.get("not")]
    below += [*(schema.get("properties") or {}).values()]
    for junctor in ("allOf", "anyOf", "oneOf"):
        below += schema.get(junctor) or []
    for one in below:
        if isinstance(one, dict):
            _walk_formats(one, found)
