"""Reads what the settings name: the register of rooms, and the zones given out for them."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from gateway.config.last_good import LastGood
from gateway.config.losses import losses
from gateway.config.register import parse_register, read_rooms, with_cameras
from gateway.config.revoked import read_revoked
from gateway.config.settings import CameraSettings, GatewaySettings, StoreSettings
from gateway.config.site import SiteSettings
from gateway.config.trust import TrustSettings
from gateway.config.zones import Zones
from gateway.core.site import Register
from service.settings import SettingsError, read_file
from wire.ids import CameraId, RoomId, UnitId

log = logging.getLogger(__name__)


class RegisterSettings(Protocol):
    """What a process must know of gateway.toml to read the register."""

    @property
    def site(self) -> SiteSettings:
        """The school, and the register's file."""

    @property
    def store(self) -> StoreSettings:
        """Beside it is the register that last was good."""

    @property
    def trust(self) -> TrustSettings | None:
        """Who is revoked."""

    @property
    def camera(self) -> tuple[CameraSettings, ...]:
        """Cameras, which may name rooms."""


def read_register(settings: RegisterSettings) -> Register:
    """Read the register, the cameras' own rooms and who is revoked.

    Raises SettingsError, also for a register that lost rooms or units since it last was good.
    """
    path, revoked = settings.site.rooms, _revoked(settings)
    text = read_file(path).text
    register = register_in(settings, path, text)
    before = LastGood(settings.store.path).read_register()
    if before is not None:
        faults = losses(read_rooms(before)[0], read_rooms(text)[0], revoked)
        if faults:
            raise SettingsError(path, faults)
    return replace(register, revoked=revoked)


def read_register_or_last_good(settings: RegisterSettings) -> Register:
    """The same, or the register that last was good if this one has a fault.

    Raises SettingsError, about the register's own file, if there is none that can be used.
    """
    try:
        return read_register(settings)
    except SettingsError as error:
        kept = LastGood(settings.store.path)
        text = kept.read_register()
        if text is None:
            raise
        try:
            register = replace(
                register_in(settings, kept.register, text), revoked=_revoked(settings)
            )
        except SettingsError:
            raise error from None
        log.error("%s\nthe register that last was good is used instead", error)
        return register


def read_zones(settings: GatewaySettings, register: Register) -> Zones:
    """Give every room its zone, and keep the new ones; raises SettingsError."""
    zones = Zones(settings.store.path.with_suffix(".zones"), settings.site.rooms)
    zones.take(register)
    return zones


def accept_register(settings: GatewaySettings, path: Path) -> None:
    """Keep settings and register as good, whatever they lost; raises SettingsError or OSError."""
    register_in(settings, settings.site.rooms, read_file(settings.site.rooms).text)
    LastGood(settings.store.path).keep(path, settings.site.rooms)


def register_in(settings: RegisterSettings, path: Path, text: str) -> Register:
    """Return the register that `text` is, with the cameras' own rooms; raises SettingsError about
    `path`.
    """
    register, faults = parse_register(text)
    if faults:
        raise SettingsError(path, faults)
    rooms = {CameraId(c.id): [RoomId(room) for room in c.rooms] for c in settings.camera}
    return with_cameras(register, rooms, path)


def _revoked(settings: RegisterSettings) -> frozenset[UnitId]:
    if settings.trust is None or settings.trust.revoked is None:
        return frozenset()
    return read_revoked(settings.trust.revoked)
