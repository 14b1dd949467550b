"""What the page shows: lamps, signs and presses, told to every open page as they change."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from sse_starlette import ServerSentEvent

from simulator.events import LampChanged, LampRead
from simulator.story import Climb
from wire.ids import RoomId

# A page opened late is shown the latest presses; the police have all of them.
_MOST_PRESSES: Final = 50

Event = LampChanged | LampRead | Climb
News = tuple[str, dict[str, Any]]


class Board:
    """Put to by the simulator's loop, listened to from the web server's thread."""

    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._lamps: dict[RoomId, dict[str, Any]] = {}
        self._presses: dict[str, dict[str, Any]] = {}
        self._pages: dict[asyncio.Queue[News | None], asyncio.AbstractEventLoop] = {}

    def put(self, event: Event) -> None:
        """Keep what changed, and tell every page."""
        with self._lock:
            self._tell(self._climbed(event) if isinstance(event, Climb) else self._seen(event))

    def close(self) -> None:
        """Tell every page that this is the end."""
        with self._lock:
            self._tell(None)

    async def listen(self) -> AsyncIterator[ServerSentEvent]:
        """Yield how things stand, and then each change."""
        queue: asyncio.Queue[News | None] = asyncio.Queue()
        with self._lock:
            self._pages[queue] = asyncio.get_running_loop()
            queue.put_nowait(("all", self._all()))
        try:
            while news := await queue.get():
                yield ServerSentEvent(event=news[0], data=json.dumps(news[1]))
        finally:
            with self._lock:
                del self._pages[queue]

    def _tell(self, news: News | None) -> None:
        for queue, loop in self._pages.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, news)

    def _all(self) -> dict[str, Any]:
        lamps = [dict(lamp) for lamp in self._lamps.values()]
        presses = [{**press, "stages": dict(press["stages"])} for press in self._presses.values()]
        return {"lamps": lamps, "presses": presses}

    def _seen(self, event: LampChanged | LampRead) -> News:
        lamp = self._lamps.setdefault(event.room, {"room": event.room, "lit": False, "sign": None})
        if isinstance(event, LampChanged):
            lamp["lit"] = event.lit
        else:
            lamp["sign"] = event.sign
        return "lamp", dict(lamp)

    def _climbed(self, climb: Climb) -> News:
        press = self._presses.setdefault(
            climb.alert,
            {"alert": climb.alert, "room": climb.room, "at": self._now(), "stages": {}},
        )
        press["stages"].setdefault(climb.stage.name, round(climb.after * 1000, 2))
        if len(self._presses) > _MOST_PRESSES:
            del self._presses[next(iter(self._presses))]
        return "press", {**press, "stages": dict(press["stages"])}
