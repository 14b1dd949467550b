"""What the unit's own adapters put into the loop's inbox.  Values only."""

from dataclasses import dataclass
from typing import NamedTuple

from wire.ids import AlertId, BootId, Monotonic, RoomId, Wall
from wire.machine import Machine
from wire.stage import Answer, Stage


class Edge(NamedTuple):
    """The button's contact closed (`pressed`) or opened at `at`, by the kernel's stamp."""

    at: Monotonic
    pressed: bool


class KnownPress(NamedTuple):
    """A press after the first one of an alert, with its times as those of the alert."""

    press: int
    pressed: Monotonic | None
    pressed_at: Wall | None


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as the journal keeps it.

    `pressed` is the first edge by the monotonic clock, None if a reboot of the machine lies
    between; `pressed_at` the same by the wall clock, None if that was not synchronised.  `further`
    are the newest of the presses after the first.
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
    further: tuple[KnownPress, ...] = ()


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


class MachineRead(NamedTuple):
    """The sensors of the machine were read."""

    machine: Machine
