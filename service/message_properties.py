"""What stands beside the payload of an MQTT 5 message: a seal, and how long it is good."""

from typing import Any, Final

from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from wire.ids import Seconds
from wire.seal import NO_SEAL, USER_PROPERTY, Seal

# Ours bear one; a sender of a thousand cannot make us read them.
_MOST: Final = 8


def properties_of(seal: Seal, lasts: Seconds | None) -> Properties | None:
    """Return the properties of a message; None if it needs none."""
    if not seal and lasts is None:
        return None
    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if seal:
        properties.UserProperty = (USER_PROPERTY, seal)
    if lasts is not None:
        properties.MessageExpiryInterval = int(lasts)
    return properties  # type: ignore[no-any-return]


def seal_of(message: MQTTMessage) -> Seal:
    """Return the seal that a message bears."""
    pairs = getattr(message.properties, "UserProperty", ())[:_MOST]
    return next((Seal(value) for name, value in pairs if name == USER_PROPERTY), NO_SEAL)
