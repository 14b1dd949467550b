"""The values that events and effects are made of."""

from dataclasses import dataclass
from typing import NamedTuple, NewType

from wire.ids import CameraId, IncidentId, Monotonic, Wall


class Now(NamedTuple):
    """One reading of both clocks: timers use `mono`, what people read uses `wall`."""

    mono: Monotonic
    wall: Wall


ChannelId = NewType("ChannelId", str)
"""A channel to an endpoint: its name for the first address, `<name>/backup` for the other."""


class ReportId(NamedTuple):
    """Names one report under way to one endpoint."""

    channel: ChannelId
    incident: IncidentId
    version: int


@dataclass(frozen=True, slots=True)
class Room:
    """Where a unit hangs, in the school's own words."""

    id: str
    name: str
    floor: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The newest picture of one camera, JPEG as it lies in memory."""

    camera: CameraId
    jpeg: bytes
    taken_at: Wall
