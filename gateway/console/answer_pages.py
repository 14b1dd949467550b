"""What people do with an incident, by a live link or behind the login: answer, move, end it.

A reason in which the account's duress word stands is taken as if it did not, and told outside.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.console.auth import Authenticator, Viewing
from gateway.console.rates import LinkRate
from gateway.console.request_fields import fields, seen_alerts
from gateway.core.incidents.actions import LONGEST_NAME, LONGEST_TEXT
from gateway.store.actions import QueuedAction
from gateway.store.reader import AlertRow
from wire.answers import ANSWERS, CANCEL, DURESS, MOVES, SCHOOL
from wire.disposition import read_disposition
from wire.ids import AlertId, IncidentId, Monotonic
from wire.stage import Stage

_WITH_WORDS: Final = {
    "message": "Write something first.",
    CANCEL: "Say why it is a false alarm.",
}
_TOO_MUCH: Final = "That is too much at once by live link. Wait a minute."


class AnswerPages:
    """What the address of an incident's answers does.

    `alerts` are those of an incident; `is_forced`: an account's duress word stands in a text.
    """

    def __init__(
        self,
        auth: Authenticator,
        alerts: Callable[[IncidentId], Sequence[AlertRow]],
        by_link: LinkRate,
        is_forced: Callable[[str, str], bool],
    ) -> None:
        self._auth = auth
        self._alerts = alerts
        self._is_forced = is_forced
        self._by_link = by_link

    async def act(self, request: Request) -> Response:
        """POST act {what, name, text, alerts}: answer, say something, or end it."""
        entry = await self._auth.incident(request)
        given = await fields(request)
        what, text = given.get("what", ""), given.get("text", "").strip()
        by = entry.visitor.display_name(given.get("name", ""))
        if what not in ANSWERS and what not in SCHOOL:
            raise HTTPException(400, "There is no such answer.")
        await self._auth.allow(request, entry.visitor, what, entry.head.id, by)
        if not entry.head.is_open:
            raise HTTPException(409, "This incident is closed.")
        if not 1 <= len(by) <= LONGEST_NAME or len(text) > LONGEST_TEXT:
            raise HTTPException(400, "Please give your name, and use fewer words.")
        if what in _WITH_WORDS and not text:
            raise HTTPException(400, _WITH_WORDS[what])
        now = Monotonic(time.monotonic())
        if entry.link and not self._by_link.allows(entry.head.id, entry.visitor.name, now):
            raise HTTPException(429, _TOO_MUCH)
        side, seen = entry.visitor.side, await seen_alerts(request)
        if what in MOVES:
            await self._may_move(what, entry.head.id, seen)
        detail = await self._detail(what, given)
        action = QueuedAction(entry.head.id, what, by, text, side=side, seen=seen, detail=detail)
        await self._auth.write(*await self._told_outside(entry, action))
        return Response(status_code=204)

    async def _told_outside(self, entry: Viewing, action: QueuedAction) -> list[QueuedAction]:
        """What is done, and said to those outside of a person who is forced to do it."""
        endings = (CANCEL, "close")
        if action.what not in endings or not entry.visitor.has_account:
            return [action]
        if not await run_in_threadpool(self._is_forced, action.by, action.text):
            return [action]
        forced = action._replace(what=DURESS, detail="")
        return [forced] if action.what == CANCEL else [forced, action]

    async def _may_move(
        self, what: str, incident: IncidentId, seen: Mapping[AlertId, int] | None
    ) -> None:
        """A split takes some rooms and leaves some, a join takes any; raises HTTPException 400."""
        alerts = await run_in_threadpool(self._alerts, incident)
        here = {AlertId(each.id) for each in alerts if each.stage != Stage.CLOSED}
        named = here if seen is None else here & seen.keys()
        if not named:
            raise HTTPException(400, "Name rooms of this incident; none of those is open in it.")
        if what == "split" and named == here:
            raise HTTPException(400, "Name some of the rooms, not all: a split leaves some here.")

    async def _detail(self, what: str, given: Mapping[str, str]) -> str:
        """Return what a deed says beside its word: a disposition, or where alerts go."""
        match what:
            case "close":
                return read_disposition(given.get("disposition"))
            case "split":
                return str(uuid.uuid4())
            case "join":
                into = await self._auth.head(IncidentId(given.get("into", "")))
                if into is None or not into.is_open or into.is_joined:
                    raise HTTPException(409, "That incident is not open any more.")
                return into.id
        return ""
