"""Checks the school's authority: its key, its server, and what it publishes."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.config.settings import GatewaySettings
from gateway.config.trust import AuthoritySettings
from gateway.trust.ca import key_folder
from service import owners
from service.cure import as_word
from service.doctor.certificates import check_authority, check_certificate
from service.doctor.finding import Finding, good, problem, skipped
from service.doctor.handshake import ClientIdentity
from service.doctor.machine import CLOCK_CURE
from service.doctor.servers import Cures, check_tls_server
from service.identity import is_strict, read_certificate
from wire.ids import Wall

REISSUE: Final = "`tocsin-gateway reissue-ca --config /etc/tocsin/gateway.toml`"
_MOST_NAMED: Final = 8
_START: Final = "`systemctl enable --now tocsin-authority`"
_RESTART: Final = "`systemctl restart tocsin-authority`"
_CURES: Final[Cures] = {
    "certificate": f"{_RESTART}; if it stays: {REISSUE}",
    "ours": _START,
    "ends": _RESTART,
    "name": "init made its certificate for 127.0.0.1, too; put authority/server.crt back from"
    " your copy",
    "clock": CLOCK_CURE,
    "refused": _START,
    "unreachable": _RESTART,
}


def check_own_authority(settings: GatewaySettings, now: Wall) -> Iterator[Finding]:
    """Say how the authority of this school stands; nothing where it is on another machine."""
    own = settings.authority
    if own is None:
        return
    yield from _key(own, now)
    identity = ClientIdentity(settings.mqtt.ca)
    yield check_tls_server("authority", "127.0.0.1", own.port, identity, now, _CURES)
    yield _revocations(own.public_folder / key_folder.PUBLISHED_LIST)
    yield from _units(own.public_folder / "units")


def _key(own: AuthoritySettings, now: Wall) -> Iterator[Finding]:
    check, key = "authority's key", own.folder / key_folder.AUTHORITY_KEY
    if own.folder.is_dir() and not os.access(own.folder, os.R_OK | os.X_OK):
        yield skipped(check, "only root and the authority may look there")
        return
    if not key.is_file():
        install = f"install -o {owners.AUTHORITY} -m 600 COPY/{key.name} {as_word(key)}"
        cure = f"`{install}`, with your copy of it"
        yield problem(check, f"there is no {key}: nobody can join, and nothing is renewed", cure)
        return
    certificate = own.folder / key_folder.AUTHORITY_CERTIFICATE
    yield from check_authority(certificate, now, REISSUE)
    cure = f"put authority.key and authority.crt back from one copy: {own.folder}"
    fits = check_certificate(certificate, now, cure, key=key)
    yield from fits[1:] or [good(check, "there, and of its certificate")]


def _revocations(published: Path) -> Finding:
    check = "list of revocations"
    if published.is_file():
        return good(check, "published")
    seen = f"there is no {published}: the broker cannot take up who is revoked"
    return problem(check, seen, _RESTART)


def _units(folder: Path) -> Iterator[Finding]:
    check = "units' certificates"
    if not folder.is_dir():
        cure = (
            f"`install -d -o {owners.AUTHORITY} -m 755 {as_word(folder)}`, then put the"
            " certificates back from your copy; without one let each unit join anew:"
            " `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml`"
        )
        yield problem(check, f"there is no {folder}: no unit's signature can be verified", cure)
        return
    if loose := [path.stem for path in sorted(folder.glob("*.crt")) if not _strict(path)]:
        named = ", ".join(loose[:_MOST_NAMED]) + (", …" if len(loose) > _MOST_NAMED else "")
        seen = f"strict verification (RFC 5280) refuses those of {named}"
        cure = f"{_START}: units renew them by themselves within an hour"
        yield problem(check, seen, cure)


def _strict(path: Path) -> bool:
    try:
        return is_strict(read_certificate(path))
    except (OSError, ValueError):
        return False
