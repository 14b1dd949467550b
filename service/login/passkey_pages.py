"""What the addresses of passkeys answer, where the site has a name for which browsers keep them."""

import time
from collections.abc import Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool as in_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.login.factors import Factors
from service.login.form import ANSWER, FormReader
from service.login.handler import LoginHandler
from service.login.passkeys import PasskeyError, Passkeys
from service.login.visit import Visit, Visitors
from wire.ids import Wall
from wire.moment import write_moment

ASK: Final = "/login/passkey"


class PasskeyPages:
    """One's own passkeys: set up, used, removed."""

    def __init__(
        self,
        handler: LoginHandler,
        visitors: Visitors,
        factors: Factors,
        passkeys: Passkeys,
        form: FormReader,
    ) -> None:
        self._handler = handler
        self._visitors = visitors
        self._factors = factors
        self._passkeys = passkeys
        self._form = form

    def routes(self) -> list[Route]:
        """Return the addresses."""
        acts: dict[str, Callable[[Request], Any]] = {
            ASK: self.ask,
            "/account/passkey/new": self.offer,
            "/account/passkey": self.add,
            "/account/passkey/remove": self.remove,
        }
        return [Route(path, act, methods=["POST"]) for path, act in acts.items()]

    def told(self, name: str) -> dict[str, Any]:
        """Return an account's passkeys as its page shows them, and at which name they are made."""
        own = [
            {"id": each.id.hex(), "label": each.label, "added": write_moment(each.added)}
            for each in self._passkeys.of(name)
        ]
        return {"passkeys_at": self._passkeys.site, "passkeys": own}

    def has_any(self, name: str) -> bool:
        """True if that account has a passkey."""
        return bool(self._passkeys.of(name))

    async def ask(self, request: Request) -> Response:
        """POST /login/passkey: what a browser needs to answer by a passkey; tells of nobody."""
        await self._form.read(request)
        self._must_fit(request)
        return JSONResponse(await in_thread(self._passkeys.ask, _now()))

    async def offer(self, request: Request) -> Response:
        """POST /account/passkey/new: what a browser needs to make one."""
        await self._form.read(request)
        visit = await self._own(request)
        name, purpose = visit.session.name, _purpose(visit)
        return JSONResponse(await in_thread(self._passkeys.offer, name, purpose, _now()))

    async def add(self, request: Request) -> Response:
        """POST /account/passkey {passkey, label}: it is a second factor from now on."""
        given, visit = await self._form.read(request), await self._own(request)
        name, answer, label = visit.session.name, given.get(ANSWER, ""), given.get("label", "")
        origin, is_first = request.headers.get("origin", ""), not visit.session.has_codes
        try:
            await in_thread(
                self._passkeys.add, name, _purpose(visit), origin, answer, label, _now()
            )
        except PasskeyError as error:
            await self._form.refuse(request, name, f"set up: {error}")
            raise HTTPException(403, "That passkey was not taken. Try again.") from error
        codes = await in_thread(self._factors.renew_recovery, name) if is_first else None
        await in_thread(self._visitors.sessions.has_code, visit.session)
        await self._visitors.forget_others(request, visit)
        await self._handler.note(name, "passkey set up")
        return JSONResponse({"recovery": codes})

    async def remove(self, request: Request) -> Response:
        """POST /account/passkey/remove {id}."""
        given, visit = await self._form.read(request), await self._own(request)
        name, own = visit.session.name, await in_thread(self._passkeys.of, visit.session.name)
        is_last = len(own) < 2 and not await in_thread(self._factors.has_app, name)
        keep = self._visitors.least_factors(visit.session.role)
        if is_last and keep:
            raise HTTPException(403, "Your role needs a second factor; set up another first.")
        if not await in_thread(self._passkeys.remove, name, given.get("id", ""), keep):
            raise HTTPException(404, "There is no such passkey.")
        await in_thread(self._factors.tidy, name)
        await self._visitors.forget_others(request, visit)
        await self._handler.note(name, "passkey removed")
        return Response(status_code=204)

    async def _own(self, request: Request) -> Visit:
        visit = await self._visitors.must_be_logged_in(request, limited=True)
        self._must_fit(request)
        visit.must_change_factors()
        return visit

    def _must_fit(self, request: Request) -> None:
        if not self._passkeys.fits(request.headers.get("origin", "")):
            raise HTTPException(403, "Passkeys are not for this address.")


def _purpose(visit: Visit) -> str:
    return f"add in {visit.session.id.hex()}"


def _now() -> Wall:
    return Wall(time.time())
