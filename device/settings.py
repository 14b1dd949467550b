"""device.toml: what one wall unit must know.  Every table and every default stands here."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.broker import Broker
from service.setting_types import Name, OptionalServer, RoomName
from service.settings import AnyPath, ExistingFile, Settings

# The lines that every Pi brings out on its 40-pin header.
Pin = Annotated[int, Field(ge=0, le=27)]


class ButtonSettings(Settings):
    """A contact from `pin` to ground, closed while pressed."""

    pin: Pin = 17
    """BCM number of the button's pin."""
    hold_seconds: Annotated[float, Field(ge=0, le=10)] = 0
    """Seconds for which it must be held before it counts; 0: at once."""
    pull: Literal["up", "none"] = "up"
    """`up` for the Pi's own resistor, `none` where a stronger one to 3.3 V is wired."""


class LampSettings(Settings):
    """The lamp in or beside the button, lit while `pin` is high."""

    pin: Pin = 27
    """BCM number of the lamp's pin."""


class BuzzerSettings(Settings):
    """A buzzer with its own oscillator, sounding while `pin` is high."""

    pin: Pin
    """BCM number of the buzzer's pin."""


class JournalSettings(Settings):
    """Where open alerts are kept through a power cut."""

    path: AnyPath = Path("/var/lib/tocsin-device/journal.db")
    """SQLite database of the open alerts."""


class GatewayLinkSettings(Broker):
    """A gateway's broker; every alert goes to all of them."""

    gateway_cert: ExistingFile | None = None
    """Certificate by which the gateway signs; needed for `mqtts://`. What is not signed by it is
    ignored.
    """
    authority: OptionalServer = ""
    """Where the unit's certificate is renewed, `https://host:port`; empty: not by the unit."""

    @model_validator(mode="after")
    def _seals_are_judged(self) -> "GatewayLinkSettings":
        if self.secure and self.gateway_cert is None:
            raise ValueError("mqtts:// also needs gateway_cert, the gateway's certificate")
        return self


class DeviceSettings(Settings):
    """The whole of device.toml."""

    site: Name
    """Short name of the school, as in gateway.toml."""
    unit: Name
    """Name of this unit, as in rooms.csv and on its certificate."""
    room: RoomName
    """Room in which it hangs, as on the door."""
    silent: bool = False
    """Whether lamp and buzzer stay dark, whatever happens."""
    button: ButtonSettings = ButtonSettings()
    lamp: LampSettings = LampSettings()
    buzzer: BuzzerSettings | None = None
    journal: JournalSettings = JournalSettings()
    gateway: Annotated[tuple[GatewayLinkSettings, ...], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _pins_differ(self) -> "DeviceSettings":
        pins = {"button": self.button.pin, "lamp": self.lamp.pin}
        if self.buzzer is not None:
            pins["buzzer"] = self.buzzer.pin
        for name, pin in pins.items():
            if others := [other for other, p in pins.items() if p == pin and other != name]:
                raise ValueError(f"{name} and {others[0]} are both on pin {pin}")
        return self
