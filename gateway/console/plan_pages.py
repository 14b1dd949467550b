"""The plan editor's page: where rooms and cameras are on the plans, and putting them elsewhere."""

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.console.auth import Authenticator
from gateway.console.incident_view import cameras_of, floor_of
from gateway.console.plan_editor import PlanEditor
from gateway.console.plans import Plans
from gateway.console.request_fields import fields
from gateway.core.site import Entry, MovedPlaces, Place, Register
from gateway.store.actions import SCHOOL, QueuedAction
from service.settings import SettingsError
from wire.ids import CameraId, RoomId

_MOST_PLACES: Final = 2_000


class Marker(NamedTuple):
    """A room or a camera on the plan; `place` is None as long as nobody has put it there."""

    name: str
    place: Place | None
    camera: bool


class PlanPages:
    """What those addresses answer to a person who has logged in and may edit the plan."""

    def __init__(
        self,
        auth: Authenticator,
        plans: Plans,
        register: Callable[[], Register],
        places: PlanEditor,
        templates: Environment,
        site: dict[str, Any],
    ) -> None:
        self._auth = auth
        self._plans = plans
        self._register = register
        self._places = places
        self._templates = templates
        self._site = site

    async def page(self, request: Request) -> Response:
        """GET /plan: the editor."""
        visitor, session = await self._auth.account(request)
        await self._auth.allow(request, visitor, "edit-plan")
        register = self._register()
        entries = register.by_room.values()
        floors = dict.fromkeys((e.room.building, e.room.floor) for e in entries)
        names = self._plans.names(floors)
        camera_places = await run_in_threadpool(self._places.cameras)
        cameras = cameras_of(register)
        home = {camera: floor_of(register, rooms) for camera, rooms in cameras.items()}
        drawn = [
            {
                "building": building,
                "floor": floor,
                "plan": names.get((building, floor)),
                "markers": [
                    *[_room_marker(e) for e in entries if (e.room.building, e.room.floor) == each],
                    *[
                        Marker(c, camera_places.get(c), True)
                        for c, floor in home.items()
                        if floor == each
                    ],
                ],
            }
            for each in floors
            for building, floor in [each]
        ]
        page = self._templates.get_template("plan.html").render(
            site=self._site, visitor=visitor, csrf=session.csrf, floors=drawn, cameras=cameras
        )
        return HTMLResponse(page)

    async def plan(self, request: Request) -> Response:
        """GET /plans/{name}: a floor plan."""
        await self._auth.account(request)
        return await plan_answer(self._plans, request.path_params["name"])

    async def move(self, request: Request) -> Response:
        """POST /plan {places, cameras}: put rooms and cameras elsewhere.

        The gateway writes it into the register, and reads that again.
        """
        visitor, _ = await self._auth.account(request)
        await self._auth.allow(request, visitor, "edit-plan")
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
            await run_in_threadpool(self._places.must_take, rooms)
        except SettingsError as error:
            raise HTTPException(409, f"The plan was not changed: {error}") from error
        names, moved = ", ".join([*rooms, *cameras])[:400], MovedPlaces(rooms, cameras)
        await self._auth.write(QueuedAction(SCHOOL, "edit-plan", visitor.name, names, moved=moved))
        return Response(status_code=204)


def _room_marker(entry: Entry) -> Marker:
    placed = entry.x is not None and entry.y is not None
    return Marker(entry.room.id, Place(entry.x or 0.0, entry.y or 0.0) if placed else None, False)


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
        raise HTTPException(400, "The request has no list of places.") from None
    inside = all(0 <= each.x <= 100 and 0 <= each.y <= 100 for _, each in places)
    if len(places) > _MOST_PLACES or not inside:
        raise HTTPException(400, "A place must be 0 to 100 per cent of the plan.")
    return places
