"""The command `reissue-ca`: a new certificate for an authority whose own nears its end, and new
ones for a school whose first ones are not strict.

The authority keeps its key and its name, so that all that it signed stays valid.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.config.settings import IdentitySettings
from gateway.config.trust import AuthoritySettings
from gateway.trust import console_files
from gateway.trust.broker import files as broker_files
from gateway.trust.ca import key_folder
from gateway.trust.ca.authority import Authority, NotOursError, reissued
from gateway.trust.ca.database import EnrolmentDatabase
from service import exits
from service.files import write_whole
from service.identity import (
    PEM,
    is_issued_by,
    is_strict,
    key_in,
    name_on,
    needs_another,
    read_certificate,
    request_for,
)
from wire.ids import Wall

_OPEN = 0o644
_NEXT = """
next: systemctl restart tocsin-broker tocsin-gateway tocsin-console tocsin-authority
Units take it from the authority within an hour, by themselves, once their software is new.
Enrolment codes and labels shown before no longer fit: enrol shows new ones."""


def act(settings: IdentitySettings) -> int:
    """Reissue the authority's certificate and this machine's; returns the exit code."""
    own, ca = settings.authority, settings.mqtt.ca
    try:
        old = key_folder.load_authority(own.folder)
        now = Wall(time.time())
        if not needs_another(old.certificate, now):
            end = old.certificate.not_valid_after_utc.date()
            print(f"the authority's certificate is good until {end}; nothing was changed")
            return exits.GOOD
        _reissue(old, own, ca, now)
    except (NotOursError, OSError, ValueError, sqlite3.Error) as error:
        print(f"the authority's certificate was not reissued: {error}", file=sys.stderr)
        return exits.PROBLEM
    print("the authority has a new certificate, for the same key and name" + _NEXT)
    return exits.GOOD


def _reissue(old: Authority, own: AuthoritySettings, ca: Path | None, now: Wall) -> None:
    # What listens first: a client of the new authority refuses a certificate that is not strict.
    ledger = EnrolmentDatabase(own.folder / key_folder.LEDGER)
    try:
        for path in _certificates(old, own, ca):
            found = read_certificate(path)
            signed = old.renew(found, request_for(key_in(path.with_suffix(".key"))), now)
            write_whole(path, signed, _OPEN)
            ledger.signed(name_on(found), read_certificate(path).serial_number)
    finally:
        ledger.close()
    new = reissued(old, now).certificate.public_bytes(PEM)
    trusted = (own.broker / broker_files.AUTHORITY, own.folder / key_folder.AUTHORITY_CERTIFICATE)
    for path in (*([ca] if ca else []), *trusted):
        write_whole(path, new, _OPEN)


def _certificates(old: Authority, own: AuthoritySettings, ca: Path | None) -> Iterator[Path]:
    """Yield this machine's certificates of our authority whose keys lie beside them."""
    folders = [ca.parent / "gateway", ca.parent / console_files.FOLDER] if ca else []
    ours = [path for folder in folders for path in sorted(folder.glob("*.crt"))]
    for path in (own.broker / broker_files.CERTIFICATE, own.folder / key_folder.SERVER_CERTIFICATE,
                 *ours):  # fmt: skip
        found = read_certificate(path)
        if not is_strict(found) and is_issued_by(found, old.certificate):
            yield path
