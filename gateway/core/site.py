"""Which rooms, units and cameras the school has, as the core knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from gateway.core.values import Room
from wire.ids import CameraId, RoomId, UnitId


class Place(NamedTuple):
    """Where on a floor's plan, in per cent of its width and height."""

    x: float
    y: float


class MovedPlaces(NamedTuple):
    """Rooms and cameras that a person put elsewhere on the plan."""

    rooms: Mapping[RoomId, Place]
    cameras: Mapping[CameraId, Place]


NOTHING_MOVED: Final = MovedPlaces({}, {})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register."""

    room: Room
    unit: UnitId | None
    cameras: tuple[CameraId, ...]
    x: float | None
    y: float | None
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The rooms by their id and by the unit on their wall; revoked units are left out."""

    by_room: Mapping[RoomId, Entry]
    by_unit: Mapping[UnitId, Entry]
    revoked: frozenset[UnitId] = frozenset()
