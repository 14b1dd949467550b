"""What the gateway tells other processes of its units: a file in memory, replaced as a whole.

The first line is about the gateway: when it wrote this and when it started, by the clock that all
processes of a machine share, and when each channel to a receiver proved itself last.  Then comes a
line for each unit: when it was heard last, and its heartbeat as it came.  So nothing is encoded
here, and what a later release adds to the heartbeat is in it.
"""

import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from gateway.config.frame_names import NEXT_UNITS, UNITS
from gateway.core.values import ChannelId
from gateway.fleet.heard import Beat, Snapshot
from service.files import open_to_read
from wire.codec import decode
from wire.errors import WireError
from wire.ids import Monotonic
from wire.messages import Heartbeat

# For the group of the folder, as the sign of life is.
_READABLE: Final = 0o640
# A pipe that another process of the folder put in its place would hold us for ever.
_OPEN: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# 2,000 units that say as much as a heartbeat may hold.
_LARGEST: Final = 10_000_000
# Moments of heartbeats are written in tenths: one just heard may lie half of one ahead.
_ROUNDED: Final = 0.1
# What comes of a first line that is not as it is written here, with numbers or lists without end.
_UNREADABLE: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


class SnapshotFile:
    """The file in the memory folder `folder`; nothing here waits, and nothing raises."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / UNITS
        self._next = folder / NEXT_UNITS

    def write(
        self,
        started: Monotonic,
        proven: Mapping[ChannelId, Monotonic],
        heard: Iterable[tuple[Monotonic, bytes]],
    ) -> None:
        """Replace it; where that fails, the old one grows old, which its readers see."""
        head = {"at": time.monotonic(), "started": started, "proven": dict(proven)}
        lines = [json.dumps(head).encode()]
        # A line break between the fields of a heartbeat is as good as a space.
        lines += [b"%.1f %s" % (at, said.replace(b"\n", b" ")) for at, said in heard]
        try:
            file = os.open(self._next, _OPEN, 0o600)
        except OSError:
            return
        try:
            os.fchmod(file, _READABLE)
            with os.fdopen(file, "wb", closefd=False) as opened:
                opened.write(b"\n".join(lines))
            self._next.replace(self._path)
        except OSError:
            return
        finally:
            os.close(file)

    def read(self) -> Snapshot | None:
        """Return what the gateway told last; None if it told nothing that can be read."""
        try:
            with open_to_read(self._path) as opened:
                head, *lines = opened.read(_LARGEST).split(b"\n")
            told = json.loads(head)
            at, started = Monotonic(float(told["at"])), Monotonic(float(told["started"]))
            proven = {ChannelId(name): Monotonic(float(at)) for name, at in told["proven"].items()}
        except (OSError, *_UNREADABLE):
            return None
        beats = (beat for line in lines if (beat := _read_beat(line, at)))
        return Snapshot(at, started, proven, {beat.said.unit: beat for beat in beats})


def _read_beat(line: bytes, told: Monotonic) -> Beat | None:
    at, _, said = line.partition(b" ")
    try:
        heartbeat, heard = decode(said), Monotonic(float(at))
    except (WireError, ValueError):
        return None
    is_past = heard <= told + _ROUNDED
    return Beat(heard, heartbeat) if is_past and isinstance(heartbeat, Heartbeat) else None
