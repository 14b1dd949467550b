"""What Home Assistant is told: which devices there are, by its discovery, and how they stand.

It is shown states and given nothing to command: a panic button is pressed by hand.
"""

import hashlib
import json
from typing import Any, Final, Literal

from wire.ids import RoomId, Seconds, SiteId, UnitId
from wire.topics import home_topic

HomeState = Literal["ok", "alarm", "silent"]
STATES: Final[tuple[HomeState, ...]] = ("ok", "alarm", "silent")
STATE_LASTS: Final = Seconds(180.0)
"""A state that was not told anew by then is shown as unavailable."""
DISCOVERY_LASTS: Final = Seconds(86_400.0)

_KEY_DIGITS: Final = 12


def site_device(site: SiteId) -> str:
    """Return the id of the site's device."""
    return f"tocsin-{site}"


def room_device(site: SiteId, room: RoomId) -> str:
    """Return the id of a room's device; a room keeps it whatever unit hangs there."""
    digest = hashlib.sha256(room.encode()).hexdigest()
    return f"tocsin-{site}-{digest[:_KEY_DIGITS]}"


def write_site(site: SiteId, name: str) -> bytes:
    """Return the discovery of the site: the worst state of its rooms."""
    device = {"identifiers": [site_device(site)], "name": name, "model": "Panic button system"}
    return _device(device, "Alarm", home_topic(site))


def write_room(site: SiteId, room: RoomId, name: str, unit: UnitId) -> bytes:
    """Return the discovery of a room with the unit on its wall."""
    device = {
        "identifiers": [room_device(site, room)],
        "name": name,
        "model": "Panic button",
        "suggested_area": name,
        "via_device": site_device(site),
    }
    return _device(device, "Panic button", home_topic(site, unit))


def _device(device: dict[str, Any], name: str, topic: str) -> bytes:
    state = {
        "platform": "sensor",
        "unique_id": f"{device['identifiers'][0]}-state",
        "name": name,
        "device_class": "enum",
        "options": list(STATES),
        "state_topic": topic,
        "expire_after": int(STATE_LASTS),
    }
    told = {
        "device": {**device, "manufacturer": "Tocsin"},
        "origin": {"name": "Tocsin"},
        "components": {"state": state},
    }
    return json.dumps(told, separators=(",", ":")).encode()
