"""People take what they were told of: by the link of a notice, or behind the login.

A link is its person's own: who holds it takes that one matter in that person's name, and can do
nothing else.  To open it takes nothing, for mail servers open links to look at them.
"""

import time
from typing import Any, Final

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.console.auth import Authenticator
from gateway.console.rates import MOST_A_MINUTE, Rate
from gateway.console.request_fields import fields
from gateway.notices.reader import LinkTo, NoticeReader
from gateway.store.actions import SCHOOL, QueuedAction
from gateway.store.reader import StoreReader
from service.connections import note_known
from wire.gateway_troubles import kind_of
from wire.ids import UUID, IncidentId, Monotonic
from wire.timeline import HAS_NOTICE, TAKE_TROUBLE

_NO_SUCH: Final = "This link is none of ours. Take it on the console."
_OVER: Final = "It is over: there is nothing to take."
_NOBODY: Final = "Your account belongs to nobody who is told of alarms."


class NoticePages:
    """What those addresses answer; `notices` is what was told to whom."""

    def __init__(
        self,
        auth: Authenticator,
        notices: NoticeReader,
        records: StoreReader,
        templates: Environment,
        site: dict[str, Any],
    ) -> None:
        self._auth = auth
        self._notices = notices
        self._records = records
        self._templates = templates
        self._site = site
        self._by_link = Rate(MOST_A_MINUTE)

    async def page(self, request: Request) -> Response:
        """GET /notices/WORD: what the notice was about, and a button."""
        link = await self._link(request)
        kind = kind_of(link.matter)
        page = self._templates.get_template("notice.html").render(
            site=self._site,
            person=link.person,
            matter="" if _is_alarm(link) else link.matter,
            meaning=kind.meaning if kind else "",
            over=link.over,
        )
        return HTMLResponse(page)

    async def take_by_link(self, request: Request) -> Response:
        """POST /notices/WORD: that person has it."""
        link = await self._link(request)
        if link.over:
            raise HTTPException(409, _OVER)
        if not self._by_link.allows(request.path_params["word"], Monotonic(time.monotonic())):
            raise HTTPException(429, "That is too much at once by this link. Wait a minute.")
        if _is_alarm(link):
            await self._has_notice(IncidentId(link.matter), link.person, link.person)
        else:
            await self._takes(link.matter, link.person)
        return Response(status_code=204)

    async def take(self, request: Request) -> Response:
        """POST /notices {matter}: take a trouble by name, or say that one has an alarm's notice."""
        visitor, _ = await self._auth.account(request)
        matter = (await fields(request)).get("matter", "")
        if UUID.fullmatch(matter):
            await self._auth.allow(request, visitor, HAS_NOTICE, IncidentId(matter))
            people = await run_in_threadpool(self._notices.for_alarms)
            person = next((name for name, account in people if account == visitor.name), None)
            if person is None:
                raise HTTPException(409, _NOBODY)
            await self._has_notice(IncidentId(matter), visitor.name, person)
            return Response(status_code=204)
        await self._auth.allow(request, visitor, TAKE_TROUBLE)
        troubles = await run_in_threadpool(self._records.troubles)
        if matter not in [each.name for each in troubles]:
            raise HTTPException(409, _OVER)
        await self._takes(matter, visitor.name)
        return Response(status_code=204)

    async def _has_notice(self, incident: IncidentId, by: str, person: str) -> None:
        head = await self._auth.head(incident)
        if head is None or not head.is_open:
            raise HTTPException(409, _OVER)
        await self._auth.write(QueuedAction(incident, HAS_NOTICE, by, person))

    async def _takes(self, trouble: str, by: str) -> None:
        await self._auth.write(QueuedAction(SCHOOL, TAKE_TROUBLE, by, trouble, seen={}))

    async def _link(self, request: Request) -> LinkTo:
        word = request.path_params["word"]
        link = await run_in_threadpool(self._notices.link, word) if len(word) == 32 else None
        if link is None:
            raise HTTPException(403, _NO_SUCH)
        note_known(request.scope)
        return link


def _is_alarm(link: LinkTo) -> bool:
    return UUID.fullmatch(link.matter) is not None
