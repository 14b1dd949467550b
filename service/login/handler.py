"""Lets people in: counts a guess before it is looked at, checks password and code, opens a session.

A guess is counted under the name from that address, and under the address; from a browser by which
that person has logged in before under that browser alone, and in a session under that session.  So
a stranger's guesses never keep anybody out who comes from elsewhere, or with a browser of their
own.  Codes that strangers guess are counted under the name, wherever they come from.
"""

import logging
import time
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool as in_thread

from service.login.accounts import Accounts, UserAccount
from service.login.check_queue import CheckQueue, QueueFullError
from service.login.factors import Factors
from service.login.passkeys import PasskeyError, Passkeys
from service.login.refusal_book import STRANGER, RefusalBook, Write
from service.login.session import Session, id_of
from service.login.sessions import Sessions, Where
from service.networks import key_of_address
from service.throttle import Throttle
from wire.clean import clean
from wire.ids import Monotonic, Wall

log = logging.getLogger(__name__)

_LONGEST_NAME: Final = 80
_WRONG: Final = "Wrong code, or one that was used before."

Network = IPv4Network | IPv6Network


class PasskeyAnswer(NamedTuple):
    """What a browser says that a passkey answered, as JSON, and the page that asked it."""

    given: str = ""
    origin: str = ""


class Credentials(NamedTuple):
    """What a person gave, and whence; `known` is the secret of a browser that was here before."""

    name: str
    password: str
    code: str
    where: Where
    known: str = ""
    passkey: PasskeyAnswer = PasskeyAnswer()


class Entered(NamedTuple):
    """The secrets of a new session, and of the browser from now on."""

    session: str
    browser: str


class _Keys(NamedTuple):
    """What a guess is counted under: a password, that of the name first, and a code."""

    password: tuple[str, ...]
    code: str


class TurnedAwayError(Exception):
    """Not let in: why, in words, and the HTTP status.  `wait` in seconds; `code`: it is lacking,
    and if `passkey` one of those would do.
    """

    def __init__(
        self,
        status: int,
        words: str,
        wait: float = 0.0,
        code: bool = False,
        passkey: bool = False,
    ) -> None:
        super().__init__(words)
        self.passkey = passkey
        self.status = status
        self.wait = wait
        self.code = code


class LoginHandler:
    """Lives in the event loop's thread.

    Behind one of `proxies` that names no client, or one on this machine, nobody is kept out for
    another's guesses.
    """

    def __init__(
        self,
        accounts: Accounts,
        factors: Factors,
        sessions: Sessions,
        write: Write,
        passkeys: Passkeys | None = None,
        proxies: Sequence[Network] = (),
    ) -> None:
        self._accounts = accounts
        self._factors = factors
        self._sessions = sessions
        self._passkeys = passkeys
        self._write = write
        self.book = RefusalBook(write)
        self._proxies = proxies
        self._throttle = Throttle()
        # Who was here before does not queue behind those who were not.
        self._queues = {True: CheckQueue("known"), False: CheckQueue("strangers")}

    async def log_in(self, given: Credentials) -> Entered:
        """Open a session; raises TurnedAwayError or sqlite3.Error."""
        known = await in_thread(self._sessions.is_known, given.name, given.known)
        keys = self._keys(given, known)
        account, by_code = await self._check(given, keys, known)
        name, now, where = account.name, _wall(), given.where
        session = await in_thread(self._sessions.begin, name, where, by_code, now)
        browser = await in_thread(self._sessions.know_browser, name, given.known, now)
        await self._must_have_still(account, session, browser, given)
        log.info("%s logged in from %s", name, clean(where.address))
        await self._write("log-in", name, f"from {where.address}")
        return Entered(session, browser)

    async def _must_have_still(
        self, account: UserAccount, session: str, browser: str, given: Credentials
    ) -> None:
        """A change of password since the check has ended what was there then, and not this."""
        if await in_thread(self._accounts.has_still, account):
            return
        await in_thread(self._sessions.end, session)
        await in_thread(self._sessions.forget_browser, browser)
        await self._refuse_login(given, "the password was changed meanwhile")
        raise TurnedAwayError(403, "Wrong name or password.")

    async def log_in_again(self, session: Session, given: Credentials) -> None:
        """Take the password, and the code, of one who is logged in; raises as above."""
        keys = _keys_of(f"session {session.id.hex()}")
        _, by_code = await self._check(given._replace(name=session.name), keys, known=True)
        await in_thread(self._sessions.prove, session, by_code, _wall())

    async def note(self, by: str, words: str) -> None:
        """Write down what a person changed about their own account."""
        log.info("account %s: %s", by, words)
        await self._write("account", by, words)

    async def _check(
        self, given: Credentials, keys: _Keys, known: bool
    ) -> tuple[UserAccount, bool]:
        """Return whose name and password it is, and whether the code was given, too."""
        if wait := self._throttle.attempt(keys.password, _mono()):
            await self._refuse_login(given, "too many wrong passwords")
            words = f"Too many wrong passwords. Wait {wait:.0f} s."
            raise TurnedAwayError(429, words, wait)
        try:
            person = await self._queues[known].run(
                lambda: self._accounts.verify(given.name, given.password)
            )
        except QueueFullError:
            self._throttle.take_back(keys.password, _mono())
            await self._refuse_login(given, "too many log in at once")
            words = "Too many people log in at this moment. Try again in a few seconds."
            raise TurnedAwayError(503, words, 3.0) from None
        if person is None:
            await self._refuse_login(given, "wrong password")
            raise TurnedAwayError(403, "Wrong name or password.")
        by_code = await self._check_code(given, keys)
        self._throttle.take_back(keys.password, _mono())
        self._throttle.succeeded(keys.password[0])
        return person, by_code

    async def _check_code(self, given: Credentials, keys: _Keys) -> bool:
        """Return whether the code was given; False for an account without a second factor."""
        name = given.name
        if not await in_thread(self._factors.has, name):
            return False
        if not given.code.strip() and not given.passkey.given:
            self._throttle.take_back(keys.password, _mono())
            by_key = await in_thread(self._may_use_passkey, given)
            raise TurnedAwayError(401, "Give your second factor.", code=True, passkey=by_key)
        if wait := self._throttle.attempt((keys.code,), _mono()):
            self._throttle.take_back(keys.password, _mono())
            await self._refuse_login(given, "too many wrong codes")
            raise TurnedAwayError(429, f"Too many wrong codes. Wait {wait:.0f} s.", wait)
        if wrong := await in_thread(self._second_factor_fault, given):
            await self._refuse_login(given, wrong)
            said = "That passkey does not open this account." if given.passkey.given else _WRONG
            by_key = await in_thread(self._may_use_passkey, given)
            raise TurnedAwayError(403, said, code=True, passkey=by_key)
        self._throttle.succeeded(keys.code)
        return True

    def _may_use_passkey(self, given: Credentials) -> bool:
        keys = self._passkeys
        return bool(keys and keys.fits(given.passkey.origin) and keys.of(given.name))

    def _second_factor_fault(self, given: Credentials) -> str:
        """Take the passkey, or the code; return what is wrong with it."""
        if given.passkey.given and self._passkeys:
            try:
                self._passkeys.use(given.name, given.passkey.origin, given.passkey.given, _wall())
            except PasskeyError as error:
                return str(error)
            return ""
        if self._factors.use(given.name, given.code, _wall()):
            return ""
        return "wrong code, or one that was used"

    def _keys(self, given: Credentials, known: bool) -> _Keys:
        """A proxy's address is not counted, where all have it."""
        if known:
            return _keys_of(f"browser {id_of(given.known).hex()}")
        address, person = given.where.address, given.name[:_LONGEST_NAME]
        place = key_of_address(address)
        name = f"name {person} from {place}"
        of_password = (name,) if self._is_proxy(address) else (name, f"address {place}")
        return _Keys(of_password, f"code {person}")

    def _is_proxy(self, address: str) -> bool:
        try:
            where = ip_address(address)
        except ValueError:
            return False
        return where.is_loopback or any(where in network for network in self._proxies)

    async def _refuse_login(self, given: Credentials, words: str) -> None:
        """What stands in the place of a name may be a password: only an account's is told."""
        account = await in_thread(self._accounts.find, given.name)
        by = account.name if account else STRANGER
        await self.book.refuse(by, f"login: {words}", given.where.address)


def _keys_of(one: str) -> _Keys:
    """One who proved to be the person before is counted apart, in all that they guess."""
    return _Keys((one,), f"code of {one}")


def _mono() -> Monotonic:
    return Monotonic(time.monotonic())


def _wall() -> Wall:
    return Wall(time.time())
