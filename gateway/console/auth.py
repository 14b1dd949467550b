"""Authenticates requests: by a live link in the address, or by the session of an account in a
cookie.
"""

import logging
import sqlite3
import time
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.config.roles import Role
from gateway.config.settings import USUAL_CONFIG
from gateway.console.links import Links, read_token, words_on
from gateway.console.permissions import FRESH_ONLY, Principal, by_account, by_link
from gateway.console.refusals import Refusals
from gateway.store.action_folder import ActionFolder
from gateway.store.actions import SCHOOL, QueuedAction
from gateway.store.heads import Head
from gateway.store.reader import StoreReader
from service.connections import note_known
from service.login.refusal_book import Write, note_told
from service.login.visit import Visit, Visitors, log_in_again
from wire.clean import clean
from wire.ids import IncidentId, Monotonic, Wall

log = logging.getLogger(__name__)

_NO_SUCH: Final = "Not found."
_NO_ACCOUNT: Final = (
    "There is no account yet. On the gateway, as root: "
    f"tocsin-gateway account NAME --role administrator --config {USUAL_CONFIG}"
)
_LINK_ENDED: Final = "This link has ended or was withdrawn. The newest report has a new one."


class Viewing(NamedTuple):
    """An incident and who views it; `csrf` is empty for a live link, whose address is secret.

    `link` names the live link, without saying it; empty for an account.
    """

    visitor: Principal
    head: Head
    csrf: str = ""
    link: str = ""


class Authenticator:
    """Authenticates people.  `visitors` None: the school keeps no accounts."""

    def __init__(
        self, visitors: Visitors | None, links: Links, records: StoreReader, left: ActionFolder
    ) -> None:
        self.has_accounts = visitors is not None
        self._visitors = visitors
        self._links = links
        self._records = records
        self._left = left
        self._refusals = Refusals()

    async def account(self, request: Request) -> tuple[Principal, Visit]:
        """Return who has logged in; raises HTTPException 401, 403 for a change without token."""
        if self._visitors is None:
            raise HTTPException(401, _NO_ACCOUNT)
        visit = await self._visitors.must_be_logged_in(request)
        session = visit.session
        return by_account(session.name, Role(session.role), visit.is_fresh), visit

    async def incident(self, request: Request) -> Viewing:
        """Return the incident that the address names, and who asks; raises HTTPException."""
        token = request.path_params.get("token")
        if token is None:
            visitor, visit = await self.account(request)
            head = await self.head(IncidentId(request.path_params["incident"]))
            if head is None:
                raise HTTPException(404, _NO_SUCH)
            return Viewing(visitor, head, visit.csrf)
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
        self,
        request: Request,
        visitor: Principal,
        what: str,
        incident: IncidentId = SCHOOL,
        signs: str = "",
    ) -> None:
        """Raise HTTPException 403 unless the visitor may do so; a refusal is recorded."""
        if what not in visitor.rights:
            note_told(request.scope)
            await self._refused(visitor, what, incident, signs)
            raise HTTPException(403, "You may not do that.")
        if what in FRESH_ONLY and not visitor.is_fresh:
            raise log_in_again()

    async def _refused(
        self, visitor: Principal, what: str, incident: IncidentId, signs: str
    ) -> None:
        """Record it; all who hold a live link are one, for names and addresses are cheap."""
        who = visitor.name if visitor.has_account else ""
        words = self._refusals.words(incident, who, what, Monotonic(time.monotonic()))
        if words:
            by = visitor.display_name(signs) or visitor.name
            log.warning("refused: %s: %s", clean(by), words)
            await self.write(QueuedAction(incident, "refused", by, words, side=visitor.side))

    async def write(self, *actions: QueuedAction) -> None:
        """Leave actions for the gateway; raises HTTPException 503 if they cannot be saved."""
        try:
            await run_in_threadpool(self._left.put, actions)
        except (OSError, sqlite3.Error) as error:
            raise HTTPException(503, f"Could not save: {error}. Please try again.") from error


def note_in(left: ActionFolder) -> Write:
    """Return what writes down what belongs to no incident; where that fails, it is in the log."""

    async def note(what: str, by: str, text: str) -> None:
        try:
            await run_in_threadpool(left.put, [QueuedAction(SCHOOL, what, by, text)])
        except (OSError, sqlite3.Error) as error:
            log.warning("%s of %s could not be written down: %s", what, clean(by), error)

    return note


def address_of(request: Request) -> str:
    """Return the network address that a request came from."""
    return request.client.host if request.client else "?"
