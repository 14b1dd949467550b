"""The values that events and effects are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, NewType

from wire.ids import AlertId, CameraId, IncidentId, Monotonic, Wall


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


class Exchange(NamedTuple):
    """A document as it left for an endpoint, and what came back, each byte for byte.

    `media` is the document's type; `status` and `headers` are those of an HTTP answer.  `alert`:
    None if it tells of all that its report tells of; else the one, empty for none.
    """

    media: str
    document: bytes
    sent_at: Wall
    answer: bytes
    answered_at: Wall
    status: int = 0
    headers: Mapping[str, str] = MappingProxyType({})
    alert: AlertId | None = None


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
