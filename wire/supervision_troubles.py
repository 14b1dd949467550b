"""The troubles of a gateway that concern its units, as it sees them.

`unit_troubles` has what a unit tells of itself.
"""

from typing import Final

from wire.trouble import Level, Trouble

BAD_SIGNATURE: Final = Trouble(
    "bad-signature-<unit>",
    "Heartbeats of the last minute that claim to be this unit's are not signed by its key, so they"
    " do not count as a sign of life.",
    "If the unit was set up anew, let it join again: `tocsin-gateway replace ROOM --config"
    " /etc/tocsin/gateway.toml` with its room. If not, somebody else speaks in its name:"
    " `tocsin-gateway revoke <unit> --config /etc/tocsin/gateway.toml`.",
    level=Level.URGENT,
)
DUPLICATE_UNIT: Final = Trouble(
    "duplicate-unit-<unit>",
    "Two units speak under this name, as when a card was copied: they push each other off the"
    " network in turn, and a press on the wrong one is reported from the wrong room.",
    "Find both and switch one off. Set it up anew and let it join under a name of its own:"
    " `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml` with its room.",
    level=Level.URGENT,
)
REVOKED_UNIT: Final = Trouble(
    "revoked-unit",
    "Somebody sends with the key of a unit that was revoked. Nothing of it is taken in.",
    "Find that unit and switch it off. If it should be in use, let it join under a new name:"
    " `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml` with its room.",
)
UNIT_CERTIFICATES: Final = Trouble(
    "unit-certificates",
    "A file in the folder of the units' certificates cannot be read. Alerts of that unit are"
    " reported as unverified.",
    "The detail names the file: take it away. Then let that unit join anew: `tocsin-gateway replace"
    " ROOM --config /etc/tocsin/gateway.toml` with its room.",
)
UNIT_CERTIFICATES_ENDING: Final = Trouble(
    "unit-certificates-ending",
    "The certificates of the named units end within 30 days, or have ended: the broker then lets"
    " those units in no more. They should have renewed themselves a year before.",
    "`systemctl enable --now tocsin-authority`, and look whether the unit reaches port 8443 of this"
    " machine. A unit renews itself within an hour, up to 90 days after the end; later let it join"
    " anew: `tocsin-gateway replace ROOM --config /etc/tocsin/gateway.toml` with its room.",
)
UNITS_IN_TROUBLE: Final = Trouble(
    "units-in-trouble",
    "The named units are running and tell of troubles of their own.",
    "Each name after a unit is one of the unit's troubles: see there.",
    level=Level.URGENT,
)
UNITS_LOST: Final = Trouble(
    "units-lost",
    "The named units have not been heard of for 25 s: a press there may reach nobody.",
    "Go there with a telephone. Is the unit powered, and its cable in? Several at once: look at"
    " the switch and at `systemctl status tocsin-broker`.",
    level=Level.URGENT,
)
UNVERIFIED_ALERT: Final = Trouble(
    "unverified-alert-<unit>",
    "An alert of this unit was reported with a warning: unknown unit, wrong room, unreadable"
    " message, or not signed by its key. Treat it as real until somebody has looked. The trouble"
    " ends when the incident is closed.",
    "Call that room. Then put rooms.csv in order, or let the unit join anew: `tocsin-gateway"
    " replace ROOM --config /etc/tocsin/gateway.toml` with its room. If nobody pressed, somebody"
    " forged it: `tocsin-gateway revoke <unit> --config /etc/tocsin/gateway.toml`.",
    level=Level.ALARM,
)

SUPERVISION_TROUBLES: Final = (
    BAD_SIGNATURE,
    DUPLICATE_UNIT,
    REVOKED_UNIT,
    UNIT_CERTIFICATES,
    UNIT_CERTIFICATES_ENDING,
    UNITS_IN_TROUBLE,
    UNITS_LOST,
    UNVERIFIED_ALERT,
)
