"""What the unit's own adapters put into the loop's inbox.  Values only."""

from dataclasses import dataclass
from typing import NamedTuple

from wire.ids import AlertId, BootId, Monotonic, RoomId, Wall
from wire.stage import Answer, Stage


class Edge(NamedTuple):
    """The button's contact closed (`pressed`) or opened at `at`, by the kernel's stamp."""

    at: Monotonic
    pressed: bool


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as the journal keeps it.

    `pressed` is the first edge by the monotonic clock, None if a reboot of the machine lies
    between; `pressed_at` the same by the wall clock, None if that was not synchronised.
    """

    alert: AlertId
    boot: BootId
    seq: int
    room: RoomId
    pressed: Monotonic | None
    pressed_at: Wall | None
    presses: int
    stage: Stage
    answer: Answer = Answer.NONE


class Loaded(NamedTuple):
    """The journal was read; these alerts were open when the unit last stopped."""

    rows: tuple[StoredAlert, ...]


class Journaled(NamedTuple):
    """The alert with that many presses is on the disk, synced."""

    alert: AlertId
    presses: int


class JournalReplaced(NamedTuple):
    """A journal that could not be read was set aside as `name`, and a new one begun."""

    name: str
    reason: str
