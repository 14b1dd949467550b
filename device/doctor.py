"""The check-up of a wall unit: `tocsin-device doctor`.

Touches neither pins nor broker sessions, so a unit that is running is not disturbed.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from device.settings import DeviceSettings
from service import owners
from service.broker import Broker
from service.doctor.access import account_of, check_data, check_secrets
from service.doctor.certificates import BY_ITSELF, check_authority, check_certificate
from service.doctor.finding import Finding, good, problem
from service.doctor.machine import CLOCK_CURE, check_clock, check_disk, check_watchdog
from service.doctor.servers import Cures, check_broker
from service.doctor.services import check_service
from wire.ids import Wall

_CHIPS: Final = "gpiochip*"
USUAL_CONFIG: Final = "/etc/tocsin/device.toml"
_CHECK: Final = f"tocsin-device check --config {USUAL_CONFIG}"
_AGAIN: Final = (
    "on the gateway: `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml`; then here:"
    " `tocsin-device join https://GATEWAY:8443`"
)
_ADDRESS: Final = f"is `url` of this [[gateway]] in {USUAL_CONFIG} right?"
_CURES: Final[Cures] = {
    "certificate": f"is it the right gateway?  {_ADDRESS}  If it was set up anew, {_AGAIN}",
    "ours": _AGAIN,
    "ends": "on the gateway: `systemctl restart tocsin-authority tocsin-broker`",
    "name": f"{_ADDRESS}  It must be an address that `hosts` of the gateway names",
    "clock": CLOCK_CURE,
    "refused": f"on the gateway: `systemctl enable --now tocsin-broker`; if it runs: {_ADDRESS}",
    "unreachable": f"is the cable in, and the gateway switched on?  Else: {_ADDRESS}",
}


def examine(settings: DeviceSettings, now: Wall, synchronised: bool) -> list[Finding]:
    """Return what there is to say of this unit at `now`; waits some seconds for its gateways."""
    account = account_of(settings.journal.path.parent, owners.DEVICE)
    return [
        *_gateways(settings, now),
        *check_secrets((each.key for each in settings.gateway if each.key), account),
        *check_data([settings.journal.path], account),
        check_clock(now, synchronised),
        check_disk(settings.journal.path.parent),
        check_pins(Path("/dev")),
        check_service("tocsin-device", _CHECK),
        check_watchdog(),
    ]


def check_pins(devices: Path) -> Finding:
    """Check that the pins' library and a GPIO chip are there; claims no line."""
    if find_spec("lgpio") is None:
        cure = "`apt install python3-lgpio`, and a venv made with --system-site-packages"
        return problem("pins", "the library lgpio is missing", cure)
    chips = sorted(chip.name for chip in devices.glob(_CHIPS))
    if not chips:
        return problem("pins", "this machine has no pins", "a wall unit is a Raspberry Pi")
    return good("pins", f"{', '.join(chips)}; only a press proves button and lamp")


def _gateways(settings: DeviceSettings, now: Wall) -> Iterator[Finding]:
    for number, broker in enumerate(settings.gateway, start=1):
        yield check_broker(f"gateway {number} ({broker.host})", broker, now, _CURES)
        yield from _certificates(broker, now)


def _certificates(broker: Broker, now: Wall) -> Iterator[Finding]:
    if broker.ca:
        yield from check_authority(broker.ca, now, _AGAIN)
    if broker.cert:
        yield from check_certificate(broker.cert, now, BY_ITSELF, broker.ca, broker.key)
