"""The firmware on mock pins, and what a gateway hears of it over a real link."""

import queue
import threading
import time
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory

from device.firmware import Firmware
from service.broker import Broker
from service.events import LinkUp, MessageReceived
from service.threaded_link import ThreadedLink
from tests.device.fakes import UNIT, settings_of
from tests.waiting import patience
from wire.codec import decode, encode
from wire.ids import SiteId
from wire.messages import Alert, Heartbeat, Message, Progress
from wire.stage import Stage
from wire.topics import all_up, progress_topic

SITE = SiteId("lincoln")


class GatewaySide:
    """What a gateway hears, over a real link."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[float, Message]] = []
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        broker = Broker(url=f"mqtt://127.0.0.1:{port}")
        self._link = ThreadedLink("unit", broker, "gateway", [all_up(SITE)], self._events.put)
        self._link.start()
        assert isinstance(self._events.get(timeout=patience(5)), LinkUp)

    def alerts(self) -> list[tuple[float, Alert]]:
        self._listen()
        return [(at, each) for at, each in self.heard if isinstance(each, Alert)]

    def beats(self) -> list[Heartbeat]:
        self._listen()
        return [each for _, each in self.heard if isinstance(each, Heartbeat)]

    def tell(self, stage: Stage) -> None:
        news = Progress(self.alerts()[-1][1].alert, stage, self.alerts()[-1][1].presses)
        self._link.publish(progress_topic(SITE, UNIT), encode(news))

    def stop(self) -> None:
        self._link.stop()

    def _listen(self) -> None:
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, MessageReceived):
                self.heard.append((event.at, decode(event.payload)))


class WallUnit:
    """The firmware on mock pins, in a thread."""

    def __init__(self, folder: Path, *ports: int, path: Path | None = None) -> None:
        settings = settings_of(
            journal={"path": path or folder / "j.db"},
            gateway=[{"url": f"mqtt://127.0.0.1:{port}"} for port in ports],
        )
        board = MockFactory()
        self.button, self.lamp = board.pin(17), board.pin(27)
        self.button.drive_high()
        self.firmware = Firmware(settings, board)
        self.thread = threading.Thread(target=self.firmware.run, daemon=True)
        self.thread.start()

    def press(self) -> float:
        at = time.monotonic()
        self.button.drive_low()
        threading.Event().wait(0.06)
        self.button.drive_high()
        return at

    def stop(self) -> None:
        self.firmware.stop()
        self.thread.join(2)
        assert not self.thread.is_alive(), "the firmware did not end within 2 s"
