"""What the addresses of a login and of one's own account answer; every page of ours shares them.

They change something only for a script of our own pages: JSON, from this very origin.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from service.login.factors import Factors
from service.login.form import ANSWER, FormReader
from service.login.handler import Credentials, LoginHandler, PasskeyAnswer, TurnedAwayError
from service.login.passkey_pages import PasskeyPages
from service.login.qr import qr_svg
from service.login.refusal_book import note_told
from service.login.totp import uri_of
from service.login.visit import AGAIN, Visit, Visitors, where_of
from wire.ids import Wall
from wire.moment import write_moment

log = logging.getLogger(__name__)


async def _unreadable(_request: Request, error: Exception) -> Response:
    log.error("a database cannot be read or written: %s", error)
    return PlainTextResponse(f"A database of this server cannot be used: {error}\n", 503)


UNREADABLE: Final[dict[Any, Any]] = {sqlite3.Error: _unreadable}
"""How a server answers when its file of accounts cannot be used."""


class LoginPages:
    """`issuer`: as an authenticator app names us."""

    def __init__(
        self,
        handler: LoginHandler,
        visitors: Visitors,
        factors: Factors,
        form: FormReader,
        passkeys: PasskeyPages,
        issuer: str,
    ) -> None:
        self._handler = handler
        self._visitors = visitors
        self._factors = factors
        self._form = form
        self._passkeys = passkeys
        self._issuer = issuer

    def routes(self) -> list[Route]:
        """Return the addresses."""
        acts: dict[str, Callable[[Request], Any]] = {
            "/login": self.log_in,
            "/login/again": self.log_in_again,
            "/logout": self.log_out,
            "/account/sessions": self.end_session,
            "/account/factor/new": self.offer_factor,
            "/account/factor": self.take_factor,
            "/account/factor/remove": self.remove_factor,
            "/account/recovery": self.renew_recovery,
        }
        changes = [Route(path, act, methods=["POST"]) for path, act in acts.items()]
        return [*changes, Route("/account/state", self.state), *self._passkeys.routes()]

    async def log_in(self, request: Request) -> Response:
        """POST /login {name, password, code}: a new session, whatever cookie came along."""
        given = await self._form.read(request)
        try:
            entered = await self._handler.log_in(self._credentials(request, given))
        except TurnedAwayError as error:
            note_told(request.scope)
            raise _turned_away(error) from error
        answer = Response(status_code=204)
        self._visitors.give(answer, *entered)
        return answer

    async def log_in_again(self, request: Request) -> Response:
        """POST /login/again {password, code}: what asks for a fresh login may be done now."""
        given = await self._form.read(request)
        visit = await self._visitors.must_be_logged_in(request, limited=True)
        try:
            await self._handler.log_in_again(visit.session, self._credentials(request, given))
        except TurnedAwayError as error:
            note_told(request.scope)
            raise _turned_away(error) from error
        return Response(status_code=204)

    async def log_out(self, request: Request) -> Response:
        """POST /logout."""
        await self._form.read(request)
        await self._visitors.must_be_logged_in(request, limited=True)
        await self._visitors.leave(request)
        return Response(status_code=204)

    async def state(self, request: Request) -> Response:
        """GET /account/state: one's own name, sessions and second factor."""
        visit = await self._visitors.must_be_logged_in(request, limited=True)
        return JSONResponse(await run_in_threadpool(self._state, visit))

    def _state(self, visit: Visit) -> dict[str, Any]:
        session = visit.session
        known = self._visitors.sessions.of(session.name, Wall(time.time()))
        return {
            "name": session.name,
            "role": session.role,
            "csrf": visit.csrf,
            "limited": visit.is_limited,
            "needs_codes": self._visitors.needs_codes(session.role),
            "has_codes": session.has_codes,
            "has_app": self._factors.has_app(session.name),
            **self._passkeys.told(session.name),
            "recovery_left": self._factors.recovery_left(session.name),
            "sessions": [
                {
                    "id": each.id.hex(),
                    "own": each.id == session.id,
                    "began": write_moment(each.began),
                    "seen": write_moment(each.seen),
                    "address": where.address,
                    "browser": where.browser,
                }
                for each, where in known
            ],
        }

    async def end_session(self, request: Request) -> Response:
        """POST /account/sessions {id}: end one of one's own sessions; without id all the others."""
        given, visit = await self._form.read(request), await self._own(request)
        own = visit.session
        key = given.get("id", "")
        ended = await run_in_threadpool(self._visitors.sessions.end_of, own.name, key, own.id)
        await self._handler.note(own.name, f"{ended} of their sessions ended")
        return Response(status_code=204)

    async def offer_factor(self, request: Request) -> Response:
        """POST /account/factor/new: a secret for an app, which counts once a code is given."""
        await self._form.read(request)
        visit = await self._own(request)
        visit.must_change_factors()
        secret = self._factors.offer(visit.session.id)
        uri = uri_of(secret, visit.session.name, self._issuer)
        return JSONResponse({"secret": secret, "uri": uri, "svg": qr_svg(uri)})

    async def take_factor(self, request: Request) -> Response:
        """POST /account/factor {code}: the secret offered is the second factor from now on."""
        given, visit = await self._form.read(request), await self._own(request)
        visit.must_change_factors()
        name, now = visit.session.name, Wall(time.time())
        key, code = visit.session.id, given.get("code", "")
        codes = await run_in_threadpool(self._factors.take, key, name, code, now)
        if codes is None:
            await self._form.refuse(request, name, "set up: wrong code")
            raise HTTPException(403, "That is no code of this secret. Give the newest one.")
        await run_in_threadpool(self._visitors.sessions.has_code, visit.session)
        await self._visitors.forget_others(request, visit)
        await self._handler.note(name, "second factor set up")
        return JSONResponse({"recovery": codes})

    async def renew_recovery(self, request: Request) -> Response:
        """POST /account/recovery: new recovery codes in the place of the old ones."""
        await self._form.read(request)
        visit = await self._own(request)
        visit.must_change_factors()
        if not visit.session.has_codes:
            raise HTTPException(409, "Set up a second factor first.")
        codes = await run_in_threadpool(self._factors.renew_recovery, visit.session.name)
        await self._handler.note(visit.session.name, "recovery codes renewed")
        return JSONResponse({"recovery": codes})

    async def remove_factor(self, request: Request) -> Response:
        """POST /account/factor/remove: log in by password alone from now on."""
        await self._form.read(request)
        visit = await self._own(request)
        visit.must_change_factors()
        name = visit.session.name
        is_only = not await run_in_threadpool(self._passkeys.has_any, name)
        keep = self._visitors.least_factors(visit.session.role)
        if is_only and keep:
            raise HTTPException(403, "Your role needs a second factor; set up another instead.")
        # One that is set up at this moment, elsewhere, is not this session's to take away.
        if not visit.session.has_codes:
            raise HTTPException(409, "There is no second factor.")
        await run_in_threadpool(self._factors.remove, name, keep)
        await self._visitors.forget_others(request, visit)
        await self._handler.note(visit.session.name, "second factor removed")
        return Response(status_code=204)

    async def _own(self, request: Request) -> Visit:
        return await self._visitors.must_be_logged_in(request, limited=True)

    def _credentials(self, request: Request, given: dict[str, str]) -> Credentials:
        name, password, code = (given.get(key, "") for key in ("name", "password", "code"))
        known = self._visitors.known_browser(request)
        answer = PasskeyAnswer(given.get(ANSWER, ""), request.headers.get("origin", ""))
        return Credentials(name.strip(), password, code, where_of(request), known, answer)


def _turned_away(error: TurnedAwayError) -> HTTPException:
    headers = {"retry-after": f"{error.wait:.0f}"} if error.wait else {}
    if error.code:
        headers[AGAIN] = "passkey" if error.passkey else "code"
    return HTTPException(error.status, str(error), headers)
