"""device.toml: what one wall unit must know.  Every table and every default stands here."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.broker import Broker
from service.settings import AnyPath, ExistingFile, Settings
from wire.ids import NAME, ROOM

Name = Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
RoomName = Annotated[str, Field(pattern=f"^{ROOM.pattern}$")]
# The lines that every Pi brings out on its 40-pin header.
Pin = Annotated[int, Field(ge=0, le=27)]


class Button(Settings):
    """A contact from `pin` to ground, closed while pressed.

    `hold_seconds` is how long it must be held before it counts, 0 for at once.  `pull` is `up` for
    the Pi's own resistor, `none` where a stronger one is wired to 3.3 V (better on a long cable).
    """

    pin: Pin = 17
    hold_seconds: Annotated[float, Field(ge=0, le=10)] = 0
    pull: Literal["up", "none"] = "up"


class Lamp(Settings):
    """The lamp in or beside the button, lit while `pin` is high."""

    pin: Pin = 27


class Buzzer(Settings):
    """A buzzer with its own oscillator, sounding while `pin` is high."""

    pin: Pin


class JournalFile(Settings):
    """Where open alerts are kept through a power cut."""

    path: AnyPath = Path("/var/lib/tocsin-device/journal.db")


class Gateway(Broker):
    """A broker, and the certificate by whose key its gateway seals what it tells this unit.

    `sealed_by` goes with `mqtts://`: what does not bear that seal is ignored.  `authority` is where
    the certificate is renewed; empty for one that somebody else sees to.
    """

    sealed_by: ExistingFile | None = None
    authority: Annotated[str, Field(pattern=r"^(https://[^/\s]+)?$")] = ""

    @model_validator(mode="after")
    def _seals_are_judged(self) -> "Gateway":
        if self.secure and self.sealed_by is None:
            raise ValueError("mqtts:// also needs sealed_by, the gateway's certificate")
        return self


class DeviceSettings(Settings):
    """The whole of device.toml.  `covert` keeps lamp and buzzer dark, whatever happens."""

    site: Name
    unit: Name
    room: RoomName
    covert: bool = False
    button: Button = Button()
    lamp: Lamp = Lamp()
    buzzer: Buzzer | None = None
    journal: JournalFile = JournalFile()
    gateway: Annotated[tuple[Gateway, ...], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _pins_differ(self) -> "DeviceSettings":
        pins = {"button": self.button.pin, "lamp": self.lamp.pin}
        if self.buzzer is not None:
            pins["buzzer"] = self.buzzer.pin
        for name, pin in pins.items():
            if others := [other for other, p in pins.items() if p == pin and other != name]:
                raise ValueError(f"{name} and {others[0]} are both on pin {pin}")
        return self
