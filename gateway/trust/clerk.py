"""Signs for whoever may have it: a unit with a code, a certificate near its end.  Knows no HTTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509

from gateway.revoked import read_revoked
from gateway.settings import IdentitySettings
from gateway.trust.authority import Authority
from gateway.trust.enrolment import EnrolmentError, fault_of
from gateway.trust.ledger import Ledger
from gateway.trust.plan import in_url
from service.files import write_whole
from service.identity import PEM, name_on
from service.settings import SettingsError
from wire.ids import SiteId, UnitId, Wall


@dataclass(frozen=True, slots=True)
class Terms:
    """What a unit that joins is told, and where the authority leaves the certificates of units.

    `gateway` is the certificate by whose key the gateway seals.
    """

    site: SiteId
    brokers: tuple[str, ...]
    renewal: str
    revoked: Path
    units: Path
    gateway: Path


def terms_of(settings: IdentitySettings) -> Terms:
    """Return the terms of the gateway with these settings."""
    own = settings.authority
    host = in_url(own.hosts[0])
    return Terms(
        site=SiteId(settings.site.id),
        brokers=(f"mqtts://{host}:{own.broker_port}",),
        renewal=f"https://{host}:{own.port}",
        revoked=own.revoked,
        units=own.published / "units",
        gateway=settings.mqtt.cert or Path(),
    )


class Clerk:
    """The authority's one desk; one request at a time, so that no code is used twice.

    Each method raises EnrolmentError or NotOursError for the asker's faults, OSError or
    sqlite3.Error for ours.
    """

    def __init__(self, authority: Authority, ledger: Ledger, terms: Terms) -> None:
        self._authority = authority
        self._ledger = ledger
        self._terms = terms
        self._turn = threading.Lock()

    def certificate(self) -> bytes:
        """Return the authority's certificate, for a unit to hold against its code."""
        return self._authority.certificate.public_bytes(PEM)

    def join(self, fields: Mapping[str, Any], now: Wall) -> dict[str, Any]:
        """Sign for the unit whose open window `fields` names, once."""
        request = _text(fields, "request").encode()
        with self._turn:
            window = self._ledger.find(_text(fields, "window"))
            if window is None:
                raise EnrolmentError("no such window is open")
            if fault := fault_of(window, _text(fields, "secret"), now):
                self._ledger.guessed_wrong(window)
                raise EnrolmentError(fault)
            self._must_not_be_revoked(window.unit)
            signed = self._authority.sign_client(window.unit, request, now)
            self._ledger.use_up(window)
            self._remember(signed)
            self._publish(window.unit, signed)
        return {
            "certificate": signed.decode("ascii"),
            "gateway": self._terms.gateway.read_text("ascii"),
            "site": self._terms.site,
            "unit": window.unit,
            "room": window.room,
            "brokers": list(self._terms.brokers),
            "renewal": self._terms.renewal,
        }

    def renew(self, fields: Mapping[str, Any], now: Wall) -> dict[str, Any]:
        """Sign anew for whoever still has the key of a good certificate of ours."""
        try:
            old = x509.load_pem_x509_certificate(_text(fields, "certificate").encode())
        except ValueError as error:
            raise EnrolmentError("the certificate cannot be read") from error
        with self._turn:
            # Ours first: only then is the name on it worth looking up.
            self._authority.verify(old, now)
            self._must_not_be_revoked(UnitId(name_on(old)))
            signed = self._authority.renew(old, _text(fields, "request").encode(), now)
            self._remember(signed)
            if (self._terms.units / f"{name_on(old)}.crt").exists():
                self._publish(UnitId(name_on(old)), signed)
        return {"certificate": signed.decode("ascii")}

    def _must_not_be_revoked(self, unit: UnitId) -> None:
        try:
            revoked = read_revoked(self._terms.revoked)
        except SettingsError as error:
            raise OSError(str(error)) from error
        if unit in revoked:
            raise EnrolmentError(f"{unit} is revoked, for ever")

    def _remember(self, signed: bytes) -> None:
        certificate = x509.load_pem_x509_certificate(signed)
        self._ledger.signed(name_on(certificate), certificate.serial_number)

    def _publish(self, unit: UnitId, signed: bytes) -> None:
        """Let the gateway know whose seals are this unit's."""
        write_whole(self._terms.units / f"{unit}.crt", signed, 0o644)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise EnrolmentError(f"{name} is missing")
    return value
