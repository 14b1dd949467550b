"""A person's own duress word: whether there is one, and setting it.  Nobody can read it."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.console.auth import Authenticator
from gateway.console.duress_words import DuressWordError, DuressWords
from gateway.console.request_fields import fields
from service.login.visit import log_in_again
from wire.answers import CANCEL


class DuressPages:
    """What those addresses answer to a person who may cancel."""

    def __init__(self, auth: Authenticator, words: DuressWords) -> None:
        self._auth = auth
        self._words = words

    def routes(self) -> list[Route]:
        """Return the addresses."""
        path = "/account/duress"
        return [Route(path, self.state), Route(path, self.set, methods=["POST"])]

    async def state(self, request: Request) -> Response:
        """GET /account/duress: whether one is set."""
        visitor, _ = await self._auth.account(request)
        await self._auth.allow(request, visitor, CANCEL)
        return JSONResponse({"has": await run_in_threadpool(self._words.has, visitor.name)})

    async def set(self, request: Request) -> Response:
        """POST /account/duress {word}: set it, or none if it is empty."""
        visitor, _ = await self._auth.account(request)
        word = (await fields(request)).get("word", "").strip()
        await self._auth.allow(request, visitor, CANCEL)
        if not visitor.is_fresh:
            raise log_in_again()
        try:
            await run_in_threadpool(self._words.set, visitor.name, word)
        except DuressWordError as error:
            raise HTTPException(400, str(error)) from error
        return Response(status_code=204)
