"""Builds what lets people in: knows every part of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from service.login.accounts import Accounts
from service.login.factors import Factors
from service.login.handler import LoginHandler
from service.login.pages import LoginPages
from service.login.refusal_book import Write
from service.login.session import Lasting
from service.login.sessions import Sessions
from service.login.visit import Visitors


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """What differs from process to process; `with_codes` are roles that need a second factor.

    `secure` cookies are those of a server with TLS; `url` is where people reach it, if it is known;
    `proxies` are the networks of those off this machine, as settings name them.
    """

    roles: Sequence[str]
    with_codes: Sequence[str]
    lasting: Lasting
    cookie: str
    secure: bool
    issuer: str
    url: str = ""
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
    handler = LoginHandler(
        Accounts(path, policy.roles), factors, sessions, write or sessions.keep_event, proxies
    )
    visitors = Visitors(sessions, policy.with_codes, policy.cookie, policy.secure, handler.book)
    pages = LoginPages(handler, visitors, factors, policy.issuer, policy.url)
    return Login(handler, visitors, pages)
