"""Sends every open page of the simulator its changes: lamps, signs and presses."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from sse_starlette import ServerSentEvent

from simulator.events import LampChanged, LampRead, PlugAsked
from simulator.stage_log import AnswerHeard, StageReached
from wire.ids import RoomId
from wire.stage import Answer

# A page opened late is shown the latest presses; the police have all of them.
_MOST_PRESSES: Final = 50

Event = LampChanged | LampRead | PlugAsked | StageReached | AnswerHeard
News = tuple[str, dict[str, Any]]


class EventStream:
    """Put to by the simulator's loop, listened to from the web server's thread."""

    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._lamps: dict[RoomId, dict[str, Any]] = {}
        self._presses: dict[str, dict[str, Any]] = {}
        self._pulled = False
        self._pages: dict[asyncio.Queue[News | None], asyncio.AbstractEventLoop] = {}

    def put(self, event: Event) -> None:
        """Keep what changed, and tell every page."""
        with self._lock:
            self._tell(self._news(event))

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
        return {"lamps": lamps, "presses": presses, "plug": {"pulled": self._pulled}}

    def _news(self, event: Event) -> News:
        if isinstance(event, PlugAsked):
            self._pulled = event.pulled
            return "plug", {"pulled": self._pulled}
        if isinstance(event, StageReached | AnswerHeard):
            return self._noted(event)
        return self._seen(event)

    def _seen(self, event: LampChanged | LampRead) -> News:
        lamp = self._lamps.setdefault(event.room, {"room": event.room, "lit": False, "sign": None})
        if isinstance(event, LampChanged):
            lamp["lit"] = event.lit
        else:
            lamp["sign"] = event.sign
        return "lamp", dict(lamp)

    def _noted(self, fact: StageReached | AnswerHeard) -> News:
        press = self._presses.setdefault(
            fact.alert,
            {
                "alert": fact.alert,
                "room": fact.room,
                "at": self._now(),
                "stages": {},
                "answer": Answer.NONE.word,
            },
        )
        if isinstance(fact, AnswerHeard):
            press["answer"] = fact.answer.word
        else:
            press["stages"].setdefault(fact.stage.name, round(fact.after * 1000, 2))
        if len(self._presses) > _MOST_PRESSES:
            del self._presses[next(iter(self._presses))]
        return "press", {**press, "stages": dict(press["stages"])}
