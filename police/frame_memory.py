"""The newest live frame of each camera, in memory alone: no live frame is ever on a disk.  Pure.

A frame is dropped once it is old, whether anybody asks or not, and the oldest where room runs out.
"""

from typing import Final, NamedTuple

from police.receiver import SenderName
from wire.ids import CameraId, Monotonic, Seconds
from wire.live_frame import LiveFrame

# So long a page says how old its picture is, and then it shows none.
KEPT: Final = Seconds(15.0)
_ROOM: Final = 64_000_000
# A camera whose frames were all of the future, by a clock that was set back, is not stuck for ever.
_OUTRANKS: Final = Seconds(3.0)

Key = tuple[SenderName, CameraId]


class HeldFrame(NamedTuple):
    """A frame as it came at `at`; `number` is a higher one for each frame."""

    number: int
    frame: LiveFrame
    at: Monotonic

    def age(self, now: Monotonic) -> Seconds:
        """Return how old the picture is: how old it came, and what has passed since."""
        return Seconds(self.frame.age + now - self.at)


class FrameMemory:
    """One frame of each camera, and no more bytes in all than there is room for."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._number = 0
        self._frames: dict[Key, HeldFrame] = {}

    @property
    def size(self) -> int:
        """The bytes of all frames."""
        return sum(len(each.frame.jpeg) for each in self._frames.values())

    def put(self, sender: SenderName, frame: LiveFrame, now: Monotonic) -> bool:
        """Keep a frame in place of the camera's older one; False if it is the older one."""
        self.drop_old(now)
        key = sender, frame.camera
        held = self._frames.pop(key, None)
        if held and frame.taken_at <= held.frame.taken_at and now - held.at < _OUTRANKS:
            self._frames[key] = held
            return False
        self._number += 1
        self._frames[key] = HeldFrame(self._number, frame, now)
        while self.size > self._room:
            del self._frames[next(iter(self._frames))]
        return True

    def newest(self, sender: SenderName, camera: CameraId, now: Monotonic) -> HeldFrame | None:
        """Return the camera's frame; None if there is none, or none that is worth showing."""
        self.drop_old(now)
        return self._frames.get((sender, camera))

    def drop_old(self, now: Monotonic) -> None:
        """Forget what came too long ago."""
        for key in [key for key, each in self._frames.items() if now - each.at >= KEPT]:
            del self._frames[key]
