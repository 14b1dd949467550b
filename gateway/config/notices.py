"""`[notices]` of gateway.toml: how people are told of troubles and alarms."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from gateway.core.notices.schedule import Cadence
from service.settings import AnyPath, ExistingFile, Settings
from wire.ids import Seconds
from wire.trouble import Level

_FIRST = {Level.ORDINARY: 300.0, Level.URGENT: 5.0, Level.ALARM: 0.0}


def _must_be_zone(name: str) -> str:
    try:
        ZoneInfo(name or "UTC")
    except (OSError, ValueError) as error:
        raise ValueError("there is no such time zone; give one as America/Chicago") from error
    return name


class NoticesSettings(Settings):
    """Which people are told of troubles and alarms, by a process of its own."""

    people: ExistingFile
    """File of the people and their carriers, whose addresses hold secrets; mode 0600."""
    path: AnyPath
    """SQLite database of what was told to whom, with every attempt and its answer."""
    time_zone: Annotated[str, AfterValidator(_must_be_zone)] = ""
    """Clock of the school, as `America/Chicago`; that of this machine if empty."""
    alarm_repeat_seconds: Annotated[float, Field(ge=1, le=3600)] = 60.0
    """Seconds after which a person is told again of an alarm that they have not taken."""
    urgent_repeat_minutes: Annotated[float, Field(ge=0.02, le=1440)] = 15.0
    """Minutes after which people are told again of an urgent trouble that nobody has taken."""
    ordinary_repeat_hours: Annotated[float, Field(ge=0.1, le=720)] = 24.0
    """Hours after which people are told again of an ordinary trouble that nobody has taken."""

    @property
    def cadences(self) -> Mapping[Level, Cadence]:
        """When people are told of a matter of each level."""
        repeats = {
            Level.ORDINARY: self.ordinary_repeat_hours * 3600,
            Level.URGENT: self.urgent_repeat_minutes * 60,
            Level.ALARM: self.alarm_repeat_seconds,
        }
        return {
            level: Cadence(Seconds(_FIRST[level]), Seconds(repeat))
            for level, repeat in repeats.items()
        }

    @property
    def zone(self) -> tzinfo:
        """The clock of the school."""
        return ZoneInfo(self.time_zone) if self.time_zone else _zone_here()


def _zone_here() -> tzinfo:
    """This machine's zone, with its changes in the year."""
    try:
        with Path("/etc/localtime").open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC
