"""Wall units as a process: a log, their device.toml each; orders come on stdin, one a line.

`press 204`, `push 204`, `release 204`; `deaf 204` and `hear 204`: no edge is told from now on, and
again; `pressing 204 [[0.0, true], …]`: a press whose contact closes and opens so many seconds from
now.  The log has a JSON line for each press, each climb and each answer of an alert, and each sign
read off a lamp.
"""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any, Final

from simulator.events import LampChanged, LampRead
from simulator.lamps import watch
from simulator.stage_log import AnswerHeard, StageReached, listen
from simulator.wallunit import WallUnit

_LOCK: Final = threading.Lock()
_PRESSES: Final = {"press", "push", "pressing"}


class Wall:
    """All units of this process."""

    def __init__(self, log: Path, configs: list[Path], held: bool) -> None:
        self._log = log
        units = [WallUnit(config, Random(n)) for n, config in enumerate(configs)]
        self._units = {str(unit.room): unit for unit in units}
        self._pins = {room: unit.button for room, unit in self._units.items()}
        self._listeners = {room: pin.when_changed for room, pin in self._pins.items()}
        self._orders = {room: SimpleQueue[str]() for room in self._units}
        self._do: dict[str, Callable[[str, str], None]] = {
            "press": lambda room, _: self._units[room].driver.press(),
            "push": lambda room, _: self._units[room].driver.push(),
            "release": lambda room, _: self._units[room].driver.let_go(),
            "deaf": lambda room, _: self._listen(room, None),
            "hear": lambda room, _: self._listen(room, self._listeners[room]),
            "pressing": self._drive,
        }
        listen(self._told)
        watch({unit.room: unit.lamp for unit in units}, self._seen)
        for room in self._units if held else ():
            self._rest_on(room)
        for room, unit in self._units.items():
            unit.start()
            threading.Thread(target=self._obey, args=(room,), daemon=True).start()

    def order(self, line: str) -> None:
        """Have done what one line orders, after what was ordered before in its room."""
        self._orders[line.split()[1]].put(line)

    def note(self, what: str, room: str, **fields: Any) -> None:
        """Write a line of the log."""
        line = json.dumps({"what": what, "room": room, "at": time.monotonic(), **fields})
        with _LOCK, self._log.open("a") as out:
            out.write(line + "\n")

    def _obey(self, room: str) -> None:
        while True:
            word, _, *rest = self._orders[room].get().split(maxsplit=2)
            if word in _PRESSES:
                self.note("press", room)
            self._do[word](room, "".join(rest))

    def _told(self, fact: StageReached | AnswerHeard) -> None:
        what, says = (
            ("climb", fact.stage.name)
            if isinstance(fact, StageReached)
            else ("answer", fact.answer.word)
        )
        self.note(what, fact.room, alert=fact.alert, says=says)

    def _seen(self, seen: LampChanged | LampRead) -> None:
        if isinstance(seen, LampRead):
            self.note("sign", seen.room, says=seen.sign)

    def _rest_on(self, room: str) -> None:
        """The button was down before anybody listened for edges, and perhaps in a life before."""
        self._listen(room, None)
        if not self._log.exists():
            self.note("press", room)
        self._pins[room].drive_low()
        self._listen(room, self._listeners[room])

    def _listen(self, room: str, listener: Any) -> None:
        self._pins[room].when_changed = listener

    def _drive(self, room: str, edges: str) -> None:
        """What comes late moves what follows: a machine that stood still makes no press shorter."""
        pin, start = self._pins[room], time.monotonic()
        for at, closed in json.loads(edges):
            threading.Event().wait(max(0.0, start + at - time.monotonic()))
            start = max(start, time.monotonic() - at)
            pin.drive_low() if closed else pin.drive_high()


def main() -> None:
    log, *configs = (Path(word) for word in sys.argv[1:] if word != "held")
    logging.basicConfig(level=logging.INFO)
    wall = Wall(log, configs, held="held" in sys.argv)
    for line in sys.stdin:
        wall.order(line)


if __name__ == "__main__":
    main()
