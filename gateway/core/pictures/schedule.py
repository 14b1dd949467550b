"""The schedule of an incident's pictures: which cameras, when, and when one counts as silent.
Pure.

Nothing waits for it: no frame is read before the alert's report has left.  A camera whose room
pressed is then followed: a picture 1, 2 and 5 s after the press, and every 10 s.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NamedTuple

from gateway.core.effects import SavePicture
from gateway.core.formats.report import Picture, SilentCamera, picture
from gateway.core.values import Frame, Now
from wire.ids import CameraId, IncidentId, Monotonic, RoomId, Seconds, Wall

# An older frame does not show the room as it is now (docs/decisions/limits.md).
FRESH: Final = Seconds(2.0)
# A camera that has given nothing by then is named in a report, which is there within 5 s.
GIVE_UP: Final = Seconds(4.5)
# After the press (docs/decisions/limits.md).
AT_FIRST: Final = (Seconds(1.0), Seconds(2.0), Seconds(5.0))
THEN_EVERY: Final = Seconds(10.0)
# 720 pictures of each camera; who still watches then sees it live.
FOLLOW_FOR: Final = Seconds(7200.0)
# At 150 kB each, 2 Mbit/s to each endpoint; the cameras of the newest presses go first.
MOST_FOLLOWED: Final = 12
# Reading a frame costs the alert path some 0.2 ms, so only a few are read at a time.
MOST_AT_ONCE: Final = 4
_EVERY: Final = Seconds(0.1)
# One press after another in one room asks for a new picture only after this time.
_AGAIN: Final = Seconds(10.0)
# So long a picture of the schedule may be late before it is left out.
_LATE: Final = Seconds(0.8)
# How often the camera process is told who is followed.
_RENEW: Final = Seconds(1.0)

_NEVER: Final = Wall(0.0)

Key = tuple[IncidentId, CameraId]


@dataclass(slots=True)
class _Want:
    room: RoomId
    pressed_at: Wall
    until: Monotonic
    read_at: Monotonic


@dataclass(slots=True)
class _Follow:
    """`due` is the next time of the schedule; `shown` when the last picture given was taken."""

    room: RoomId
    pressed_at: Wall
    began: Monotonic
    due: Monotonic
    read_at: Monotonic
    shown: Wall = _NEVER
    silent: bool = False


class Found(NamedTuple):
    """A picture for an incident, also to be kept, or the reason why there is none."""

    incident: IncidentId
    what: Picture | SilentCamera
    keep: SavePicture | None = None


class SnapshotSchedule:
    """The pictures that are wanted and have not come yet."""

    def __init__(self) -> None:
        self._wants: dict[Key, _Want] = {}
        self._asked: dict[Key, Monotonic] = {}
        self._follows: dict[Key, _Follow] = {}
        self._renewed = Monotonic(float("-inf"))

    def want(
        self, incident: IncidentId, room: RoomId, camera: CameraId, pressed_at: Wall, now: Now
    ) -> bool:
        """Ask for pictures of the press at `pressed_at`; False if some were asked for just now."""
        key = incident, camera
        if now.mono - self._asked.get(key, -_AGAIN) < _AGAIN:
            return False
        self._asked[key] = now.mono
        self._wants[key] = _Want(room, pressed_at, Monotonic(now.mono + GIVE_UP), now.mono)
        self.follow(incident, room, camera, pressed_at, now)
        return True

    def follow(
        self, incident: IncidentId, room: RoomId, camera: CameraId, pressed_at: Wall, now: Now
    ) -> None:
        """Ask for the pictures of the schedule from now on, in place of the oldest if need be."""
        key, due = (incident, camera), Monotonic(now.mono + AT_FIRST[0])
        self._follows.pop(key, None)
        self._follows[key] = _Follow(room, pressed_at, now.mono, due, due)
        while len(self._follows) > MOST_FOLLOWED:
            del self._follows[next(iter(self._follows))]
        self._renewed = Monotonic(float("-inf"))

    def cameras_due(self, now: Now) -> list[CameraId]:
        """Return the cameras whose newest frame should be read when no report is about to leave."""
        due = {c: None for (_, c), want in self._wants.items() if now.mono >= want.read_at}
        due |= {c: None for (_, c), each in self._follows.items() if now.mono >= each.read_at}
        return list(due)[:MOST_AT_ONCE]

    def next_due(self) -> Monotonic:
        """When a camera is due again."""
        due = [want.read_at for want in self._wants.values()]
        due += [follow.read_at for follow in self._follows.values()]
        return min(due, default=Monotonic(float("inf")))

    def saw(self, camera: CameraId, frame: Frame | None, reason: str, now: Now) -> list[Found]:
        """Take what was read of `camera`: its frame, or None and the reason in words."""
        # One from the future was taken before the clock was set back.
        fresh = frame if frame and abs(now.wall - frame.taken_at) <= FRESH else None
        found = [
            what
            for key in [key for key in self._wants if key[1] == camera]
            if (what := self._first(key, fresh, reason, now))
        ]
        for key in [key for key in self._follows if key[1] == camera]:
            if now.mono >= self._follows[key].read_at:
                found += self._next(key, fresh, reason, now)
        return found

    def followed(self, now: Now) -> tuple[CameraId, ...]:
        """Return the cameras that open incidents need, when it is time to say so again."""
        if not self._follows or now.mono - self._renewed < _RENEW:
            return ()
        self._renewed = now.mono
        return tuple(dict.fromkeys(camera for _, camera in self._follows))

    def hand_over(self, source: IncidentId, target: IncidentId, rooms: AbstractSet[RoomId]) -> None:
        """What is wanted of these rooms is wanted for another incident from now on."""
        for table in (self._wants, self._follows):
            _rename(table, source, target, rooms)

    def forget(self, incident: IncidentId) -> None:
        """Want nothing more for an incident that is over."""
        for key in [key for key in self._asked if key[0] == incident]:
            self._wants.pop(key, None)
            del self._asked[key]
        for key in [key for key in self._follows if key[0] == incident]:
            del self._follows[key]

    def _first(self, key: Key, fresh: Frame | None, reason: str, now: Now) -> Found | None:
        want, follow = self._wants[key], self._follows.get(key)
        if fresh:
            del self._wants[key]
            if follow:
                follow.shown = fresh.taken_at
            return _found(key[0], fresh, want.room, want.pressed_at)
        if now.mono >= want.until:
            del self._wants[key]
            if follow:
                follow.silent = True
            return Found(key[0], SilentCamera(key[1], reason))
        want.read_at = Monotonic(now.mono + _EVERY)
        return None

    def _next(self, key: Key, fresh: Frame | None, reason: str, now: Now) -> list[Found]:
        """Give the picture that the schedule asks for, if there is a newer one than the last."""
        follow = self._follows[key]
        newer = fresh if fresh and fresh.taken_at != follow.shown else None
        if newer is None and now.mono < follow.due + _LATE:
            follow.read_at = Monotonic(now.mono + _EVERY)
            return []
        self._schedule(key, now)
        if newer:
            follow.shown, follow.silent = newer.taken_at, False
            return [_found(key[0], newer, follow.room, follow.pressed_at)]
        if fresh or follow.silent or key in self._wants:
            return []
        follow.silent = True
        return [Found(key[0], SilentCamera(key[1], reason))]

    def _schedule(self, key: Key, now: Now) -> None:
        follow = self._follows[key]
        since = now.mono - follow.began
        follow.due = Monotonic(follow.began + _following(since))
        follow.read_at = follow.due
        if since >= FOLLOW_FOR:
            del self._follows[key]


def _following(since: float) -> float:
    """Return the first time of the schedule later than `since`, in seconds after a press."""
    soon = next((each for each in AT_FIRST if each > since), None)
    return soon if soon is not None else (since // THEN_EVERY + 1) * THEN_EVERY


def _found(incident: IncidentId, frame: Frame, room: RoomId, pressed_at: Wall) -> Found:
    keep = SavePicture(incident, room, pressed_at, frame)
    return Found(incident, picture(frame, room, pressed_at), keep)


def _rename(
    table: dict[Key, _Want] | dict[Key, _Follow],
    source: IncidentId,
    target: IncidentId,
    rooms: AbstractSet[RoomId],
) -> None:
    for incident, camera in list(table):
        if incident == source and table[incident, camera].room in rooms:
            table[target, camera] = table.pop((incident, camera))  # type: ignore[assignment]
