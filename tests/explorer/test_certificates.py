"""The authority and its leaf: made once, kept, renewed, with the names that clients use."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from explorer import certificates
from explorer.certificates import LOCAL_NAMES, NAMES_MAX, Certificates


def names(found: Certificates) -> list[str]:
    assert found.leaf is not None
    return [
        str(name.value) for name in found.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ]


def test_made_once_and_kept(tmp_path: Path) -> None:
    first = Certificates(tmp_path / "tls")
    again = Certificates(tmp_path / "tls")
    assert again.authority_pem() == first.authority_pem()
    assert again.leaf == first.leaf
    assert names(again) == list(LOCAL_NAMES)
    for key in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / key).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700


def test_the_authority_vouches_for_the_leaf_and_only_for_servers(tmp_path: Path) -> None:
    found = Certificates(tmp_path)
    assert found.leaf is not None
    found.leaf.verify_directly_issued_by(found.authority)
    assert found.authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not found.leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_name_that_comes_later_is_added_and_kept(tmp_path: Path) -> None:
    found = Certificates(tmp_path, ["orrery.example", "*", "10.0.0.7", "*.school.example", "not a name\u00e9"])
    assert names(found) == [*LOCAL_NAMES, "orrery.example", "10.0.0.7", "*.school.example"]
    version = found.version
    found.cover(["localhost"])
    assert found.version == version
    found.cover(["laptop.local"])
    assert found.version == version + 1
    assert "laptop.local" in names(Certificates(tmp_path))


def test_names_are_bounded_and_the_base_stays(tmp_path: Path) -> None:
    found = Certificates(tmp_path)
    found.cover([f"host-{number}.example" for number in range(3 * NAMES_MAX)])
    assert len(names(found)) == NAMES_MAX
    assert set(LOCAL_NAMES) <= set(names(found))


def test_an_old_leaf_is_renewed_and_an_old_authority_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "LEAF_DAYS", 10)
    first = Certificates(tmp_path)
    monkeypatch.setattr(certificates, "LEAF_DAYS", 365)
    again = Certificates(tmp_path)
    assert again.leaf != first.leaf
    assert again.authority == first.authority
    monkeypatch.setattr(certificates, "RENEW_BEFORE", datetime.timedelta(days=4000))
    other = Certificates(tmp_path)
    assert other.authority != first.authority
    assert other.leaf is not None
    other.leaf.verify_directly_issued_by(other.authority)


@pytest.mark.parametrize("broken", [b"", b"garbage", None])
def test_files_that_cannot_be_read_are_made_again(tmp_path: Path, broken: Any) -> None:
    first = Certificates(tmp_path)
    (tmp_path / "server.crt").unlink() if broken is None else (tmp_path / "server.crt").write_bytes(broken)
    again = Certificates(tmp_path)
    assert again.authority == first.authority
    assert again.leaf != first.leaf
