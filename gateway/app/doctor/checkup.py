"""All checks of a gateway, in the order in which a press meets the parts.

Reads and connects; sends no report, and holds nothing that the running gateway needs.
"""

from collections.abc import Iterator
from pathlib import Path

from gateway.app.doctor.authority import REISSUE, check_own_authority
from gateway.app.doctor.broker import check_first_broker, check_own_broker
from gateway.app.doctor.cameras import check_cameras
from gateway.app.doctor.console import check_console
from gateway.app.doctor.forgery import check_forgery
from gateway.app.doctor.notices import check_notices
from gateway.app.doctor.receivers import check_receivers
from gateway.app.doctor.records import check_store
from gateway.app.doctor.seals import check_seals
from gateway.cameras.frames import FrameFolder
from gateway.config.credential_faults import faults_of_credentials
from gateway.config.endpoints import EidoNotifier
from gateway.config.secret_files import secret_files
from gateway.config.services import services_of
from gateway.config.settings import USUAL_CONFIG, GatewaySettings
from gateway.config.surroundings import dotted
from gateway.core.site import Register
from service import owners
from service.doctor.access import account_of, check_data, check_secrets, check_settings_file
from service.doctor.certificates import BY_ITSELF, check_authority, check_certificate
from service.doctor.finding import Finding, good, problem
from service.doctor.machine import check_clock, check_disk, check_watchdog
from service.doctor.services import check_helpers, check_service
from wire.ids import CameraId, Wall

_CHECK = f"tocsin-gateway check --config {USUAL_CONFIG}"


def examine(
    settings: GatewaySettings, path: Path, register: Register, now: Wall, synchronised: bool
) -> list[Finding]:
    """Return what there is to say at `now` of the gateway whose settings are at `path`.

    Waits some seconds for others.
    """
    cameras = [CameraId(each.id) for each in settings.camera]
    return [
        _rooms(register),
        *check_own_broker(settings, now),
        *check_first_broker(settings, now),
        *check_forgery(settings),
        *check_own_authority(settings, now),
        *check_seals(settings, register),
        *_certificates(settings, now),
        *_files(settings, path),
        *_credentials(settings),
        *check_receivers(settings.endpoint, now),
        *check_cameras(cameras, FrameFolder(settings.frames.pictures), now),
        *check_console(settings.console),
        *check_notices(settings.notices),
        *check_store(settings.store.path),
        check_disk(settings.store.path.parent),
        check_clock(now, synchronised),
        *(check_service(unit, _CHECK) for unit in services_of(settings)),
        *(check_helpers(f"{door}.socket", whose) for door, whose in _helpers(settings)),
        check_watchdog(),
    ]


def _helpers(settings: GatewaySettings) -> Iterator[tuple[str, str]]:
    """What speaks with strangers for a service, and for which."""
    if any(each.is_played for each in settings.camera):
        yield "tocsin-player", "tocsin-cameras"
    if any(isinstance(each, EidoNotifier) for each in settings.endpoint):
        yield "tocsin-eido", "tocsin-gateway"


def _rooms(register: Register) -> Finding:
    bare = [room for room, entry in register.by_room.items() if entry.unit is None]
    count = f"{len(register.by_room)} rooms, {len(register.by_unit)} units"
    if not register.by_unit:
        return problem(
            "register", count, f"write the rooms and their units into rooms.csv, then: `{_CHECK}`"
        )
    if bare:
        named = ", ".join(bare[:8]) + (", …" if len(bare) > 8 else "")
        return problem(
            "register",
            f"{count}; no unit in {named}",
            "mount units there, or leave it if that is meant",
        )
    return good("register", count)


def _certificates(settings: GatewaySettings, now: Wall) -> Iterator[Finding]:
    brokers = [settings.mqtt, *([settings.standby.primary] if settings.standby else [])]
    for broker in brokers:
        if broker.ca:
            yield from check_authority(broker.ca, now, REISSUE)
        if broker.cert:
            yield from check_certificate(broker.cert, now, BY_ITSELF, broker.ca, broker.key)
    for endpoint in settings.endpoint:
        if endpoint.ca:
            cure = f"ask the receiver for its authority's new certificate: {endpoint.ca}"
            yield from check_authority(endpoint.ca, now, cure)
        if endpoint.cert:
            cure = f"ask the receiver for a new one: {endpoint.cert}"
            yield from check_certificate(endpoint.cert, now, cure, key=endpoint.key)


def _credentials(settings: GatewaySettings) -> Iterator[Finding]:
    for place, fault in faults_of_credentials(settings):
        cure = f"put a file there that fits; the service takes it by itself. To see all: `{_CHECK}`"
        yield problem(dotted(place), fault, cure)


def _files(settings: GatewaySettings, path: Path) -> Iterator[Finding]:
    """Settings, secrets and data, each judged as the user of its service."""
    folder = settings.store.path.parent
    account = account_of(folder, owners.GATEWAY)
    yield from check_settings_file(path, account)
    for _, file, user in secret_files(settings):
        yield from check_secrets([file], account_of(folder, user))
    data = [settings.store.path, settings.album, settings.store.evidence]
    yield from check_data(data, account)
    if settings.accounts:
        yield from check_data([settings.accounts.path], account_of(folder, owners.CONSOLE))
    if settings.notices:
        yield from check_data([settings.notices.path], account_of(folder, owners.NOTICES))
