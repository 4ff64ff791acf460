"""What one version of a CustomResourceDefinition does to objects: compiled once for all clusters of the process.

The cache is keyed by the text of the version: two runs with the same definition share what was compiled of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.api.structural.correlation import Old
from cluster_core.api.structural.defaulting import defaulted, without_nulls
from cluster_core.api.structural.embedded import coerced, validate_embedded
from cluster_core.api.structural.list_types import duplicates
from cluster_core.api.structural.path import ROOT
from cluster_core.api.structural.pruning import pruned
from cluster_core.api.structural.rules import RuleNode, rule_tree, validate_rules
from cluster_core.api.structural.validation import validate_value
from cluster_core.api.structural.versions import schema_of_version

BLOCKING = ("NotSupported", "Required", "TooLong", "TooMany", "TypeInvalid")
UNCHECKED = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"


@dataclass(frozen=True, slots=True)
class CustomVersion:
    """The schema of a version and its compiled rules."""

    schema: Obj
    rules: RuleNode | None

    def filled(self, obj: Obj) -> Obj:
        """The object pruned and with its defaults, as it is read."""
        kept, _ = pruned(obj, self.schema)
        filled: Obj = defaulted(without_nulls(kept, self.schema), self.schema)
        return filled

    def pruned(self, obj: Obj) -> tuple[Obj, list[str]]:
        """The object without unknown fields, and their paths. Raises DecodeError for wrong metadata of embedded objects."""
        kept, unknown = pruned(obj, self.schema)
        made, more = coerced(kept, self.schema)
        return made, sorted([*unknown, *more])

    def validate(self, new: Obj, old: Obj | None, causes: list[Cause]) -> tuple[list[Cause], list[str]]:
        """What is wrong with an object beside `causes`, and warnings. `old`: what it was before an update."""
        before = Old(old) if old is not None else None
        found = causes + validate_value(new, self.schema, "", before)
        return self._rest(new, before, found)

    def validate_status(self, new: Obj, old: Obj, causes: list[Cause]) -> tuple[list[Cause], list[str]]:
        """The same for a new status: only the status is held against the schema, the rules see the whole object."""
        before, schema = Old(old), (self.schema.get("properties") or {}).get("status")
        found = list(causes)
        if schema is not None and "status" in new:
            found += validate_value(new["status"], schema, "status", before.field("status"))
        return self._rest(new, before, found)

    def _rest(self, new: Obj, old: Old | None, found: list[Cause]) -> tuple[list[Cause], list[str]]:
        found = found + validate_embedded(new, self.schema)
        if old is None or not duplicates(old.value, self.schema):
            found += duplicates(new, self.schema)
        if self.rules is None:
            return found, []
        if any(cause.type in BLOCKING for cause in found):
            return [*found, Cause(ROOT, "Invalid", UNCHECKED)], []
        causes, warnings = validate_rules(self.rules, new, old)
        return found + causes, warnings


def custom_version(version: Obj) -> CustomVersion:
    """The compiled form of a version of a stored definition."""
    return _compiled(json.dumps(schema_of_version(version) or {}, sort_keys=False))


@lru_cache(maxsize=256)
def _compiled(text: str) -> CustomVersion:
    schema: Obj = json.loads(text)
    return CustomVersion(schema, rule_tree(schema))
