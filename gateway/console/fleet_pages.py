"""The page of the school's units: would a press in each room reach the police now."""

import logging
import sqlite3
from typing import Any, Final

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.console.auth import Authenticator
from gateway.console.fleet_board import FleetBoard

log = logging.getLogger(__name__)

_SEE: Final = "fleet"
"""The right, in gateway/console/permissions.py."""


class FleetPages:
    """What those addresses answer to a person who has logged in and may see the units."""

    def __init__(
        self, auth: Authenticator, board: FleetBoard, templates: Environment, site: dict[str, Any]
    ) -> None:
        self._auth = auth
        self._board = board
        self._templates = templates
        self._site = site

    async def page(self, request: Request) -> Response:
        """GET /units: the page; its script asks for everything on it."""
        try:
            visitor, session = await self._auth.account(request)
        except HTTPException as error:
            return RedirectResponse("/account" if error.status_code == 403 else "/login", 303)
        await self._auth.allow(request, visitor, _SEE)
        template = self._templates.get_template("fleet.html")
        return HTMLResponse(template.render(site=self._site, visitor=visitor, csrf=session.csrf))

    async def state(self, request: Request) -> Response:
        """GET /units/state: every room and every trouble, as docs/fleet.md says."""
        visitor, _ = await self._auth.account(request)
        await self._auth.allow(request, visitor, _SEE)
        try:
            told = await self._board.told()
        except (OSError, sqlite3.Error) as error:
            log.warning("the units cannot be read: %s", error)
            raise HTTPException(503, "The gateway's database cannot be read.") from error
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(told.plain, media_type="application/json")
        headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
        return Response(told.packed, media_type="application/json", headers=headers)
