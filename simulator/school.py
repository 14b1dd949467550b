"""The simulated school: starts every process and every unit in order, and ends them in reverse.

Knows commands and the line each prints when it is ready; nothing of their protocols.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final, Self

from simulator.broker import start_founded_broker
from simulator.folder import RunFolder
from simulator.ports import Ports
from simulator.process import ProcessError, end, last_words, start
from simulator.wallunit import WallUnit
from wire.ids import RoomId

_READY_WITHIN_S: Final = 20.0
_POLL_EVERY_S: Final = 0.02
_READY: Final = ": ready\n"
# The other clients of the broker.
_BESIDE: Final = ("gateway", "canary-a", "canary-b")
_BIN: Final = Path(sys.executable).parent


class School:
    """A running school.  Use as a context: whatever happens, nothing that it started stays.

    `say` is told how the start goes, a line at a time.  Entering raises ProcessError, which says
    whose fault it is.  Enter it in the main thread: children die with the thread that starts them.
    """

    def __init__(self, folder: RunFolder, ports: Ports, say: Callable[[str], None]) -> None:
        self.units: Mapping[RoomId, WallUnit] = {}
        self._folder = folder
        self._ports = ports
        self._say = say
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def move_plug(self, pulled: bool) -> None:
        """Cut the receiver's power, or give it back and wait until it is ready.

        In the main thread, as all that starts; raises ProcessError if it does not start.
        """
        if pulled and (receiver := self._children.pop("police", None)):
            receiver.kill()
            receiver.wait()
        elif not pulled and "police" not in self._children:
            before = self._folder.log("police").read_text(errors="replace").count(_READY)
            self._start_receiver()
            self._wait_for("police", self._folder.log("police"), _READY, before + 1)

    def check(self) -> None:
        """Raise ProcessError if any part of the school has ended by itself."""
        for name, child in self._children.items():
            if (code := child.poll()) is not None:
                raise self._fault(name, f"ended with exit code {code}")
        for unit in self.units.values():
            if not unit.alive():
                raise self._fault("units", f"lost {unit.unit}: its firmware ended")

    def _start(self) -> None:
        begun = time.monotonic()
        broker = start_founded_broker(self._folder.path, self._ports.broker)
        self._owns("mosquitto", broker)
        self._say("mosquitto is ready")
        self._start_receiver()
        self._run("cameras", "tocsin-gateway", "cameras", self._folder.gateway)
        self._run("gateway", "tocsin-gateway", "run", self._folder.gateway)
        self._run("console", "tocsin-gateway", "console", self._folder.gateway)
        for name in ("police", "cameras", "gateway", "console"):
            self._wait_for(name, self._folder.log(name), _READY, 1)
            self._say(f"{name} {'are' if name == 'cameras' else 'is'} ready")
        self._switch_on()
        everyone = len(self.units) + len(_BESIDE)
        self._wait_for("units", self._folder.log("mosquitto"), "New client connected", everyone)
        took = time.monotonic() - begun
        self._say(f"{len(self.units)} units are on the wall; the school took {took:.1f} s")

    def _start_receiver(self) -> None:
        self._run("police", "tocsin-police", "serve", self._folder.police)

    def _run(self, name: str, command: str, verb: str, settings: Path) -> None:
        told = [str(_BIN / command), verb, "--config", str(settings)]
        self._owns(name, start(told, self._folder.log(name)))

    def _owns(self, name: str, child: subprocess.Popen[bytes]) -> None:
        self._children[name] = child
        self._ending.callback(end, child)

    def _switch_on(self) -> None:
        units = [WallUnit(path, Random(path.stem)) for path in self._folder.units]
        self.units = {unit.room: unit for unit in units}
        for unit in units:
            self._ending.callback(unit.join)
        for unit in units:
            self._ending.callback(unit.stop)
            unit.start()

    def _wait_for(self, name: str, log: Path, words: str, times: int) -> None:
        pause, deadline = threading.Event(), time.monotonic() + _READY_WITHIN_S
        while not log.exists() or log.read_text(errors="replace").count(words) < times:
            self.check()
            if time.monotonic() > deadline:
                raise self._fault(name, f"not ready after {_READY_WITHIN_S:.0f} s")
            pause.wait(_POLL_EVERY_S)

    def _fault(self, name: str, what: str) -> ProcessError:
        return ProcessError(f"{name}: {what}; its log ends:\n{last_words(self._folder.log(name))}")
