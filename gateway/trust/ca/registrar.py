"""Signs for a unit with a code, and renews a certificate near its end.  Knows no HTTP."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Final

from cryptography import x509

from gateway.config.listeners import read_listeners
from gateway.config.revoked import read_revoked
from gateway.config.settings import USUAL_CONFIG, IdentitySettings
from gateway.trust.bootstrap_plan import in_url
from gateway.trust.ca.authority import RENEWAL_GRACE, Authority, digest_of_key
from gateway.trust.ca.database import EnrolmentDatabase
from gateway.trust.ca.enrolment import (
    EnrolmentError,
    EnrolmentToken,
    WrongCodeError,
    digest_of,
    must_be_open,
)
from gateway.trust.ca.fields import certificate_of, text_of
from service.files import write_whole
from service.identity import PEM, is_due, name_on
from service.networks import key_of_address
from service.settings import SettingsError
from service.throttle import Throttle
from wire.ids import Monotonic, SiteId, UnitId, Wall
from wire.topics import STANDBY

_CONFIG: Final = f"--config {USUAL_CONFIG}"


@dataclass(frozen=True, slots=True)
class SigningTerms:
    """What a unit that joins is told, and where the authority leaves the certificates of units.

    `gateway` is the certificate by whose key the gateway seals.
    """

    site: SiteId
    brokers: tuple[str, ...]
    renewal: str
    revoked: Path
    listeners: Path
    units: Path
    gateway: Path


def signing_terms(settings: IdentitySettings) -> SigningTerms:
    """Return the terms of the gateway with these settings."""
    own = settings.authority
    host = in_url(own.hosts[0])
    return SigningTerms(
        site=SiteId(settings.site.id),
        brokers=(f"mqtts://{host}:{own.broker_port}",),
        renewal=f"https://{host}:{own.port}",
        revoked=own.revoked,
        listeners=own.listeners,
        units=own.public_folder / "units",
        gateway=settings.mqtt.cert or Path(),
    )


class Registrar:
    """The authority's one signer; one request at a time, so that no code is used twice.

    Each method raises EnrolmentError or NotOursError for the asker's faults, OSError or
    sqlite3.Error for ours.
    """

    def __init__(
        self, authority: Authority, ledger: EnrolmentDatabase, terms: SigningTerms
    ) -> None:
        self._authority = authority
        self._ledger = ledger
        self._terms = terms
        self._throttle = Throttle()
        self._turn = threading.Lock()

    def certificate(self) -> bytes:
        """Return the authority's certificate, for a unit to hold against its code."""
        return self._authority.certificate.public_bytes(PEM)

    def join(self, fields: Mapping[str, Any], now: Wall, address: str) -> dict[str, Any]:
        """Sign for the unit whose open window `fields` names; one key may ask again and again.

        `address` is where the request came from.
        """
        request = text_of(fields, "request").encode()
        with self._turn:
            window = self._window(fields, now, key_of_address(address))
            _must_be_for(window, fields)
            self._must_not_be_revoked(window.unit)
            self._must_have_ended(fields, window)
            signed = self._signed_by(window, request, now)
            if window.unit not in read_listeners(self._terms.listeners):
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
        """Sign anew for the holder of the key of ours; it may have ended a while ago."""
        old = certificate_of(fields)
        with self._turn:
            # Ours first: only then is the name on it worth looking up.
            self._authority.verify(old, Wall(now - RENEWAL_GRACE))
            self._must_not_be_revoked(UnitId(name_on(old)))
            signed = self._renewed(old, text_of(fields, "request").encode(), now)
            if (self._terms.units / f"{name_on(old)}.crt").exists():
                self._publish(UnitId(name_on(old)), signed)
        return {"certificate": signed.decode("ascii")}

    def _window(self, fields: Mapping[str, Any], now: Wall, address: str) -> EnrolmentToken:
        """Return the window that `fields` name, unless too many wrong ones came from `address`."""
        at = Monotonic(time.monotonic())
        if wait := self._throttle.wait((address,), at):
            raise EnrolmentError(
                f"too many wrong codes came from {address}; try again in {math.ceil(wait)} s"
            )
        digest = digest_of(text_of(fields, "secret"))
        try:
            return must_be_open(self._ledger.find(text_of(fields, "window"), digest), now)
        except WrongCodeError:
            self._throttle.failed((address,), at)
            raise

    def _renewed(self, old: x509.Certificate, request: bytes, now: Wall) -> bytes:
        """Return what stands in for `old`: made once, and given again to one who asks again."""
        self._authority.verify_holder(old, request, Wall(now - RENEWAL_GRACE))
        if before := self._ledger.renewed(old.serial_number):
            return before.encode()
        if not is_due(old, now):
            raise EnrolmentError("the certificate is not near its end yet, and stays as it is")
        signed = self._authority.renew(old, request, now)
        serial = x509.load_pem_x509_certificate(signed).serial_number
        self._ledger.renew(old.serial_number, name_on(old), signed.decode("ascii"), serial)
        return signed

    def _must_have_ended(self, fields: Mapping[str, Any], window: EnrolmentToken) -> None:
        """Refuse a unit that works under another name: a code for the next room, mistaken."""
        if "was" not in fields:
            return
        was = UnitId(text_of(fields, "was"))
        if was != window.unit and self._ledger.serials(was) and was not in self._revoked():
            raise EnrolmentError(
                f"the code is for unit {window.unit}, this unit is {was} and may still speak;"
                f" if it moves: `tocsin-gateway revoke {was} {_CONFIG}`"
            )

    def _signed_by(self, window: EnrolmentToken, request: bytes, now: Wall) -> bytes:
        """Sign by the window, or return what it was used for by the key that asks."""
        key = digest_of_key(request)
        if window.key:
            if window.key != key:
                raise EnrolmentError(_used_by_another(window))
            return window.certificate.encode()
        signed = self._authority.sign_client(window.unit, request, now)
        serial = x509.load_pem_x509_certificate(signed).serial_number
        self._ledger.use(window, key, signed.decode("ascii"), serial)
        return signed

    def _must_not_be_revoked(self, unit: UnitId) -> None:
        if unit in self._revoked():
            raise EnrolmentError(f"unit {unit} is revoked and cannot join again")

    def _revoked(self) -> frozenset[UnitId]:
        try:
            return read_revoked(self._terms.revoked)
        except SettingsError as error:
            raise OSError(str(error)) from error

    def _publish(self, unit: UnitId, signed: bytes) -> None:
        """Publish the unit's certificate, by which the gateway verifies its seals."""
        write_whole(self._terms.units / f"{unit}.crt", signed, 0o644)


def _must_be_for(window: EnrolmentToken, fields: Mapping[str, Any]) -> None:
    """Refuse a unit that bears another name at its first gateway; its code stays good."""
    if "unit" not in fields:
        return
    name = text_of(fields, "unit")
    if name != window.unit:
        raise EnrolmentError(
            f"the code is for unit {window.unit}, the unit is called {name}:"
            f" `tocsin-gateway replace {quote(window.room)} --unit {name} {_CONFIG}`"
        )


def _used_by_another(window: EnrolmentToken) -> str:
    if window.unit == STANDBY:
        again = f"get another code at the gateway: `tocsin-gateway enrol --standby {_CONFIG}`"
    else:
        who = "for another unit, or if this one lost its key, at the gateway"
        again = f"{who}: `tocsin-gateway replace {quote(window.room)} {_CONFIG}`"
    return f"the code was used already, by another key; {again}"
