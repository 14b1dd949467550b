"""The troubles that a wall unit reports of itself in its heartbeat."""

from typing import Final

from wire.trouble import Level, Trouble

CHATTERING: Final = Trouble(
    "chattering-contact",
    "The contact closes more often than a hand can press it. The first presses were reported, and"
    " now one of many is: a real press may hide among them.",
    "Call the room. Then look for a loose wire, damp or a worn button, and replace it.",
    level=Level.URGENT,
)
CLOCK: Final = Trouble(
    "clock",
    "No time service has set the unit's clock since it started. Alerts are sent all the same; their"
    " reports give the time by the gateway's clock.",
    "Let the unit reach a time server: `timedatectl set-ntp true`, then"
    " `timedatectl timesync-status` on the unit.",
)
GATEWAY_LOST: Final = Trouble(
    "<gateway>-lost",
    "For 5 s the unit has had no connection to the broker of this `[[gateway]]` of its device.toml"
    " (`gateway-1` is the first), or no gateway is subscribed there. Its alerts go to the"
    " other ones.",
    "Look at the gateway first: `systemctl status tocsin-broker tocsin-gateway`. Then on the unit:"
    " `tocsin-device doctor --config /etc/tocsin/device.toml`.",
    level=Level.URGENT,
)
HOT: Final = Trouble(
    "hot",
    "The unit's processor is at 80 °C or above, where it begins to slow itself; with more heat it"
    " switches itself off.",
    "Go there: is the unit in the sun, over a radiator, or covered? Give it air, or a case with a"
    " heat sink. The trouble ends below 75 °C.",
)
INTERNAL_ERROR: Final = Trouble(
    "internal-error",
    "A step of the unit's program failed. The program went on without it.",
    "Read the error on the unit: `journalctl -u tocsin-device -p err`. Press the button as a test,"
    " report the error to the maintainers, then `systemctl restart tocsin-device`.",
)
JOURNAL: Final = Trouble(
    "journal",
    "The unit cannot write open alerts to its disk: it is full, read-only, worn out, or does not"
    " answer. Alerts are sent at once all the same, but one that is open would be lost with the"
    " power.",
    "On the unit: `df -h /var/lib/tocsin-device` and `dmesg | tail`. Make room; replace a card that"
    " is read-only.",
    level=Level.URGENT,
)
JOURNAL_REPLACED: Final = Trouble(
    "journal-replaced",
    "The unit's journal was damaged when it started, and was set aside. Alerts that were open then"
    " are not repeated by this unit any more.",
    "Call the room to ask whether anybody needed help. Replace the unit's card soon, and look at"
    " its power supply. The trouble ends when the unit is started again.",
)
NO_EDGES: Final = Trouble(
    "no-edges",
    "The button is read, but the kernel no longer reports its edges. Presses still count, up"
    " to a tenth of a second later than usual.",
    "On the unit: `systemctl restart tocsin-device`, then press the button as a test.",
)
NOT_DELIVERED: Final = Trouble(
    "not-delivered",
    "An alert of this unit is not yet with any receiver, 15 s after the press. Its lamp says so,"
    " also if somebody at the school has answered.",
    "Call 911 for that room. Then look at the gateway's own troubles:"
    " `tocsin-gateway status --config /etc/tocsin/gateway.toml`.",
    level=Level.ALARM,
)
NOT_RECEIVED: Final = Trouble(
    "not-received",
    "No gateway has answered an alert of this unit within 4 s. The unit repeats it to all of them.",
    "Call 911 for that room. Then look at the gateway: `systemctl status tocsin-gateway`.",
    level=Level.ALARM,
)
STUCK_BUTTON: Final = Trouble(
    "stuck-button",
    "The button has been held for 30 s: it is jammed, or its wires touch. It cannot raise another"
    " alert until it is released.",
    "Go there: release the button, pull a mushroom head back out, look for a crushed cable.",
    level=Level.URGENT,
)
THROTTLED: Final = Trouble(
    "throttled",
    "The firmware of the unit's board slows its processor: it is too hot, or its supply too weak."
    " Presses count all the same, somewhat later.",
    "Look at the unit's other troubles: `under-voltage` says that it is the supply, else it is the"
    " heat. On the unit: `dmesg | tail`. The trouble ends ten minutes after it was seen last.",
)
UNDER_VOLTAGE: Final = Trouble(
    "under-voltage",
    "The supply of the unit's board is too weak: it may restart at any moment, and its card may be"
    " damaged.",
    "Replace the unit's power supply and its cable by those that its board asks for; over a long"
    " cable use PoE. The trouble ends ten minutes after it was seen last.",
)

UNIT_TROUBLES: Final = (
    CHATTERING,
    CLOCK,
    GATEWAY_LOST,
    HOT,
    INTERNAL_ERROR,
    JOURNAL,
    JOURNAL_REPLACED,
    NO_EDGES,
    NOT_DELIVERED,
    NOT_RECEIVED,
    STUCK_BUTTON,
    THROTTLED,
    UNDER_VOLTAGE,
)
