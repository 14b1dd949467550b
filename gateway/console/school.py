"""The school's own pages behind the login: incidents, the plan, a camera's test."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gateway.actionbox import Deed
from gateway.cameras.events import Why
from gateway.console.asked import fields
from gateway.console.door import Door, address_of
from gateway.console.live import Frames, Wanted
from gateway.console.places import PlaceFiles
from gateway.console.plans import Plans
from gateway.console.records import Records
from gateway.console.telling import cameras_of, floor_of
from gateway.frames import Dead
from gateway.register import Place, Register
from gateway.work import Frame
from service.settings import SettingsError
from wire.ids import CameraId, IncidentId, RoomId, Wall
from wire.moment import write_moment
from wire.stage import Stage

_SCHOOL: Final = IncidentId("")
# A stream needs its time to begin.
_TEST_WITHIN: Final = 8.0
_TEST_EVERY: Final = 0.2
_MOST_PLACES: Final = 2_000


class SchoolPages:
    """What an address of the console answers to whoever has logged in."""

    def __init__(
        self,
        door: Door,
        records: Records,
        plans: Plans,
        register: Callable[[], Register],
        places: PlaceFiles,
        frames: Frames,
        wanted: Wanted,
        templates: Environment,
        site: dict[str, Any],
        secure: bool,
    ) -> None:
        self._door = door
        self._records = records
        self._plans = plans
        self._register = register
        self._places = places
        self._frames = frames
        self._wanted = wanted
        self._templates = templates
        self._site = site
        self._secure = secure

    async def login_page(self, _request: Request) -> Response:
        """GET /login."""
        return self._html("login.html", has_accounts=self._door.has_accounts)

    async def log_in(self, request: Request) -> Response:
        """POST /login {name, password}: a new session, whatever cookie came along."""
        given = await fields(request)
        secret = await self._door.log_in(
            given.get("name", "").strip(), given.get("password", ""), address_of(request)
        )
        if secret is None:
            raise HTTPException(403, "Name or password is wrong.")
        answer = Response(status_code=204)
        answer.set_cookie(
            self._door.cookie, secret, httponly=True, samesite="strict", secure=self._secure
        )
        return answer

    async def log_out(self, request: Request) -> Response:
        """POST /logout."""
        await self._door.account(request)
        self._door.log_out(request)
        return Response(status_code=204)

    async def home(self, request: Request) -> Response:
        """GET /: the incidents; whoever has not logged in is asked to."""
        try:
            visitor, session = await self._door.account(request)
        except HTTPException:
            return RedirectResponse("/login", 303)
        return self._html("school.html", visitor=visitor, csrf=session.csrf)

    async def incidents(self, request: Request) -> Response:
        """GET /incidents: as JSON, open ones first."""
        await self._door.account(request)
        heads = await run_in_threadpool(self._records.heads)
        return JSONResponse(
            [
                {
                    "incident": head.id,
                    "open": head.is_open,
                    "opened_at": write_moment(head.opened_at),
                    "alerts": head.alerts,
                    "rooms": head.rooms,
                    "stage": Stage(head.stage).name,
                }
                for head in heads
            ]
        )

    async def plan_page(self, request: Request) -> Response:
        """GET /plan: the editor."""
        visitor, session = await self._door.account(request)
        await self._door.allow(visitor, "edit-plan")
        register = self._register()
        entries = register.by_room.values()
        floors = dict.fromkeys((e.room.building, e.room.floor) for e in entries)
        names = self._plans.names(floors)
        hung = await run_in_threadpool(self._places.cameras)
        cameras = cameras_of(register)
        home = {camera: floor_of(register, rooms) for camera, rooms in cameras.items()}
        drawn = [
            {
                "building": building,
                "floor": floor,
                "plan": names.get((building, floor)),
                "entries": [e for e in entries if (e.room.building, e.room.floor) == each],
                "cameras": [(c, hung.get(c)) for c, floor in home.items() if floor == each],
            }
            for each in floors
            for building, floor in [each]
        ]
        return self._html(
            "plan.html", visitor=visitor, csrf=session.csrf, floors=drawn, cameras=cameras
        )

    async def plan(self, request: Request) -> Response:
        """GET /plans/{name}: a floor plan."""
        await self._door.account(request)
        return await plan_answer(self._plans, request.path_params["name"])

    async def move(self, request: Request) -> Response:
        """POST /plan {places, cameras}: put rooms and cameras elsewhere.

        The gateway hears of it and reads its register again.
        """
        visitor, _ = await self._door.account(request)
        await self._door.allow(visitor, "edit-plan")
        given, known = await fields(request), cameras_of(self._register())
        rooms = {RoomId(name): place for name, place in _places(given.get("places", "{}"))}
        cameras = {
            CameraId(name): place
            for name, place in _places(given.get("cameras", "{}"))
            if CameraId(name) in known
        }
        if not rooms and not cameras:
            raise HTTPException(400, "Nothing was moved.")
        try:
            await run_in_threadpool(self._places.move, rooms, cameras)
        except (OSError, SettingsError) as error:
            raise HTTPException(409, f"The plan was not changed: {error}") from error
        moved = ", ".join([*rooms, *cameras])[:400]
        await self._door.write(Deed(_SCHOOL, "edit-plan", visitor.name, moved))
        return Response(status_code=204)

    async def test_camera(self, request: Request) -> Response:
        """POST /cameras/{camera}/test: one picture, for a named administrator; written down."""
        visitor, _ = await self._door.account(request)
        await self._door.allow(visitor, "test-camera")
        camera = CameraId(request.path_params["camera"])
        if camera not in cameras_of(self._register()):
            raise HTTPException(404, "There is no such camera.")
        await self._door.write(Deed(_SCHOOL, "test-camera", visitor.name, camera))
        seen = await self._test(camera, visitor.name)
        if isinstance(seen, Dead):
            raise HTTPException(503, f"{camera} shows nothing: {seen.reason}")
        return Response(seen.jpeg, media_type="image/jpeg")

    async def _test(self, camera: CameraId, by: str) -> Frame | Dead:
        """Ask for a frame that is younger than the question."""
        began, deadline = time.time(), time.monotonic() + _TEST_WITHIN
        while True:
            self._wanted.want(camera, Why.TEST, by)
            seen = self._frames.look(camera, Wall(time.time()))
            if isinstance(seen, Frame) and seen.taken_at >= began:
                return seen
            if time.monotonic() >= deadline:
                return seen if isinstance(seen, Dead) else Dead(camera, "no new picture", None)
            await asyncio.sleep(_TEST_EVERY)

    def _html(self, name: str, **words: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(name).render(site=self._site, **words))


async def plan_answer(plans: Plans, name: str) -> Response:
    """Return a floor plan; an SVG that is opened by itself runs nothing."""
    found = await run_in_threadpool(plans.read, name)
    if found is None:
        raise HTTPException(404, "There is no such plan.")
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return Response(found[0], media_type=found[1], headers={"content-security-policy": policy})


def _places(text: str) -> list[tuple[str, Place]]:
    """Read `{name: [x, y], …}`; raises HTTPException 400 for anything else."""
    try:
        found = json.loads(text)
        places = [(str(name), Place(float(x), float(y))) for name, (x, y) in found.items()]
    except (ValueError, TypeError, AttributeError):
        raise HTTPException(400, "That is no list of places.") from None
    inside = all(0 <= each.x <= 100 and 0 <= each.y <= 100 for _, each in places)
    if len(places) > _MOST_PLACES or not inside:
        raise HTTPException(400, "A place is 0 to 100 per cent of the plan.")
    return places
