"""The walk test on the console: who starts and ends it, what is ticked off, and its record."""

import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.console.auth import Authenticator
from gateway.console.request_fields import fields
from gateway.console.walk_test.view import tell_walk
from gateway.console.walk_test.written import as_csv, as_html
from gateway.core.site import Register
from gateway.fleet.walk_record import WalkReader, units_of
from gateway.store.actions import SCHOOL, QueuedAction
from gateway.store.reader import StoreReader
from wire.exercise import EXERCISING, LONGEST, MOST_UNITS, START, begun
from wire.ids import UUID, ExerciseId, Seconds, Wall

_NONE_ON: Final = "No walk test is going on."
_OPEN: Final = "An alert is open: close it first. A walk test would be real at once."
_MOST_NAMES: Final = 500


class WalkTestPages:
    """What those addresses answer to a person who has logged in."""

    def __init__(
        self,
        auth: Authenticator,
        walks: WalkReader,
        records: StoreReader,
        register: Callable[[], Register],
        templates: Environment,
        site: dict[str, Any],
    ) -> None:
        self._auth = auth
        self._walks = walks
        self._records = records
        self._register = register
        self._templates = templates
        self._site = site

    def routes(self) -> list[BaseRoute]:
        """Return the addresses."""
        return [
            Route("/walk-test", self.page),
            Route("/walk-test", self.act, methods=["POST"]),
            Route("/walk-test/on", self.going_on),
            Route("/walk-test/state", self.state),
            Route("/walk-test/{name}.html", self.record),
            Route("/walk-test/{name}.csv", self.record),
        ]

    async def page(self, request: Request) -> Response:
        """GET /walk-test: start one, watch it, end it."""
        visitor, session = await self._auth.account(request)
        page = self._templates.get_template("walk_test.html").render(
            site=self._site, visitor=visitor, csrf=session.csrf, longest=int(LONGEST / 60)
        )
        return HTMLResponse(page)

    async def going_on(self, request: Request) -> Response:
        """GET /walk-test/on: what every page says of it."""
        await self._auth.account(request)
        on = await run_in_threadpool(self._walks.on)
        return JSONResponse({"by": [each.by for each in on]})

    async def state(self, request: Request) -> Response:
        """GET /walk-test/state: the newest one, unit by unit."""
        await self._auth.account(request)
        found = await run_in_threadpool(self._walks.record)
        return JSONResponse(tell_walk(found) if found else {"walk": None})

    async def act(self, request: Request) -> Response:
        """POST /walk-test {what, names, minutes}: start one, end it, or say that it is real."""
        visitor, _ = await self._auth.account(request)
        given = await fields(request)
        what = given.get("what", "")
        if what not in EXERCISING:
            raise HTTPException(400, "There is no such deed.")
        await self._auth.allow(request, visitor, what)
        if what == START:
            await self._auth.write(await self._start(visitor.name, given))
            return Response(status_code=204)
        on = await run_in_threadpool(self._walks.on)
        if not on:
            raise HTTPException(409, _NONE_ON)
        await self._auth.write(QueuedAction(SCHOOL, what, visitor.name, seen={}, detail=on[0].id))
        return Response(status_code=204)

    async def record(self, request: Request) -> Response:
        """GET /walk-test/ID.html or .csv: its record."""
        await self._auth.account(request)
        name = request.path_params["name"]
        found = await run_in_threadpool(self._walks.record, name) if UUID.fullmatch(name) else None
        if found is None:
            raise HTTPException(404, "There is no such walk test.")
        if request.url.path.endswith(".csv"):
            head = {"content-disposition": f'attachment; filename="walk-test-{name}.csv"'}
            return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=head)
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        return HTMLResponse(as_html(found), headers={"content-security-policy": policy})

    async def _start(self, by: str, given: dict[str, str]) -> QueuedAction:
        names = given.get("names", "").replace(",", " ").split()
        units, unknown = units_of(self._register(), names[:_MOST_NAMES])
        if unknown:
            raise HTTPException(400, f"{unknown}: no room and no unit has that name.")
        if len(units) > MOST_UNITS:
            raise HTTPException(400, f"Name {MOST_UNITS} rooms at most, or none for all.")
        if await run_in_threadpool(self._records.open_heads):
            raise HTTPException(409, _OPEN)
        name = ExerciseId(str(uuid.uuid4()))
        exercise = begun(name, by, units, Wall(time.time()), _lasts(given.get("minutes", "")))
        return QueuedAction(SCHOOL, START, by, seen={}, exercise=exercise)


def _lasts(minutes: str) -> Seconds:
    try:
        found = float(minutes) * 60
    except ValueError:
        raise HTTPException(400, "Say for how many minutes.") from None
    if not 0 < found <= LONGEST:
        raise HTTPException(400, f"A walk test lasts {LONGEST / 60:.0f} minutes at most.")
    return Seconds(found)
