"""A wall unit as a process: device.toml and a log; `press`, `push`, `release` on stdin.

The log has a JSON line for each press, each climb of an alert and each sign read off the lamp.
"""

import json
import logging
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import Any, Final

from simulator.events import LampRead
from simulator.lamps import watch
from simulator.story import listen
from simulator.wallunit import WallUnit

_LOCK: Final = threading.Lock()


def main() -> None:
    config, log, held = Path(sys.argv[1]), Path(sys.argv[2]), "held" in sys.argv[3:]
    logging.basicConfig(level=logging.INFO)

    def note(what: str, **fields: Any) -> None:
        line = json.dumps({"what": what, "at": time.monotonic(), **fields})
        with _LOCK, log.open("a") as out:
            out.write(line + "\n")

    listen(lambda climb: note("climb", alert=climb.alert, says=climb.stage.name))
    unit = WallUnit(config, Random(1))
    watch({unit.room: unit.lamp}, lambda seen: _read(note, seen))
    if held:
        note("press")
        unit.finger.push()
    unit.start()
    for word in sys.stdin:
        if word.strip() in ("press", "push"):
            note("press")
        {"press": unit.finger.press, "push": unit.finger.push, "release": unit.finger.let_go}[
            word.strip()
        ]()


def _read(note: Any, seen: Any) -> None:
    if isinstance(seen, LampRead):
        note("sign", says=seen.sign)


if __name__ == "__main__":
    main()
