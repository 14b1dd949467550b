"""One picture of a camera, asked for by an administrator to see whether it works."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.cameras.events import Why
from gateway.cameras.frames import Unavailable
from gateway.console.auth import Authenticator
from gateway.console.incident_view import cameras_of
from gateway.console.live_pictures import Frames, LeaseRenewals
from gateway.core.site import Register
from gateway.core.values import Frame
from gateway.store.actions import SCHOOL, QueuedAction
from wire.ids import CameraId, Wall

# A stream needs its time to begin.
_WITHIN: Final = 8.0
_EVERY: Final = 0.2


class CameraTest:
    """What that address answers."""

    def __init__(
        self,
        auth: Authenticator,
        register: Callable[[], Register],
        frames: Frames,
        leases: LeaseRenewals,
    ) -> None:
        self._auth = auth
        self._register = register
        self._frames = frames
        self._leases = leases

    async def test(self, request: Request) -> Response:
        """POST /cameras/{camera}/test: one picture, for a named administrator; recorded."""
        visitor, _ = await self._auth.account(request)
        await self._auth.allow(request, visitor, "test-camera")
        camera = CameraId(request.path_params["camera"])
        if camera not in cameras_of(self._register()):
            raise HTTPException(404, "There is no such camera.")
        await self._auth.write(QueuedAction(SCHOOL, "test-camera", visitor.name, camera))
        seen = await self._picture(camera, visitor.name)
        if isinstance(seen, Unavailable):
            raise HTTPException(503, f"camera {camera} shows nothing: {seen.reason}")
        return Response(seen.jpeg, media_type="image/jpeg")

    async def _picture(self, camera: CameraId, by: str) -> Frame | Unavailable:
        """Ask for a frame that is younger than the question."""
        began, deadline = time.time(), time.monotonic() + _WITHIN
        while True:
            self._leases.renew(camera, Why.TEST, by)
            seen = self._frames.current(camera, Wall(time.time()))
            if isinstance(seen, Frame) and seen.taken_at >= began:
                return seen
            if time.monotonic() >= deadline:
                return (
                    seen
                    if isinstance(seen, Unavailable)
                    else Unavailable(camera, "no new picture", None)
                )
            await asyncio.sleep(_EVERY)
