"""The page of one incident, by a live link or behind the login: seeing and answering."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Final

from jinja2 import Environment
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from gateway.actionbox import Deed
from gateway.actions import LONGEST_NAME, LONGEST_TEXT
from gateway.album.reader import Album
from gateway.console.asked import fields
from gateway.console.door import Door, Entry
from gateway.console.export import Export
from gateway.console.live import MEDIA_TYPE, Live
from gateway.console.looks import Looks
from gateway.console.news import News
from gateway.console.plans import Plans
from gateway.console.school import plan_answer
from gateway.console.telling import cameras_of
from gateway.register import Register
from wire.ids import CameraId, Monotonic

# A page that hears nothing for two pulses says that the connection is lost.
_PULSE: Final = 2
_MOST_PAGES: Final = 300
_MOST_CAMERAS: Final = 24
# How often a stream asks whether it may go on.
_LOOK_AGAIN: Final = 1.0
_ANSWERS: Final = frozenset(
    {"confirm", "dispatched", "on-scene", "all-clear", "message", "cancel", "close",
     "withdraw-link"}
)  # fmt: skip


class IncidentPages:
    """What an address under an incident answers."""

    def __init__(
        self,
        door: Door,
        news: News,
        live: Live,
        album: Album,
        plans: Plans,
        export: Export,
        register: Callable[[], Register],
        templates: Environment,
        site: dict[str, Any],
    ) -> None:
        self._door = door
        self._news = news
        self._live = live
        self._album = album
        self._plans = plans
        self._export = export
        self._register = register
        self._templates = templates
        self._site = site
        self._looks = Looks()
        self._pages = 0

    async def page(self, request: Request) -> Response:
        """GET the page itself."""
        entry = await self._door.incident(request)
        html = self._templates.get_template("incident.html").render(
            site=self._site,
            rights=" ".join(sorted(entry.visitor.rights)),
            csrf=entry.csrf,
            account=entry.visitor.name if entry.visitor.has_account else "",
        )
        return HTMLResponse(html)

    async def news(self, request: Request) -> Response:
        """GET news: how the incident stands, at once and after each change (SSE)."""
        entry = await self._door.incident(request)
        if self._pages >= _MOST_PAGES:
            raise HTTPException(503, "Too many pages are open.")
        return EventSourceResponse(
            self._listen(request, entry),
            ping=_PULSE,
            ping_message_factory=self._news.pulse,
            send_timeout=10,
        )

    async def watch(self, request: Request) -> Response:
        """GET watch?camera=…: live pictures while the incident is open, as one stream."""
        entry = await self._open(request)
        known = cameras_of(self._register())
        asked = dict.fromkeys(map(CameraId, request.query_params.getlist("camera")))
        cameras = [camera for camera in asked if camera in known][:_MOST_CAMERAS]
        if not cameras:
            raise HTTPException(404, "There is no such camera.")
        await self._looked(entry, "live", cameras)
        return StreamingResponse(self._watched(request, cameras), media_type=MEDIA_TYPE)

    async def picture(self, request: Request) -> Response:
        """GET pictures/{id}: a kept picture while the incident is open."""
        entry = await self._open(request)
        number = request.path_params["picture"]
        kept = await run_in_threadpool(self._album.pictures, entry.head.id)
        camera = next((each.camera for each in kept if each.id == number), None)
        jpeg = await run_in_threadpool(self._album.jpeg, number, entry.head.id)
        if jpeg is None or camera is None:
            raise HTTPException(404, "There is no such picture.")
        await self._looked(entry, "kept", [camera])
        return Response(jpeg, media_type="image/jpeg")

    async def plan(self, request: Request) -> Response:
        """GET plans/{name}: a floor plan."""
        await self._door.incident(request)
        return await plan_answer(self._plans, request.path_params["name"])

    async def act(self, request: Request) -> Response:
        """POST act {what, name, text}: answer, say something, or end it."""
        entry = await self._door.incident(request)
        given = await fields(request)
        what, text = given.get("what", ""), given.get("text", "").strip()
        by = entry.visitor.signs(given.get("name", ""))
        if what not in _ANSWERS:
            raise HTTPException(400, "There is no such answer.")
        await self._door.allow(entry.visitor, what, entry.head.id, by)
        if not entry.head.is_open:
            raise HTTPException(409, "This incident is closed.")
        if not 1 <= len(by) <= LONGEST_NAME or len(text) > LONGEST_TEXT:
            raise HTTPException(400, "Give your name, and say it in fewer words.")
        if what == "message" and not text:
            raise HTTPException(400, "Write something first.")
        await self._door.write(Deed(entry.head.id, what, by, text))
        return Response(status_code=204)

    async def export(self, request: Request) -> Response:
        """POST export {reason}: the incident as one ZIP; the reason is written down first."""
        entry = await self._door.incident(request)
        reason = (await fields(request)).get("reason", "").strip()
        await self._door.allow(entry.visitor, "export", entry.head.id)
        if not 1 <= len(reason) <= LONGEST_TEXT:
            raise HTTPException(400, "Give a reason.")
        await self._door.write(Deed(entry.head.id, "export", entry.visitor.name, reason))
        name = f"tocsin-{entry.head.id}.zip"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        parts = await run_in_threadpool(self._export.write, entry.head)
        return StreamingResponse(parts, media_type="application/zip", headers=headers)

    async def _open(self, request: Request) -> Entry:
        """Pictures are shown while an incident is open, and not otherwise."""
        entry = await self._door.incident(request)
        if not entry.head.is_open:
            raise HTTPException(410, "This incident is closed; no picture is shown any more.")
        return entry

    async def _looked(self, entry: Entry, what: str, cameras: list[CameraId]) -> None:
        now = Monotonic(time.monotonic())
        fresh = self._looks.news(entry.head.id, entry.visitor.name, what, cameras, now)
        if fresh:
            text = f"{what}: {', '.join(fresh)}"[:LONGEST_TEXT]
            await self._door.write(Deed(entry.head.id, "view", entry.visitor.name, text))

    async def _listen(
        self, request: Request, entry: Entry
    ) -> AsyncGenerator[ServerSentEvent, None]:
        self._pages += 1
        try:
            yield self._news.pulse()
            async with aclosing(self._news.listen(entry.head.id)) as events:
                async for event in events:
                    await self._door.incident(request)  # a link may have been withdrawn by this
                    yield event
        except HTTPException:
            return
        finally:
            self._pages -= 1

    async def _watched(
        self, request: Request, cameras: list[CameraId]
    ) -> AsyncGenerator[bytes, None]:
        """The stream ends when the incident, the link or the session does."""
        looked = time.monotonic()
        async with aclosing(self._live.watch(cameras)) as parts:
            async for part in parts:
                if time.monotonic() - looked >= _LOOK_AGAIN:
                    looked = time.monotonic()
                    if not await self._still(request):
                        return
                yield part

    async def _still(self, request: Request) -> bool:
        try:
            await self._open(request)
        except HTTPException:
            return False
        return True
