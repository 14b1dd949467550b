"""Authenticates requests: by a live link in the address, or by the session of an account in a
cookie.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.config.settings import USUAL_CONFIG
from gateway.console.links import Links, read_token, words_on
from gateway.console.permissions import Principal, by_account, by_link
from gateway.console.sessions import Session, Sessions
from gateway.core.incidents.actions import LONGEST_NAME
from gateway.store.actions import SCHOOL, ActionQueue, QueuedAction
from gateway.store.reader import Head, StoreReader
from gateway.trust.accounts import Accounts, UserAccount
from service.connections import note_known
from service.networks import key_of_address
from service.throttle import Throttle
from wire.ids import IncidentId, Monotonic, Wall

_NO_SUCH: Final = "Not found."
_NO_ACCOUNT: Final = (
    "There is no account yet. On the gateway, as root: "
    f"tocsin-gateway account NAME --role administrator --config {USUAL_CONFIG}"
)
_LINK_ENDED: Final = "This link has ended or was withdrawn. The newest report has a new one."

Network = IPv4Network | IPv6Network


class Viewing(NamedTuple):
    """An incident and who views it; `csrf` is empty for a live link, whose address is secret.

    `link` names the live link, without saying it; empty for an account.
    """

    visitor: Principal
    head: Head
    csrf: str = ""
    link: str = ""


class Authenticator:
    """Authenticates people.  `accounts` None: the school has made no account yet.

    A request from one of `proxies` that does not name its client counts as an unknown client.
    """

    def __init__(
        self,
        accounts: Accounts | None,
        links: Links,
        records: StoreReader,
        queue: ActionQueue,
        sessions: Sessions,
        cookie: str,
        proxies: Sequence[Network] = (),
    ) -> None:
        self.cookie = cookie
        self.has_accounts = accounts is not None
        self._accounts = accounts
        self._links = links
        self._records = records
        self._queue = queue
        self._sessions = sessions
        self._throttle = Throttle()
        self._proxies = proxies
        self._one_at_a_time = asyncio.Lock()

    async def log_in(self, name: str, password: str, address: str) -> str | None:
        """Return the secret of a new session; None for a wrong password.

        Raises HTTPException 429 while a person who guesses must wait.
        """
        keys = (f"name {name[:LONGEST_NAME]}", *self._own_address(address))
        if wait := self._throttle.wait(keys, _mono()):
            words = f"Too many wrong passwords. Wait {wait:.0f} s."
            raise HTTPException(429, words, {"Retry-After": f"{wait:.0f}"})
        person = await self._ask(lambda accounts: accounts.verify(name, password))
        if person is None:
            self._throttle.failed(keys, _mono())
            return None
        self._throttle.succeeded(keys[0])
        await self.write(QueuedAction(SCHOOL, "log-in", person.name, f"from {address}"))
        return self._sessions.begin(person.name, _mono())

    def _own_address(self, address: str) -> tuple[str, ...]:
        """Return the key of an address; none for a proxy's, under which everybody comes."""
        key = (f"address {key_of_address(address)}",)
        try:
            where = ip_address(address)
        except ValueError:
            return key
        return () if any(where in network for network in self._proxies) else key

    def log_out(self, request: Request) -> None:
        """End the session of the request, if it has one."""
        self._sessions.end(request.cookies.get(self.cookie, ""))

    async def account(self, request: Request) -> tuple[Principal, Session]:
        """Return who has logged in; raises HTTPException 401, 403 for a change without token."""
        session = self._sessions.find(request.cookies.get(self.cookie, ""), _mono())
        if session is None:
            raise HTTPException(401, "Log in first.")
        if request.method == "POST" and request.headers.get("x-csrf-token") != session.csrf:
            raise HTTPException(403, "Please reload the page and try again.")
        name = session.name
        person: UserAccount | None = await self._ask(lambda accounts: accounts.find(name))
        if person is None:
            raise HTTPException(401, "This account no longer exists.")
        note_known(request.scope)
        return by_account(person.name, person.role), session

    async def incident(self, request: Request) -> Viewing:
        """Return the incident that the address names, and who asks; raises HTTPException."""
        token = request.path_params.get("token")
        if token is None:
            visitor, session = await self.account(request)
            head = await self.head(IncidentId(request.path_params["incident"]))
            if head is None:
                raise HTTPException(404, _NO_SUCH)
            return Viewing(visitor, head, session.csrf)
        claim = read_token(token)
        head = await self.head(claim.incident) if claim else None
        now = Wall(time.time())
        if claim is None or head is None or not self._links.is_good(claim, head.link, now):
            raise HTTPException(403, _LINK_ENDED)
        note_known(request.scope)
        link = words_on(head.link, claim.expires)
        return Viewing(by_link(address_of(request)), head, link=link)

    async def head(self, incident: IncidentId) -> Head | None:
        """Return an incident as it stands in the store."""
        return await run_in_threadpool(self._records.head, incident)

    async def allow(
        self, visitor: Principal, what: str, incident: IncidentId = SCHOOL, signs: str = ""
    ) -> None:
        """Raise HTTPException 403 unless the visitor may do so; a refusal is recorded."""
        if what in visitor.rights:
            return
        by = visitor.display_name(signs) or visitor.name
        await self.write(QueuedAction(incident, "refused", by, f"wanted to {what}"))
        raise HTTPException(403, "You may not do that.")

    async def write(self, *actions: QueuedAction) -> None:
        """Leave actions for the gateway; raises HTTPException 503 if they cannot be saved."""
        try:
            await run_in_threadpool(self._queue.put, actions)
        except sqlite3.Error as error:
            raise HTTPException(503, f"Could not save: {error}. Please try again.") from error

    async def _ask(self, question: Callable[[Accounts], Any]) -> Any:
        accounts = self._accounts
        if accounts is None:
            raise HTTPException(401, _NO_ACCOUNT)
        async with self._one_at_a_time:
            return await run_in_threadpool(question, accounts)


def address_of(request: Request) -> str:
    """Return the network address that a request came from."""
    return request.client.host if request.client else "?"


def _mono() -> Monotonic:
    return Monotonic(time.monotonic())
