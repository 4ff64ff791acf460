"""Windows: options, and what belongs to one operating system only."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.windows_validation import validate_host_process, validate_system, validate_windows_options
from cluster_core.api.request import Obj

OPTIONS: list[tuple[Obj, str]] = [
    ({"gmsaCredentialSpecName": "A_"}, 'o.gmsaCredentialSpecName: Invalid value: "A_"'),
    ({"gmsaCredentialSpec": ""}, "gmsaCredentialSpec cannot be an empty string"),
    ({"gmsaCredentialSpec": "x" * 65537}, "gmsaCredentialSpec size must be under 64 KiB"),
    ({"runAsUserName": ""}, "runAsUserName cannot be an empty string"),
    ({"runAsUserName": "a\tb"}, "runAsUserName cannot contain control characters"),
    ({"runAsUserName": "a\\b\\c"}, "runAsUserName cannot contain more than one backslash"),
    ({"runAsUserName": "a" * 256 + "\\b"}, "runAsUserName's Domain length must be under 256 characters"),
    ({"runAsUserName": "-?\\b"}, "runAsUserName's Domain doesn't match the NetBios nor the DNS format"),
    ({"runAsUserName": "a\\"}, "runAsUserName's User cannot be empty"),
    ({"runAsUserName": "u" * 105}, "runAsUserName's User length must not be longer than 104 characters"),
    ({"runAsUserName": ". ."}, "runAsUserName's User cannot contain only periods or spaces"),
    ({"runAsUserName": "a@b"}, "runAsUserName's User cannot contain the following characters"),
]


@pytest.mark.parametrize(("options", "words"), OPTIONS)
def test_refused_options(options: Obj, words: str) -> None:
    assert any(words in cause.text() for cause in validate_windows_options(options, "o"))


@pytest.mark.parametrize("user", ["ContainerAdministrator", "NT AUTHORITY\\SYSTEM", "example.com\\me"])
def test_good_users(user: str) -> None:
    assert validate_windows_options({"runAsUserName": user}, "o") == []


def spec(*contexts: Any, **fields: Any) -> Obj:
    return {"containers": [{"name": "c", "securityContext": context} for context in contexts], **fields}


HOST, NOT_HOST = ({"windowsOptions": {"hostProcess": value}} for value in (True, False))
PROCESSES: list[tuple[Obj, list[str]]] = [
    (spec(HOST, hostNetwork=True), []),
    (spec({}, securityContext=HOST, hostNetwork=True), []),
    (spec(HOST), ["hostNetwork must be true if pod contains any hostProcess containers"]),
    (
        spec(HOST, {}, hostNetwork=True),
        ["If pod contains any hostProcess containers then all containers must be HostProcess containers"],
    ),
    (
        spec(NOT_HOST, HOST, securityContext=HOST, hostNetwork=True),
        [
            "pod hostProcess value must be identical if both are specified, was true",
            "If pod contains any hostProcess containers then all containers must be HostProcess containers",
        ],
    ),
]


@pytest.mark.parametrize(("pod", "words"), PROCESSES)
def test_processes_of_the_host(pod: Obj, words: list[str]) -> None:
    assert [cause.detail for cause in validate_host_process(pod, "spec")] == words


SYSTEMS: list[tuple[str, Obj, str]] = [
    (
        "windows",
        spec(securityContext={"runAsUser": 1}),
        "spec.securityContext.runAsUser: Forbidden: cannot be set for a",
    ),
    ("windows", spec(hostPID=True), "spec.hostPID: Forbidden: cannot be set for a windows pod"),
    ("windows", spec(hostUsers=True), "spec.hostUsers: Forbidden: cannot be set for a windows pod"),
    ("windows", spec({"privileged": False}), "spec.containers[0].securityContext.privileged: Forbidden: cannot be set"),
    ("linux", spec(securityContext=HOST), "spec.securityContext.windowsOptions: Forbidden: windows options cannot be"),
    (
        "linux",
        spec(HOST),
        "spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set",
    ),
]


@pytest.mark.parametrize(("system", "pod", "words"), SYSTEMS)
def test_what_a_system_does_not_have(system: str, pod: Obj, words: str) -> None:
    (cause,) = validate_system({**pod, "os": {"name": system}}, "spec")
    assert words in cause.text()


def test_what_a_system_has() -> None:
    assert validate_system({**spec(HOST), "os": {"name": "windows"}}, "spec") == []
    assert validate_system({**spec({"privileged": True}), "os": {"name": "linux"}}, "spec") == []
