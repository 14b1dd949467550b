"""The page of one incident, by a live link or behind the login: what is seen there."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

from jinja2 import Environment
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from gateway.console.auth import Authenticator, Viewing
from gateway.console.export.incident import Export
from gateway.console.incident_view import cameras_of
from gateway.console.live_pictures import MEDIA_TYPE, LivePictures
from gateway.console.live_updates import LiveUpdates
from gateway.console.plan_pages import plan_answer
from gateway.console.plans import Plans
from gateway.console.request_fields import fields
from gateway.console.timeline_view import Reading
from gateway.console.view_log import ViewLog
from gateway.core.incidents.actions import LONGEST_TEXT
from gateway.core.site import Register
from gateway.store.actions import QueuedAction
from gateway.store.pictures.reader import PictureReader
from wire.disposition import DISPOSITIONS, UNKNOWN
from wire.ids import CameraId, Monotonic
from wire.timeline import LINK_VIEWED

# A page that hears nothing for two pulses says that the connection is lost.
_PULSE: Final = 2
_MOST_PAGES: Final = 300
_MOST_CAMERAS: Final = 24
# How often a stream asks whether it may go on.
_CHECK_AGAIN: Final = 1.0
# nginx holds a stream back otherwise, until it has some kilobytes of it.
_UNBUFFERED: Final = {"x-accel-buffering": "no"}


class IncidentPages:
    """What an address under an incident answers."""

    def __init__(
        self,
        auth: Authenticator,
        news: LiveUpdates,
        live: LivePictures,
        album: PictureReader,
        plans: Plans,
        export: Export,
        register: Callable[[], Register],
        templates: Environment,
        site: dict[str, Any],
    ) -> None:
        self._auth = auth
        self._news = news
        self._live = live
        self._album = album
        self._plans = plans
        self._export = export
        self._register = register
        self._templates = templates
        self._site = site
        self._view_log = ViewLog()
        self._pages = 0

    async def page(self, request: Request) -> Response:
        """GET the page itself."""
        entry = await self._auth.incident(request)
        html = self._templates.get_template("incident.html").render(
            site=self._site,
            rights=" ".join(sorted(entry.visitor.rights)),
            csrf=entry.csrf,
            account=entry.visitor.name if entry.visitor.has_account else "",
            map_url=map_of(self._site.get("geo")),
            dispositions=DISPOSITIONS,
            unknown=UNKNOWN,
        )
        return HTMLResponse(html)

    async def news(self, request: Request) -> Response:
        """GET news: how the incident stands, at once and after each change (SSE)."""
        entry = await self._auth.incident(request)
        if self._pages >= _MOST_PAGES:
            raise HTTPException(503, "Too many pages are open.")
        await self._log_link(entry)
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
        await self._log_view(entry, "live", cameras)
        parts = self._watched(request, cameras)
        return StreamingResponse(parts, media_type=MEDIA_TYPE, headers=_UNBUFFERED)

    async def picture(self, request: Request) -> Response:
        """GET pictures/{id}: a kept picture while the incident is open."""
        entry = await self._open(request)
        number = request.path_params["picture"]
        kept = await run_in_threadpool(self._album.pictures, entry.head.id)
        camera = next((each.camera for each in kept if each.id == number), None)
        jpeg = await run_in_threadpool(self._album.jpeg, number, entry.head.id)
        if jpeg is None or camera is None:
            raise HTTPException(404, "There is no such picture.")
        await self._log_view(entry, "kept", [camera])
        return Response(jpeg, media_type="image/jpeg")

    async def plan(self, request: Request) -> Response:
        """GET plans/{name}: a floor plan."""
        await self._auth.incident(request)
        return await plan_answer(self._plans, request.path_params["name"])

    async def export(self, request: Request) -> Response:
        """POST export {reason}: the incident as one ZIP; the reason is recorded first."""
        entry = await self._auth.incident(request)
        reason = (await fields(request)).get("reason", "").strip()
        await self._auth.allow(request, entry.visitor, "export", entry.head.id)
        if not 1 <= len(reason) <= LONGEST_TEXT:
            raise HTTPException(400, "Give a reason.")
        await self._auth.write(QueuedAction(entry.head.id, "export", entry.visitor.name, reason))
        name = f"tocsin-{entry.head.id}.zip"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        parts = await run_in_threadpool(self._export.write, entry.head)
        return StreamingResponse(parts, media_type="application/zip", headers=headers)

    async def _open(self, request: Request) -> Viewing:
        """Pictures are shown while an incident is open, and not otherwise."""
        entry = await self._auth.incident(request)
        if not entry.head.is_open:
            raise HTTPException(410, "This incident is closed; no picture is shown any more.")
        return entry

    async def _log_view(self, entry: Viewing, what: str, cameras: list[CameraId]) -> None:
        now = _mono()
        fresh = self._view_log.news(entry.head.id, entry.visitor.name, what, cameras, now)
        if fresh:
            text = f"{what}: {', '.join(fresh)}"[:LONGEST_TEXT]
            side = entry.visitor.side
            await self._auth.write(
                QueuedAction(entry.head.id, "view", entry.visitor.name, text, side=side)
            )

    async def _log_link(self, entry: Viewing) -> None:
        """A page opened by a live link, once in a while for each address that it comes from."""
        name, now = entry.visitor.name, _mono()
        if entry.link and self._view_log.news(entry.head.id, name, LINK_VIEWED, [entry.link], now):
            side = entry.visitor.side
            await self._auth.write(
                QueuedAction(entry.head.id, LINK_VIEWED, name, entry.link, side=side)
            )

    async def _listen(
        self, request: Request, entry: Viewing
    ) -> AsyncGenerator[ServerSentEvent, None]:
        self._pages += 1
        try:
            yield self._news.pulse()
            async with aclosing(self._news.listen(entry.head.id, _reading(entry))) as events:
                async for event in events:
                    await self._auth.incident(request)  # a link may have been withdrawn by this
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
                if time.monotonic() - looked >= _CHECK_AGAIN:
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


def _mono() -> Monotonic:
    return Monotonic(time.monotonic())


def _reading(entry: Viewing) -> Reading:
    if entry.link:
        return "link"
    return "books" if "books" in entry.visitor.rights else "page"


def map_of(geo: Mapping[str, float] | None) -> str:
    """Return the address of a map of a place; empty if there is none."""
    if not geo:
        return ""
    lat, lon = f"{geo['lat']:.5f}", f"{geo['lon']:.5f}"
    return f"https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}"
