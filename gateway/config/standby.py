"""`[standby]` of gateway.toml: what a second gateway must know of the first one."""

from typing import Annotated

from pydantic import Field, model_validator

from service.broker import Broker
from service.setting_types import OptionalServer
from service.settings import ExistingFile, Settings


class StandbySettings(Settings):
    """This is a second gateway: it reports what the first one has not delivered.

    Off loopback what the first one announces must be signed by `gateway_cert`.
    """

    primary: Broker
    gateway_cert: ExistingFile | None = None
    """Certificate by which the first gateway signs; needed for `mqtts://`."""
    authority: OptionalServer = ""
    """Where our certificate is renewed there, `https://host:port`; empty: not by us."""
    after_seconds: Annotated[float, Field(ge=0.5, le=60)] = 4.0
    """How long to wait for the first gateway's delivery of an alert before reporting it."""

    @model_validator(mode="after")
    def _seals_are_judged(self) -> "StandbySettings":
        if self.primary.secure and self.gateway_cert is None:
            raise ValueError("mqtts:// also needs gateway_cert, the other gateway's certificate")
        return self
