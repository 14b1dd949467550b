"""What a unit's heartbeat says of the machine that it runs on, as far as that machine can tell."""

import re
from dataclasses import dataclass
from typing import Final

from wire import fields as read
from wire.errors import WireError
from wire.fields import Fields

_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+~-]{0,39}")
# Beyond any processor that still sends.
COLDEST: Final = -60.0
HOTTEST: Final = 200.0


@dataclass(frozen=True, slots=True)
class Machine:
    """The release of Tocsin that runs, the processor's temperature, and what its firmware says now:
    that the supply is too weak, that it slows the processor.  None, or no text: it does not say.
    """

    version: str = ""
    celsius: float | None = None
    under_voltage: bool | None = None
    throttled: bool | None = None


SILENT: Final = Machine()
"""A machine that says nothing of itself, as units of releases before this one."""


def write_machine(machine: Machine) -> Fields:
    """Return as fields of a heartbeat what is known; nothing of what is not."""
    fields = {
        "version": machine.version if _VERSION.fullmatch(machine.version) else None,
        "celsius": _believable(machine.celsius),
        "under_voltage": machine.under_voltage,
        "throttled": machine.throttled,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    return {"machine": known} if known else {}


def read_machine(fields: Fields) -> Machine:
    """Read it from a heartbeat, which may lack it; raises WireError."""
    if "machine" not in fields:
        return SILENT
    (said,) = read.objects({"machine": [fields["machine"]]}, "machine")
    return Machine(
        version=read.text(said, "version", _VERSION) if "version" in said else "",
        celsius=_celsius(said["celsius"]) if "celsius" in said else None,
        under_voltage=_flag(said, "under_voltage"),
        throttled=_flag(said, "throttled"),
    )


def _believable(celsius: float | None) -> float | None:
    """A sensor that is broken must not make the heartbeat one that nobody reads."""
    if celsius is None or not COLDEST <= celsius <= HOTTEST:
        return None
    return round(celsius, 1)


def _celsius(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WireError("celsius: not a number")
    if not COLDEST <= value <= HOTTEST:
        raise WireError("celsius: not a temperature that a machine can have")
    return float(value)


def _flag(said: Fields, key: str) -> bool | None:
    value = said.get(key)
    if value is not None and type(value) is not bool:
        raise WireError(f"{key}: neither true nor false")
    return value
