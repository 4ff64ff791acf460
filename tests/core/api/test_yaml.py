"""Manifests from strangers: read as kubectl reads them, refused with a line and a column."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.yaml import BYTES_MAX, ManifestError, load_manifests

HEAD = "apiVersion: v1\nkind: ConfigMap\n"

VALUES: list[tuple[str, Any]] = [
    ("12:30:45", "12:30:45"),
    ("2020-01-01", "2020-01-01"),
    ("1.25.0", "1.25.0"),
    ("1.20", 1.2),
    ("1e3", 1000),
    ("3.0", 3),
    ("0777", 511),
    ("0x1f", 31),
    ("1_000", 1000),
    ("yes", True),
    ("'yes'", "yes"),
    ("~", None),
    ("=", "="),
    ("{b: [1, x]}", {"b": [1, "x"]}),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text: str, value: Any) -> None:
    found = load_manifests(f"{HEAD}a: {text}\n")[0]["a"]
    assert found == value
    assert type(found) is type(value)


def test_documents_lists_and_empty_ones() -> None:
    text = f"---\n{HEAD}---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Pod}}\n"
    assert [obj["kind"] for obj in load_manifests(text)] == ["ConfigMap", "Pod"]


def test_keys_are_texts_and_merges_are_obeyed() -> None:
    found = load_manifests(f"{HEAD}1: a\ntrue: b\nx: &x {{p: 1, q: 2}}\nw:\n  <<: *x\n  q: 3\n")[0]
    assert (found["1"], found["true"], found["w"]) == ("a", "b", {"p": 1, "q": 3})


HOSTILE: list[tuple[str, str, int, int]] = [
    (f"{HEAD}a:\n\tb: c\n", "a tab character: YAML indents with spaces", 4, 1),
    (f"{HEAD}a: \x00b\n", "control characters are not allowed (character U+0000)", 3, 4),
    (f"{HEAD}a: 1\na: 2\n", 'key "a" already set in map', 4, 1),
    (f"{HEAD}a: b: c\n", "mapping values are not allowed in this context", 3, 5),
    (f"{HEAD}a: [1, 2\n", "did not find expected ',' or ']'", 4, 1),
    (f"{HEAD}a: *nope\n", "found undefined alias", 3, 4),
    (f"{HEAD}a: &a [*a]\n", "found unconstructable recursive node", 3, 4),
    (f"{HEAD}? [a]\n: b\n", "a mapping key must be a scalar", 3, 3),
    (f"{HEAD}a: !!binary aGk=\n", "is no value of JSON", 3, 4),
    (f"{HEAD}a: !!python/object:os.system x\n", "could not determine a constructor", 3, 4),
    (f"{HEAD}a: .nan\n", "json: unsupported value: .nan", 3, 4),
]


@pytest.mark.parametrize(("text", "words", "line", "column"), HOSTILE)
def test_hostile_texts_are_refused_where_they_are_wrong(text: str, words: str, line: int, column: int) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifests(text)
    assert str(caught.value).startswith("error parsing STDIN: error converting YAML to JSON: ")
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_full_width_signs_get_a_hint() -> None:
    with pytest.raises(ManifestError, match="full-width character"):
        load_manifests("apiVersion: v1\nkind：Pod\n")


LARGE = {
    "levels deep": HEAD + "a: " + "[" * 70 + "]" * 70,
    "values (aliases expanded)": HEAD
    + "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)),
    "documents": f"---\n{HEAD}" * 101,
    "aliases": HEAD + "a: &a 1\nb: [" + ",".join(["*a"] * 101) + "]",
}


@pytest.mark.parametrize("what", list(LARGE))
def test_large_texts_are_refused_before_they_are_built(what: str) -> None:
    with pytest.raises(ManifestError, match="the manifest is too large: at most") as caught:
        load_manifests(LARGE[what])
    assert what in str(caught.value)
    assert caught.value.line > 0


def test_fifty_thousand_brackets() -> None:
    with pytest.raises(ManifestError, match=r"nesting depth|levels deep") as caught:
        load_manifests(HEAD + "a: " + "[" * 50_000 + "]" * 50_000)
    assert caught.value.line == 3


def test_a_megabyte_is_the_most() -> None:
    with pytest.raises(ManifestError, match="larger than"):
        load_manifests(HEAD + "a: " + "x" * BYTES_MAX)


def test_numbers_that_python_will_not_read() -> None:
    with pytest.raises(ManifestError):
        load_manifests(HEAD + "a: " + "9" * 5000)


OBJECTS = [
    ("[]\n", "the document is not an object"),
    ("a: 1\n", "[apiVersion not set, kind not set]; if you choose to ignore these errors"),
    ("apiVersion: v1\n", "error validating data: kind not set;"),
    ("apiVersion: 1\nkind: Pod\n", "apiVersion not set"),
]


@pytest.mark.parametrize(("text", "words"), OBJECTS)
def test_documents_that_are_no_objects(text: str, words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifests(text)
    assert words in str(caught.value)


def test_y_and_n_are_booleans_as_for_go() -> None:
    found = load_manifests(f"{HEAD}a: y\nb: N\nc: 'y'\nd: yes\ny: 1\n")[0]
    assert [found[name] for name in ("a", "b", "c", "d", "true")] == [True, False, "y", True, 1]
