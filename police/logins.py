"""What lets people into the receiver's page: accounts, in a file beside the store."""

import logging
import re
import sqlite3
from pathlib import Path
from typing import Final

from police.roles import ROLES, Role
from police.settings import PoliceSettings
from service.folder import make_folder
from service.login.accounts import NAME, Accounts
from service.login.build import Login, LoginPolicy, build_login
from service.login.session import Lasting
from service.secrets import read_password
from wire.ids import Seconds

log = logging.getLogger(__name__)

# A page on a wall asks once a minute who it is for, and so stays logged in over nights without an
# alert; that it is not for ever is what its person must not be surprised by at night.
_LASTING: Final = Lasting(idle=Seconds(12 * 3600.0), longest=Seconds(7 * 86_400.0))
_ODD: Final = re.compile(r"[^a-z0-9.-]+")
_LONGEST: Final = 32
_FILE: Final = "accounts.db"


def accounts_file(settings: PoliceSettings) -> Path:
    """Return where the accounts are."""
    return settings.accounts.path or settings.store.path.parent / _FILE


def open_accounts(settings: PoliceSettings) -> Accounts:
    """Open the accounts, for the command line; raises OSError or sqlite3.Error."""
    path = accounts_file(settings)
    make_folder(path.parent)
    return Accounts(path, ROLES)


def shared_account(settings: PoliceSettings) -> str:
    """Return the account that the login which all share has become; empty if there is none."""
    name = _ODD.sub("-", settings.page.user.lower()).strip(".-")[:_LONGEST]
    return (name if NAME.fullmatch(name) else "dispatch") if settings.page.user else ""


def _carry_over(settings: PoliceSettings) -> None:
    """Make an account of the login that all share, where there is none yet."""
    people = open_accounts(settings)
    try:
        if settings.page.password_file and not people.all():
            name = shared_account(settings)
            people.adopt(name, Role.DISPATCHER, read_password(settings.page.password_file))
            log.warning("page.user is the account %s now: log in by that name", name)
    finally:
        people.close()


def police_login(settings: PoliceSettings) -> Login | None:
    """Return what lets people in; None, and a word in the log, if their file cannot be used.

    Reports are taken all the same: a receiver whose accounts are spoilt shows nothing to anybody.
    """
    policy = LoginPolicy(
        roles=ROLES,
        with_codes=settings.accounts.second_factor,
        lasting=_LASTING,
        cookie="tocsin-police",
        secure=settings.listen.cert is not None,
        issuer="Tocsin receiver",
        passkeys_at=settings.accounts.passkeys_at,
    )
    path = accounts_file(settings)
    try:
        _carry_over(settings)
        return build_login(path, policy)
    except (OSError, sqlite3.Error) as error:
        log.critical("%s cannot be used, so the page is shown to nobody: %s", path, error)
        return None
