"""Values against schemas, in the words of upstream's validator.

Upstream: kube-openapi `pkg/validation/validate`, apiextensions-apiserver `pkg/apiserver/validation`. An update is ratcheted: what it
did not change is not held against it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api import pattern
from cluster_core.api.cel.values import shown_double
from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.api.structural.correlation import Old, correlated
from cluster_core.api.structural.formats import applies, is_format, normalized
from cluster_core.api.structural.path import ROOT, child, key
from cluster_core.api.structural.verdict import Verdict, quoted

INT_RANGES = {"int32": 2**31, "int64": 2**63, "": 2**63}
FLOAT32_MAX = 3.4028234663852886e38


def validate_value(value: Any, schema: Obj, path: str = "", old: Old | None = None) -> list[Cause]:
    """What is wrong with a value. `old`: what it was before an update, None for a new one."""
    return _checked(value, schema, path, old).causes


def _checked(value: Any, schema: Obj, path: str, old: Old | None) -> Verdict:
    verdict = Verdict()
    if old is not None and old.same(value):
        return verdict
    verdict.merge(_type(value, schema, path))
    if value is None:
        return verdict.merge(_enum(value, schema, path))
    verdict.merge(_combined(value, schema, path, old))
    for check in _CHECKS:
        if isinstance(value, check[0]) and not (isinstance(value, bool) and check[0] is _NUMBER):
            verdict.merge(check[1](value, schema, path))
    if isinstance(value, list):
        verdict.merge(_items(value, schema, path, old))
    verdict.merge(_enum(value, schema, path))
    if isinstance(value, dict):
        verdict.merge(_object(value, schema, path, old))
    verdict.count += 1
    return verdict


def types_of(schema: Obj) -> list[str]:
    """The types that a value may have; none for any."""
    if schema.get("x-kubernetes-int-or-string"):
        return ["integer", "string"]
    return [schema["type"]] if schema.get("type") else []


def format_of(schema: Obj) -> str:
    """The format that counts: one that means something for the type."""
    given = schema.get("format") or ""
    kinds = types_of(schema)
    return given if given and applies(kinds[0] if len(kinds) == 1 else "", given) else ""


def json_type(value: Any) -> tuple[str, str]:
    """The type of a value, and its format as upstream knows it."""
    if value is None:
        return "null", ""
    if isinstance(value, bool):
        return "boolean", ""
    if isinstance(value, int):
        return "integer", "int64"
    if isinstance(value, float):
        return "number", "float64"
    return ("string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"), ""


def _type(value: Any, schema: Obj, path: str) -> Verdict:
    wanted, form = types_of(schema), format_of(schema)
    found, found_form = json_type(value)
    if value is None:
        bad = bool(wanted) and not schema.get("nullable")
        return _wrong_type(path, ",".join(wanted), "null") if bad else Verdict()
    whole = isinstance(value, float) and value.is_integer() and "integer" in wanted
    fits = found in wanted or whole or (found == "integer" and "number" in wanted)
    texts = isinstance(value, str | list)
    if form and not texts and not fits and found_form != form:
        return _wrong_type(path, form, found_form)
    if form and texts and not {"number", "integer"} & set(wanted):
        return Verdict()
    return Verdict() if fits or not wanted else _wrong_type(path, ",".join(wanted), found)


def _wrong_type(path: str, wanted: str, found: str) -> Verdict:
    return Verdict.of(
        Cause(path or ROOT, "TypeInvalid", f"{path} in body must be of type {wanted}: {quoted(found)}", found)
    )


def _combined(value: Any, schema: Obj, path: str, old: Old | None) -> Verdict:
    """anyOf, oneOf, allOf, not."""
    verdict = Verdict()
    if schema.get("anyOf"):
        verdict.merge(_any_of([_checked(value, one, path, None) for one in schema["anyOf"]], path))
    if schema.get("oneOf"):
        verdict.merge(_one_of([_checked(value, one, path, None) for one in schema["oneOf"]], path))
    if schema.get("allOf"):
        verdict.merge(_all_of([_checked(value, one, path, None) for one in schema["allOf"]], path))
    if schema.get("not") is not None and not _checked(value, schema["not"], path, None).causes:
        verdict.merge(Verdict.of(_said(f"{quoted(path)} must not validate the schema (not)")))
    verdict.count += 1
    return verdict


def _said(words: str) -> Cause:
    return Cause(ROOT, "Invalid", words, "")


def _any_of(found: list[Verdict], path: str) -> Verdict:
    good = next((one for one in found if not one.causes), None)
    if good is not None:
        return good
    verdict = Verdict.of(_said(f"{quoted(path)} must validate at least one schema (anyOf)"))
    return verdict.merge(_best(found))


def _one_of(found: list[Verdict], path: str) -> Verdict:
    good = [one for one in found if not one.causes]
    if len(good) == 1:
        return good[0]
    why = f"Found {len(good)} valid alternatives" if good else "Found none valid"
    verdict = Verdict.of(_said(f"{quoted(path)} must validate one and only one schema (oneOf). {why}"))
    return verdict if good else verdict.merge(_best(found))


def _best(found: list[Verdict]) -> Verdict:
    """The alternative that most checks agree with."""
    return max(found, key=lambda one: one.count)


def _all_of(found: list[Verdict], path: str) -> Verdict:
    verdict = Verdict()
    for one in found:
        verdict.merge(one)
    bad = sum(bool(one.causes) for one in found)
    if bad:
        why = ". None validated" if bad == len(found) else ""
        verdict.causes.append(_said(f"{quoted(path)} must validate all the schemas (allOf){why}"))
    return verdict


def _text(value: str, schema: Obj, path: str) -> Verdict:
    verdict = Verdict()
    most, least, wanted = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    if most is not None and len(value) > most:
        unit = "byte" if most == 1 else "bytes"
        verdict.add(Cause(path or ROOT, "TooLong", f"may not be more than {most} {unit}"))
    if least is not None and len(value) < least:
        verdict.add(_invalid(path, f"should be at least {least} chars long", value))
    if wanted and not pattern.matches(wanted, value):
        verdict.add(_invalid(path, f"should match '{wanted}'", value))
    form = format_of(schema)
    if form and not is_format(normalized(form), value):
        words = f"{path} in body must be of type {form}: {quoted(value)}"
        verdict.add(Cause(path or ROOT, "TypeInvalid", words, value))
    return verdict


def _invalid(path: str, words: str, value: Any) -> Cause:
    return Cause(path or ROOT, "Invalid", f"{path} in body {words}", value)


def _number(value: int | float, schema: Obj, path: str) -> Verdict:
    verdict = Verdict()
    out = _out_of_range(value, schema, path)
    if out:
        verdict.add(_said(out))
    factor = schema.get("multipleOf")
    if factor is not None and not _is_multiple(value, factor):
        verdict.add(_invalid(path, f"should be a multiple of {_shown(factor)}", value))
    most, least = schema.get("maximum"), schema.get("minimum")
    if most is not None and (value >= most if schema.get("exclusiveMaximum") else value > most):
        words = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        verdict.add(_invalid(path, f"should be {words} {_shown(most)}", value))
    if least is not None and (value <= least if schema.get("exclusiveMinimum") else value < least):
        words = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        verdict.add(_invalid(path, f"should be {words} {_shown(least)}", value))
    return verdict


def _out_of_range(value: int | float, schema: Obj, path: str) -> str:
    kinds, form = types_of(schema), format_of(schema)
    if kinds == ["integer"]:
        bound = INT_RANGES[form]
        if not -bound <= value < bound:
            shown = f"with format {form} in {path}" if form else f"(default format) in {path}"
            return f"Checked value must be of type integer {shown}"
    if kinds == ["number"] and form == "float" and abs(value) > FLOAT32_MAX:
        return f"Checked value must be of type number with format float in {path}"
    return ""


def _is_multiple(value: int | float, factor: int | float) -> bool:
    if factor <= 0:
        return False
    if isinstance(value, int) and isinstance(factor, int):
        return value % factor == 0
    times = value / factor
    return abs(times - round(times)) < 1e-9 * max(1.0, abs(times)) if abs(times) < 1e300 else True


def _shown(value: int | float) -> str:
    return shown_double(value) if isinstance(value, float) else str(value)


def _items(value: list[Any], schema: Obj, path: str, old: Old | None) -> Verdict:
    verdict, items = Verdict(), schema.get("items")
    if isinstance(items, dict):
        before = correlated(old, schema, value)
        for place, item in enumerate(value):
            verdict.merge(_checked(item, items, key(path, place), before[place]))
    most, least = schema.get("maxItems"), schema.get("minItems")
    if least is not None and len(value) < least:
        verdict.add(_invalid(path, f"should have at least {least} items", len(value)))
    if most is not None and len(value) > most:
        verdict.add(_too_many(path, len(value), most))
    return verdict


def _too_many(path: str, there: int, most: int) -> Cause:
    return Cause(path or ROOT, "TooMany", f"must have at most {most} {'item' if most == 1 else 'items'}", there)


def _enum(value: Any, schema: Obj, path: str) -> Verdict:
    values = schema.get("enum")
    if not values or any(_equal(value, one) for one in values):
        return Verdict()
    listed = ", ".join(quoted(one if isinstance(one, str) else _json(one)) for one in values)
    return Verdict.of(Cause(path or ROOT, "NotSupported", f"supported values: {listed}", value))


def _equal(first: Any, second: Any) -> bool:
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _json(value: Any) -> str:
    return (
        quoted(value)
        if isinstance(value, str)
        else Cause("", "Invalid", "", value).body().removeprefix("Invalid value: ")
    )


def _object(value: Obj, schema: Obj, path: str, old: Old | None) -> Verdict:
    verdict = Verdict()
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if least is not None and len(value) < least:
        verdict.add(_invalid(path, f"should have at least {least} properties", len(value)))
    if most is not None and len(value) > most:
        verdict.add(_too_many(path, len(value), most))
    properties, other = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, inner in value.items():
        below = properties.get(name) or (other if isinstance(other, dict) else None)
        if name in properties or isinstance(other, dict):
            verdict.merge(_checked(inner, below or {}, child(path, name), old.field(name) if old else None))
        elif other is False:
            verdict.add(Cause(path or ROOT, "Invalid", f"{path}.{name} in body is a forbidden property", name))
    for name in schema.get("required") or ():
        if name not in value:
            verdict.add(Cause(child(path, name), "Required"))
    return verdict


_NUMBER = (int, float)
_CHECKS: tuple[tuple[Any, Callable[[Any, Obj, str], Verdict]], ...] = ((str, _text), (_NUMBER, _number))
