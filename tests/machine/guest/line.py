#!/usr/bin/python3
"""In the machine: plays levels on a pin, or writes down what a pin shows.

line pull 17 0:0.3 1          prints the second, and the pin is low for 0.3 s, then high
line watch 27 FILE            appends "seconds level" to FILE at each change, until it is ended
"""

import sys
import threading
import time
from pathlib import Path

pause = threading.Event()
CHIPS = Path("/sys/devices/platform/gpio-sim.0")


def folder(pin: str) -> Path:
    return next(CHIPS.glob(f"gpiochip*/sim_gpio{pin}"))


def pull(pin: str, *steps: str) -> None:
    file, at = folder(pin) / "pull", time.monotonic()
    print(at)
    for step in steps:
        level, _, seconds = step.partition(":")
        file.write_text("pull-up" if level == "1" else "pull-down")
        at += float(seconds or 0)
        pause.wait(max(0.0, at - time.monotonic()))


def watch(pin: str, to: str) -> None:
    file, before = folder(pin) / "value", ""
    with Path(to).open("a", buffering=1) as changes:
        while True:
            level = file.read_text().strip()
            if level != before:
                changes.write(f"{time.monotonic():.3f} {level}\n")
                before = level
            pause.wait(0.01)


match sys.argv[1:]:
    case ["pull", pin, *steps]:
        pull(pin, *steps)
    case ["watch", pin, to]:
        watch(pin, to)
