"""Who asks: the session of a request's cookie, read anew each time: it ends when it ends."""

import time
from collections.abc import Collection
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.connections import note_known
from service.login.refusal_book import RefusalBook, note_told, note_who
from service.login.session import Session, csrf_of
from service.login.sessions import Sessions, Where
from wire.ids import Wall

_BROWSER_DAYS: Final = 400
_DAY: Final = 86_400
# A page's script asks its person for the password, and then once more for what it wanted.
AGAIN: Final = "x-log-in-again"
NEEDS_CODE: Final = "Set up a second factor first: your role needs one. It is under your account."


class Visit(NamedTuple):
    """A person who has logged in.  `is_limited`: their role needs a second factor that this session
    has not: it may set one up, and nothing else.
    """

    session: Session
    csrf: str
    is_fresh: bool
    may_change_factors: bool
    is_limited: bool

    def must_change_factors(self) -> None:
        """Raise HTTPException 401 unless the person gave the factors that there are just now."""
        if not self.may_change_factors:
            raise log_in_again()


class Visitors:
    """Finds who asks; `with_codes` are the roles that need a second factor, `cookie` the name of
    the session's own, `book` is where refusals are written down.  Of `secure`
    cookies browsers keep the name to this very host.
    """

    def __init__(
        self,
        sessions: Sessions,
        with_codes: Collection[str],
        cookie: str,
        secure: bool,
        book: RefusalBook,
    ) -> None:
        self.sessions = sessions
        self._book = book
        self._with_codes = frozenset(with_codes)
        self._cookie = f"__Host-{cookie}" if secure else cookie
        self._browser = f"{self._cookie}-browser"
        self._secure = secure

    def has_accounts(self) -> bool:
        """True once there is an account.  Raises sqlite3.Error."""
        return self.sessions.has_accounts()

    async def find(self, request: Request) -> Visit | None:
        """Return who has logged in; None for everybody else.  Raises sqlite3.Error."""
        secret = _cookie(request, self._cookie)
        if not secret:
            return None
        now = Wall(time.time())
        session = await run_in_threadpool(self.sessions.find, secret, now)
        if session is None:
            return None
        note_known(request.scope)
        note_who(request.scope, session.name)
        limited = self.needs_codes(session.role) and not session.by_code
        fresh, changes = session.is_fresh(now), session.may_change_factors(now)
        return Visit(session, csrf_of(secret), fresh, changes, limited)

    async def must_be_logged_in(self, request: Request, limited: bool = False) -> Visit:
        """Return who has logged in; raises HTTPException 401, 403 for a change without token.

        `limited`: also one who has yet to set up a second factor.
        """
        visit = await self.find(request)
        if visit is None:
            raise HTTPException(401, "Log in first.")
        if request.method == "POST" and request.headers.get("x-csrf-token") != visit.csrf:
            words = f"a change of {request.url.path} without the word of a page of ours"
            await self._book.refuse(visit.session.name, words, where_of(request).address)
            note_told(request.scope)
            raise HTTPException(403, "Please reload the page and try again.")
        if visit.is_limited and not limited:
            raise HTTPException(403, NEEDS_CODE)
        return visit

    async def forget_others(self, request: Request, visit: Visit) -> None:
        """What was opened before the second factor changed is worth nothing after it."""
        browser = self.known_browser(request)
        await run_in_threadpool(self.sessions.forget_others, visit.session, browser)

    def needs_codes(self, role: str) -> bool:
        """True if that role needs a second factor."""
        return role in self._with_codes

    def least_factors(self, role: str) -> int:
        """Return how many second factors an account of that role keeps."""
        return int(self.needs_codes(role))

    async def leave(self, request: Request) -> None:
        """End the session of the request, if it has one."""
        await run_in_threadpool(self.sessions.end, _cookie(request, self._cookie))

    def known_browser(self, request: Request) -> str:
        """Return the secret of a browser that was here before, by its own word; or empty."""
        return _cookie(request, self._browser)

    def give(self, answer: Response, session: str, browser: str) -> None:
        """Give a browser the secrets of its session, and of itself."""
        days = _BROWSER_DAYS * _DAY
        for name, secret, age in ((self._cookie, session, None), (self._browser, browser, days)):
            answer.set_cookie(
                name, secret, max_age=age, httponly=True, samesite="strict", secure=self._secure
            )


def log_in_again() -> HTTPException:
    """Return what asks a page to have its person log in again, and then to ask once more."""
    return HTTPException(401, "Log in again to do that.", {AGAIN: "password"})


def where_of(request: Request) -> Where:
    """Return where a request comes from."""
    host = request.client.host if request.client else "?"
    return Where(host, request.headers.get("user-agent", ""))


def _cookie(request: Request, name: str) -> str:
    """Return a cookie of ours, which bears no quotes, or empty.

    Python 3.11 undoes quotes in a time that grows with their square: 0.5 s for 16 kB of a stranger.
    """
    pairs = (each.partition("=") for each in ";".join(request.headers.getlist("cookie")).split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs}.get(name, "")
