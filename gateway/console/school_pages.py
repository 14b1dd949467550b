"""The school's own pages: the way in and out, and the list of incidents and troubles."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gateway.console.auth import Authenticator
from gateway.console.school_view import describe_school
from gateway.notices.reader import NoticeReader
from gateway.notices.told_view import told_of_alarms, told_of_troubles
from gateway.store.heads import Head
from gateway.store.reader import StoreReader, TroubleRow
from service.life_sign import LifeSign
from wire.ids import IncidentId

log = logging.getLogger(__name__)


class SchoolPages:
    """What those addresses answer; `sign` is what the gateway says of itself, `notices` what was
    told to whom.
    """

    def __init__(
        self,
        auth: Authenticator,
        records: StoreReader,
        templates: Environment,
        site: dict[str, Any],
        sign: LifeSign,
        notices: NoticeReader,
    ) -> None:
        self._auth = auth
        self._records = records
        self._templates = templates
        self._site = site
        self._sign = sign
        self._notices = notices

    async def login_page(self, _request: Request) -> Response:
        """GET /login."""
        return self._html("login.html", has_accounts=self._auth.has_accounts)

    async def account_page(self, _request: Request) -> Response:
        """GET /account: one's own sessions and second factor; its script asks who it is."""
        return self._html("account.html")

    async def home(self, request: Request) -> Response:
        """GET /: the incidents; a person who has not logged in, or not yet wholly, is asked to."""
        try:
            visitor, session = await self._auth.account(request)
        except HTTPException as error:
            return RedirectResponse("/account" if error.status_code == 403 else "/login", 303)
        return self._html("school.html", visitor=visitor, csrf=session.csrf)

    async def state(self, request: Request) -> Response:
        """GET /state: incidents, open ones first, standing troubles, and the gateway's own life."""
        await self._auth.account(request)
        return JSONResponse(await run_in_threadpool(self._state))

    def _state(self) -> dict[str, Any]:
        heads, troubles = self._records.heads(), self._records.troubles()
        running = [head.id for head in heads if not head.is_over]
        deliveries = {incident: self._records.delivery(incident) for incident in running}
        told, people = self._told(heads, troubles)
        age, stores = self._sign.age(), self._sign.stores()
        rehearsed = self._records.rehearsed()
        return describe_school(heads, deliveries, troubles, age, stores, told, people, rehearsed)

    def _told(
        self, heads: Sequence[Head], troubles: Sequence[TroubleRow]
    ) -> tuple[Mapping[str, Any], Mapping[IncidentId, Any]]:
        """Who was told of what; nothing where that record cannot be read, for the rest can."""
        opened = {head.id: head.opened_at for head in heads if head.is_open and not head.is_joined}
        try:
            told = told_of_troubles(troubles, self._records.taken(), self._notices)
            return told, told_of_alarms(opened, self._records.with_notice(), self._notices)
        except (OSError, sqlite3.Error) as error:
            log.warning("what was told to people cannot be read: %s", error)
            return {}, {}

    def _html(self, name: str, **words: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(name).render(site=self._site, **words))
