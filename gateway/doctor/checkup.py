"""What there is to look at on a gateway, in the order in which a press meets it.

Reads, connects and says hello; sends no report, and holds nothing that the gateway needs.
"""

from collections.abc import Iterator

from gateway.doctor.cameras import look_at_cameras
from gateway.doctor.forgery import look_at_forgery
from gateway.doctor.receivers import look_at_receivers
from gateway.doctor.records import look_at_store
from gateway.doctor.seals import look_at_seals
from gateway.frames import FrameFolder
from gateway.register import Register
from gateway.settings import GatewaySettings
from service.doctor.certificates import look_at_certificate
from service.doctor.finding import Finding, good, problem
from service.doctor.machine import (
    look_at_clock,
    look_at_disk,
    look_at_modes,
    look_at_service,
    look_at_watchdog,
)
from service.doctor.servers import look_at_broker
from wire.ids import CameraId, Wall

_RENEW = "have the school's authority issue it anew: tocsin-gateway init says how"


def examine(
    settings: GatewaySettings, register: Register, now: Wall, synchronised: bool
) -> list[Finding]:
    """Return what there is to say of this gateway at `now`; waits some seconds for others."""
    cameras = [CameraId(each.id) for each in settings.camera]
    return [
        _rooms(register),
        look_at_broker("broker", settings.mqtt, now),
        *look_at_forgery(settings),
        *look_at_seals(settings, register),
        *_certificates(settings, now),
        *_secrets(settings),
        *look_at_receivers(settings.endpoint, now),
        *look_at_cameras(cameras, FrameFolder(settings.frames.folder), now),
        *look_at_store(settings.store.path),
        look_at_disk(settings.store.path.parent),
        look_at_clock(now, synchronised),
        *map(look_at_service, ("tocsin-broker", "tocsin-gateway", "tocsin-cameras")),
        look_at_watchdog(),
    ]


def _rooms(register: Register) -> Finding:
    bare = [room for room, entry in register.by_room.items() if entry.unit is None]
    count = f"{len(register.by_room)} rooms, {len(register.by_unit)} units"
    if not register.by_unit:
        return problem("register", count, "write the rooms and their units into rooms.csv")
    if bare:
        named = ", ".join(bare[:8]) + (", …" if len(bare) > 8 else "")
        return problem("register", f"{count}; no unit in {named}", "hang units there, or say so")
    return good("register", count)


def _certificates(settings: GatewaySettings, now: Wall) -> Iterator[Finding]:
    brokers = [settings.mqtt, *([settings.standby.primary] if settings.standby else [])]
    for broker in brokers:
        if broker.ca:
            yield from look_at_certificate(broker.ca, now, _RENEW)
        if broker.cert:
            yield from look_at_certificate(broker.cert, now, _RENEW, broker.ca, broker.key)
    for endpoint in settings.endpoint:
        if endpoint.ca:
            yield from look_at_certificate(endpoint.ca, now, "ask the receiver for its new one")
        if endpoint.cert:
            cure = "ask the receiver for a new one"
            yield from look_at_certificate(endpoint.cert, now, cure, key=endpoint.key)


def _secrets(settings: GatewaySettings) -> list[Finding]:
    files = [settings.mqtt.key, settings.standby.primary.key if settings.standby else None]
    files += [file for each in settings.endpoint for file in (each.secrets, each.key)]
    files += [each.password_file for each in settings.camera]
    return look_at_modes(file for file in files if file)
