"""Marks on the plan, by a live link or behind the login: putting one, and taking one back."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.console.auth import Authenticator, Viewing
from gateway.console.rates import MOST_A_MINUTE, LinkRate, Rate
from gateway.console.request_fields import fields, found_in, seen_alerts
from gateway.core.incidents.actions import LONGEST_NAME
from gateway.store.actions import QueuedAction
from wire.errors import WireError
from wire.ids import IncidentId, Monotonic
from wire.limits import LONGEST_NOTE
from wire.mark_fields import Marking, read_marking
from wire.marks import MARK, MARKING, TAKE_BACK, Mark


class MarkPages:
    """What the address of an incident's marks answers; `marks` are those that stand in it."""

    def __init__(
        self,
        auth: Authenticator,
        marks: Callable[[IncidentId], tuple[Mark, ...]],
        by_link: LinkRate,
    ) -> None:
        self._auth = auth
        self._marks = marks
        self._by_link = by_link
        self._by_account = Rate(MOST_A_MINUTE)

    async def mark(self, request: Request) -> Response:
        """POST mark {what, mark, name, text, alerts}: put a mark, or take one back."""
        entry = await self._auth.incident(request)
        given = await fields(request)
        what, note = given.get("what", ""), given.get("text", "").strip()
        by = entry.visitor.display_name(given.get("name", ""))
        if what not in MARKING:
            raise HTTPException(400, "Nothing of that kind is done with a mark.")
        await self._auth.allow(request, entry.visitor, MARK, entry.head.id, by)
        if not entry.head.is_open:
            raise HTTPException(409, "This incident is closed.")
        if not 1 <= len(by) <= LONGEST_NAME or len(note) > LONGEST_NOTE:
            raise HTTPException(400, "Please give your name, and use fewer words.")
        marking = _asked(what, await found_in(request, "mark"))
        if what == TAKE_BACK:
            await self._may_take_back(request, entry, marking, by)
        if not self._allows(entry):
            raise HTTPException(429, "That is too many marks at once. Wait a minute.")
        side = entry.visitor.side
        seen = await seen_alerts(request)
        action = QueuedAction(entry.head.id, what, by, note, side=side, seen=seen, marking=marking)
        await self._auth.write(action)
        return Response(status_code=204)

    def _allows(self, entry: Viewing) -> bool:
        incident, visitor, now = entry.head.id, entry.visitor.name, Monotonic(time.monotonic())
        if entry.link:
            return self._by_link.allows(incident, visitor, now)
        return self._by_account.allows(f"{incident} {visitor}", now)

    async def _may_take_back(
        self, request: Request, entry: Viewing, marking: Marking, by: str
    ) -> None:
        """One's own marks, and others' with the right to do so; all who hold a link are one."""
        marks = await run_in_threadpool(self._marks, entry.head.id)
        mark = next((each for each in marks if each.id == marking.id), None)
        if mark is None:
            raise HTTPException(404, "There is no such mark.")
        account = entry.visitor.has_account
        own = mark.known == "account" and mark.by == by if account else mark.known == "link"
        if not own:
            await self._auth.allow(request, entry.visitor, TAKE_BACK, entry.head.id, by)


def _asked(what: str, found: Any) -> Marking:
    """Return the mark that is asked for; one that is new gets its id here."""
    new = {"id": str(uuid.uuid4())} if what == MARK and isinstance(found, dict) else {}
    try:
        marking = read_marking({**found, **new} if new else found)
    except WireError as error:
        raise HTTPException(400, f"This is no mark: {error}.") from None
    if bool(marking.what) != (what == MARK):
        raise HTTPException(400, "Say what was seen, or which mark is taken back.")
    return marking
