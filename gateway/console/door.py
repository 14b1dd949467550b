"""Who is asking: a live link in the address, or the session of an account in a cookie."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.actionbox import ActionBox, Deed
from gateway.console.records import Head, Records
from gateway.console.rights import Visitor, by_account, by_link
from gateway.console.sessions import Session, Sessions
from gateway.console.throttle import Throttle
from gateway.links import Links, read_token
from gateway.people import People, Person
from wire.ids import IncidentId, Monotonic, Wall

_NO_SUCH: Final = "There is no such thing here."
_LINK_ENDED: Final = "This link has ended or was withdrawn. The newest report has a new one."
_SCHOOL: Final = IncidentId("")


class Entry(NamedTuple):
    """An incident and who looks at it; `csrf` is empty for a live link, whose address is secret."""

    visitor: Visitor
    head: Head
    csrf: str = ""


class Door:
    """Lets people in.  `people` None: the school has made no account yet."""

    def __init__(
        self,
        people: People | None,
        links: Links,
        records: Records,
        box: ActionBox,
        sessions: Sessions,
        cookie: str,
    ) -> None:
        self.cookie = cookie
        self.has_accounts = people is not None
        self._people = people
        self._links = links
        self._records = records
        self._box = box
        self._sessions = sessions
        self._throttle = Throttle()
        self._one_at_a_time = asyncio.Lock()

    async def log_in(self, name: str, password: str, address: str) -> str | None:
        """Return the secret of a new session; None for a wrong password.

        Raises HTTPException 429 while whoever guesses must wait.
        """
        keys = (f"name {name}", f"address {address}")
        if wait := self._throttle.wait(keys, _mono()):
            words = f"Too many wrong passwords. Wait {wait:.0f} s."
            raise HTTPException(429, words, {"Retry-After": f"{wait:.0f}"})
        person = await self._ask(lambda people: people.verify(name, password))
        if person is None:
            self._throttle.failed(keys, _mono())
            return None
        self._throttle.succeeded(keys[0])
        await self.write(Deed(_SCHOOL, "log-in", person.name, f"from {address}"))
        return self._sessions.begin(person.name, _mono())

    def log_out(self, request: Request) -> None:
        """End the session of the request, if it has one."""
        self._sessions.end(request.cookies.get(self.cookie, ""))

    async def account(self, request: Request) -> tuple[Visitor, Session]:
        """Return who has logged in; raises HTTPException 401, 403 for a change without token."""
        session = self._sessions.find(request.cookies.get(self.cookie, ""), _mono())
        if session is None:
            raise HTTPException(401, "Log in first.")
        if request.method == "POST" and request.headers.get("x-csrf-token") != session.csrf:
            raise HTTPException(403, "Reload the page and do it again.")
        name = session.name
        person: Person | None = await self._ask(lambda people: people.find(name))
        if person is None:
            raise HTTPException(401, "This account is no more.")
        return by_account(person.name, person.role), session

    async def incident(self, request: Request) -> Entry:
        """Return the incident that the address names, and who asks; raises HTTPException."""
        token = request.path_params.get("token")
        if token is None:
            visitor, session = await self.account(request)
            head = await self.head(IncidentId(request.path_params["incident"]))
            if head is None:
                raise HTTPException(404, _NO_SUCH)
            return Entry(visitor, head, session.csrf)
        claim = read_token(token)
        head = await self.head(claim.incident) if claim else None
        now = Wall(time.time())
        if claim is None or head is None or not self._links.is_good(claim, head.link, now):
            raise HTTPException(403, _LINK_ENDED)
        return Entry(by_link(address_of(request)), head)

    async def head(self, incident: IncidentId) -> Head | None:
        """Return an incident as it stands in the store."""
        return await run_in_threadpool(self._records.head, incident)

    async def allow(
        self, visitor: Visitor, what: str, incident: IncidentId = _SCHOOL, signs: str = ""
    ) -> None:
        """Raise HTTPException 403 unless the visitor may do so; a refusal is written down."""
        if what in visitor.rights:
            return
        by = visitor.signs(signs) or visitor.name
        await self.write(Deed(incident, "refused", by, f"wanted to {what}"))
        raise HTTPException(403, "You may not do that.")

    async def write(self, *deeds: Deed) -> None:
        """Leave deeds for the gateway; raises HTTPException 503 if they cannot be kept."""
        try:
            await run_in_threadpool(self._box.put, deeds)
        except sqlite3.Error as error:
            raise HTTPException(503, f"That could not be kept: {error}. Do it again.") from error

    async def _ask(self, question: Callable[[People], Any]) -> Any:
        people = self._people
        if people is None:
            raise HTTPException(401, "There is no account yet: tocsin-gateway init makes one.")
        async with self._one_at_a_time:
            return await run_in_threadpool(question, people)


def address_of(request: Request) -> str:
    """Return the network address that a request came from."""
    return request.client.host if request.client else "?"


def _mono() -> Monotonic:
    return Monotonic(time.monotonic())
