"""Checks the broker, and the files without which it would not start again."""

import os
from collections.abc import Iterator
from typing import Final

from gateway.app.doctor.authority import REISSUE
from gateway.config.settings import GatewaySettings
from gateway.config.trust import AuthoritySettings
from gateway.trust.broker import files as broker_files
from gateway.trust.ca import key_folder
from service.cure import as_word
from service.doctor.certificates import check_certificate
from service.doctor.finding import Finding, good, problem, skipped
from service.doctor.machine import CLOCK_CURE
from service.doctor.servers import Cures, check_broker
from wire.ids import Wall

_RENEW: Final = "`systemctl restart tocsin-authority tocsin-broker`"
# What the supervisor writes at each start, as long as the authority publishes it.
_WRITTEN: Final = (broker_files.ACCESS, broker_files.REVOCATIONS)
_FILES: Final = (
    broker_files.CONFIGURATION,
    broker_files.AUTHORITY,
    broker_files.CERTIFICATE,
    broker_files.KEY,
    *_WRITTEN,
)


def check_own_broker(settings: GatewaySettings, now: Wall) -> Iterator[Finding]:
    """Say how the broker of this gateway stands, now and at its next start."""
    yield check_broker("broker", settings.mqtt, now, _cures(settings))
    if settings.authority is not None:
        yield from _files(settings.authority, now)


def _cures(settings: GatewaySettings) -> Cures:
    own, start = settings.authority, "`systemctl enable --now tocsin-broker`"
    address = "is `url` of [mqtt] in /etc/tocsin/gateway.toml right?"
    ca = (
        f"`install -m 644 {as_word(own.folder / key_folder.AUTHORITY_CERTIFICATE)}"
        f" {as_word(settings.mqtt.ca)} && systemctl restart tocsin-gateway`"
        if own and settings.mqtt.ca
        else "`ca` of [mqtt] must hold the certificate of the broker's authority: ask for it there"
    )
    return {
        "certificate": ca,
        "ours": f"`cert` of [mqtt] must be of the broker's authority; {_RENEW}",
        "ends": _RENEW,
        "name": f"{address}  This machine's own broker is at mqtts://127.0.0.1",
        "clock": CLOCK_CURE,
        "refused": f"{start}; if it runs: {address}",
        "unreachable": f"{address}  On this machine: mqtts://127.0.0.1",
    }


def _files(own: AuthoritySettings, now: Wall) -> Iterator[Finding]:
    check, folder = "broker's files", own.broker
    if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
        yield skipped(check, "only root and the broker may look there")
        return
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if not missing:
        yield good(check, "all there")
        certificate, ca = folder / broker_files.CERTIFICATE, folder / broker_files.AUTHORITY
        key = folder / broker_files.KEY
        yield from check_certificate(certificate, now, _RENEW, ca, key)
        return
    seen = f"{', '.join(missing)} not there: the broker will not start again"
    written = set(missing) <= set(_WRITTEN)
    yield problem(check, seen, _RENEW if written else f"put them back from your copy: {folder}")


def check_first_broker(settings: GatewaySettings, now: Wall) -> Iterator[Finding]:
    """Say whether a second gateway reaches the first one's broker; nothing on a first one."""
    if settings.standby is None:
        return
    address = "is `url` of [standby.primary] in /etc/tocsin/gateway.toml right?"
    again = (
        "join again by a code of the first gateway (there: `tocsin-gateway enrol --standby --config"
        f" /etc/tocsin/gateway.toml`); an old authority there: {REISSUE}"
    )
    there = "on the first gateway: `systemctl enable --now tocsin-broker`"
    cures = {
        "certificate": again,
        "ours": again,
        "ends": "on the first gateway: " + _RENEW,
        "name": address,
        "clock": CLOCK_CURE,
        "refused": f"{there}; if it runs: {address}",
        "unreachable": f"is the first gateway switched on?  Else: {address}",
    }
    yield check_broker("first gateway's broker", settings.standby.primary, now, cures)
