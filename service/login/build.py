"""Builds what lets people in: knows every part of it."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path

from service.login.accounts import Accounts
from service.login.factors import Factors
from service.login.form import FormReader
from service.login.handler import LoginHandler
from service.login.pages import LoginPages
from service.login.passkey_pages import PasskeyPages
from service.login.passkeys import Passkeys
from service.login.refusal_book import Write
from service.login.session import Lasting
from service.login.sessions import Sessions
from service.login.visit import Visitors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """What differs from process to process; `with_codes` are roles that need a second factor.

    `secure` cookies are those of a server with TLS; `url` is where people reach it, if it is known;
    `passkeys_at` the DNS name for which browsers keep passkeys, empty where there are none;
    `proxies` are the networks of those off this machine, as settings name them.
    """

    roles: Sequence[str]
    with_codes: Sequence[str]
    lasting: Lasting
    cookie: str
    secure: bool
    issuer: str
    url: str = ""
    passkeys_at: str = ""
    proxies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """The parts that other pages need."""

    handler: LoginHandler
    visitors: Visitors
    pages: LoginPages


def build_login(path: Path, policy: LoginPolicy, write: Write | None = None) -> Login:
    """Return all of it for the accounts at `path`; raises OSError or sqlite3.Error.

    Security events are written by `write`, or into the file of accounts itself.
    """
    sessions = Sessions(path, policy.roles, policy.lasting, secrets.token_urlsafe)
    factors = Factors(path, policy.roles)
    proxies = [ip_network(each) for each in policy.proxies]
    passkeys = Passkeys(path, policy.roles, _usable(policy.passkeys_at), policy.issuer)
    accounts, books = Accounts(path, policy.roles), write or sessions.keep_event
    handler = LoginHandler(accounts, factors, sessions, books, passkeys, proxies)
    form = FormReader(handler.book, policy.url)
    visitors = Visitors(sessions, policy.with_codes, policy.cookie, policy.secure, handler.book)
    of_passkeys = PasskeyPages(handler, visitors, factors, passkeys, form)
    pages = LoginPages(handler, visitors, factors, form, of_passkeys, policy.issuer)
    return Login(handler, visitors, pages)


def _usable(passkeys_at: str) -> str:
    """A setting whose library is not there keeps nobody out: there are codes."""
    if passkeys_at and find_spec("webauthn") is None:
        log.error(
            "accounts.passkeys_at: webauthn is not installed: install the Debian package again"
        )
        return ""
    return passkeys_at
