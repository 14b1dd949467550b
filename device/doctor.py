"""The check-up of a wall unit, as an expert would do it at its terminal: `tocsin-device doctor`.

Touches neither pins nor broker session, so a unit that runs beside it goes on undisturbed.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from device.settings import DeviceSettings
from service.broker import Broker
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
from wire.ids import Wall

_CHIPS: Final = "gpiochip*"
_RENEW: Final = "enrol the unit anew: tocsin-gateway enrol, then tocsin-device join"


def examine(settings: DeviceSettings, now: Wall, synchronised: bool) -> list[Finding]:
    """Return what there is to say of this unit at `now`; waits some seconds for its gateways."""
    return [
        *_gateways(settings, now),
        *look_at_modes(each.key for each in settings.gateway if each.key),
        look_at_clock(now, synchronised),
        look_at_disk(settings.journal.path.parent),
        look_at_pins(Path("/dev")),
        look_at_service("tocsin-device"),
        look_at_watchdog(),
    ]


def look_at_pins(devices: Path) -> Finding:
    """Say whether the pins' library and a chip of pins are there; takes no line from anyone."""
    if find_spec("lgpio") is None:
        cure = "apt install python3-lgpio, and a venv made with --system-site-packages"
        return problem("pins", "the library lgpio is missing", cure)
    chips = sorted(chip.name for chip in devices.glob(_CHIPS))
    if not chips:
        return problem("pins", "this machine has no pins", "a wall unit is a Raspberry Pi")
    return good("pins", f"{', '.join(chips)}; button and lamp are proven by a press alone")


def _gateways(settings: DeviceSettings, now: Wall) -> Iterator[Finding]:
    for number, broker in enumerate(settings.gateway, start=1):
        yield look_at_broker(f"gateway {number} ({broker.host})", broker, now)
        yield from _certificates(broker, now)


def _certificates(broker: Broker, now: Wall) -> Iterator[Finding]:
    if broker.ca:
        yield from look_at_certificate(broker.ca, now, _RENEW)
    if broker.cert:
        yield from look_at_certificate(broker.cert, now, _RENEW, broker.ca, broker.key)
