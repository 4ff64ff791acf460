"""This server's own certificates: an authority made at the first start, and the leaf that it vouches for.

Clients of the Kubernetes API (kubectl above all) send no credentials over plain HTTP, so HTTPS must work without a question.
The authority's certificate goes into every kubeconfig; its key never leaves `tls/` beside the database (0600).
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
LEAF_DAYS = 365
# A leaf is made again when it has less than this left; the server looks whenever a client connects.
RENEW_BEFORE = datetime.timedelta(days=30)
# Clocks of clients may be behind.
SKEW = datetime.timedelta(days=1)
NAMES_MAX = 64
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class Certificates:
    """The authority and the leaf under a folder; `base` are the names that the leaf always has."""

    def __init__(self, folder: Path, base: Iterable[str] = ()) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._authority_key, self._authority = self._load_authority()
        self._base = list(dict.fromkeys([*LOCAL_NAMES, *filter(_is_nameable, base)]))
        self.key, self.leaf = self._load_leaf()
        self.version = 0
        self.cover(self._base)

    def authority_pem(self) -> bytes:
        """What a client trusts: `certificate-authority-data` of a kubeconfig."""
        return self._authority.public_bytes(serialization.Encoding.PEM)

    @property
    def authority(self) -> x509.Certificate:
        """The authority's certificate."""
        return self._authority

    def cover(self, names: Iterable[str]) -> None:
        """Make sure that the leaf is fresh and has these names (host names or addresses); the oldest extra ones go above 64."""
        with self._lock:
            has = _names(self.leaf) if self.leaf is not None else []
            wanted = [name for name in names if _is_nameable(name)]
            if self.leaf is not None and set(wanted) <= set(has) and not _is_old(self.leaf):
                return
            extra = [name for name in dict.fromkeys([*has, *wanted]) if name not in self._base]
            self._renew([*self._base, *extra[-(NAMES_MAX - len(self._base)) :]])

    def _renew(self, names: list[str]) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "orrery")])
        builder = _builder(subject, self._authority.subject, self.key, LEAF_DAYS)
        usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        builder = builder.add_extension(usages, critical=False)
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._authority_key.public_key())
        builder = builder.add_extension(issuer_key, critical=False)
        self.leaf = builder.sign(self._authority_key, hashes.SHA256())
        _write(self._folder / "server.key", _key_pem(self.key), 0o600)
        _write(self._folder / "server.crt", self.leaf.public_bytes(serialization.Encoding.PEM), 0o644)
        self.version += 1

    def _load_authority(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        found = _read_pair(self._folder, "ca")
        if found is not None and not _is_old(found[1]):
            return found
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Orrery local authority")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = _builder(subject, subject, key, AUTHORITY_DAYS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        certificate = builder.sign(key, hashes.SHA256())
        _write(self._folder / "ca.key", _key_pem(key), 0o600)
        _write(self._folder / "ca.crt", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
        return key, certificate

    def _load_leaf(self) -> tuple[ec.EllipticCurvePrivateKey | None, x509.Certificate | None]:
        found = _read_pair(self._folder, "server")
        if found is None:
            return None, None
        try:
            found[1].verify_directly_issued_by(self._authority)
        except Exception:
            # Of an authority that is gone: not worth a word, a new one is made.
            return None, None
        return found


# Those of this process; None where it does not speak TLS itself (another server, ORRERY_TLS=0).
served: Certificates | None = None


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - SKEW).not_valid_after(now + datetime.timedelta(days=days))


def _is_old(certificate: x509.Certificate) -> bool:
    return certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC) < RENEW_BEFORE


def _names(certificate: x509.Certificate) -> list[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def _is_nameable(name: str) -> bool:
    """Whether a certificate can carry a name as it stands ("*" of an open server is none)."""
    try:
        x509.SubjectAlternativeName([_general(name)])
    except ValueError:
        return False
    return bool(name) and name != "*" and len(name) <= 253


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def _read_pair(folder: Path, name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None:
    """A key and its certificate; None if either is missing or cannot be read."""
    try:
        key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return key, certificate


def _write(path: Path, data: bytes, mode: int) -> None:
    """Never half a file, and a key is never readable by others, not even for a moment."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
    os.replace(new, path)
