"""Checks a certificate: its owner, its validity, and that key and authority belong to it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from service.doctor.finding import Finding, good, problem
from service.doctor.machine import CLOCK_CURE
from service.doctor.strict import faults_of_authority
from service.files import read_plain
from service.identity import is_strict
from wire.ids import Wall

# As gateway/app/housekeeping.py does: a school is closed for weeks on end.
_WARN_DAYS: Final = 30
BY_ITSELF: Final = (
    "on the gateway: `systemctl enable --now tocsin-authority`; it is renewed within an hour"
)
_DAY: Final = 86400.0


def check_certificate(
    file: Path, now: Wall, renew: str, ca: Path | None = None, key: Path | None = None
) -> list[Finding]:
    """Say how the certificate in `file` stands at `now`; `renew` is how to get a new one.

    `ca` should have issued it and `key` belong to it, where they are given.
    """
    check = f"certificate {file.name}"
    try:
        found = x509.load_pem_x509_certificate(read_plain(file))
    except (OSError, ValueError) as error:
        return [problem(check, f"cannot be read: {error}", renew)]
    findings = [_until(check, found, now, renew)]
    if ca is not None and not _issued_by(found, ca):
        seen = f"not issued by the authority in {ca.name}"
        findings.append(problem(check, seen, renew))
    if ca is not None and not is_strict(found):
        seen = "it lacks what strict verification (RFC 5280, Python 3.13) asks for"
        findings.append(problem(check, seen, BY_ITSELF))
    if key is not None and not _belongs(found, key):
        findings.append(
            problem(
                check, f"{key.name} is not the key of this certificate, or cannot be read", renew
            )
        )
    return findings


def check_authority(file: Path, now: Wall, renew: str) -> list[Finding]:
    """The same of certificates that are trusted: strict verification must take them, too."""
    check = f"certificate {file.name}"
    faults = [problem(check, f"strict verification refuses it: {fault}", renew)
              for fault in faults_of_authority(file)]  # fmt: skip
    return [*check_certificate(file, now, renew), *faults]


def _until(check: str, found: x509.Certificate, now: Wall, renew: str) -> Finding:
    ends = found.not_valid_after_utc
    days = int((ends.timestamp() - now) // _DAY)
    seen = f"{_name(found)}, good until {ends:%Y-%m-%d} ({days} days)"
    if found.not_valid_before_utc.timestamp() > now:
        begins = f"{_name(found)} is good from {found.not_valid_before_utc:%Y-%m-%d} on only"
        today = datetime.fromtimestamp(now, UTC)
        return problem(
            check, begins, f"is it really {today:%Y-%m-%d}?  If not: {CLOCK_CURE}.  Else {renew}"
        )
    return good(check, seen) if days >= _WARN_DAYS else problem(check, seen, renew)


def _name(found: x509.Certificate) -> str:
    names = found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else "nobody"


def _issued_by(found: x509.Certificate, ca: Path) -> bool:
    try:
        authorities = x509.load_pem_x509_certificates(read_plain(ca))
    except (OSError, ValueError):
        return False
    return any(_signed(found, each) for each in authorities)


def _signed(found: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        found.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _belongs(found: x509.Certificate, key: Path) -> bool:
    try:
        private = load_pem_private_key(read_plain(key), password=None)
    except (OSError, ValueError, TypeError):
        return False
    return private.public_key() == found.public_key()
