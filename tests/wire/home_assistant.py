"""Home Assistant's rules for device discovery over MQTT, as its documentation and source have them.

https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload: the topic's device id,
what must and may stand in `device`, `origin` and a component, what a sensor of class `enum` needs.
"""

import re
from typing import Any

from jsonschema import Draft202012Validator

TOPIC = re.compile(r"homeassistant/device/[a-zA-Z0-9_-]+/config")
_TEXT = {"type": "string", "minLength": 1}
# A topic that is subscribed to: no wildcard here, and no NUL.
_TOPIC = {"type": "string", "minLength": 1, "maxLength": 65535, "pattern": "^[^+#\\u0000]+$"}
_DEVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["identifiers"],
    "properties": {
        "identifiers": {"type": "array", "items": _TEXT, "minItems": 1},
        **dict.fromkeys(
            ("name", "manufacturer", "model", "suggested_area", "via_device", "sw_version"), _TEXT
        ),
    },
}
_SENSOR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["platform", "unique_id", "state_topic"],
    "properties": {
        "platform": {"const": "sensor"},
        "unique_id": _TEXT,
        "name": _TEXT,
        "device_class": {"const": "enum"},
        "options": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
        "state_topic": _TOPIC,
        "expire_after": {"type": "integer", "minimum": 0},
    },
    # `options` goes with the class `enum`, and the other way round.
    "dependentRequired": {"options": ["device_class"], "device_class": ["options"]},
}
_DISCOVERY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["device", "origin", "components"],
    "properties": {
        "device": _DEVICE,
        "origin": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {"name": _TEXT, "sw_version": _TEXT, "support_url": _TEXT},
        },
        "components": {"type": "object", "minProperties": 1, "additionalProperties": _SENSOR},
    },
}


def faults_in(topic: str, message: Any) -> list[str]:
    """Return why Home Assistant would not take a discovery; a command topic is a fault, too."""
    found = [each.message for each in Draft202012Validator(_DISCOVERY).iter_errors(message)]
    return found if TOPIC.fullmatch(topic) else [f"{topic}: no topic of a device", *found]
