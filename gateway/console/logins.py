"""Builds what lets people into the console."""

from typing import Final

from gateway.config.settings import AccountsSettings, ConsoleSettings
from gateway.trust.accounts import ROLES
from service.login.build import Login, LoginPolicy, build_login
from service.login.refusal_book import Write
from service.login.session import Lasting
from wire.ids import Seconds

_LASTING: Final = Lasting(idle=Seconds(8 * 3600.0), longest=Seconds(24 * 3600.0))


def console_login(
    accounts: AccountsSettings, console: ConsoleSettings, school: str, write: Write
) -> Login:
    """Return the parts of it; raises OSError or sqlite3.Error."""
    policy = LoginPolicy(
        roles=ROLES,
        with_codes=accounts.second_factor,
        lasting=_LASTING,
        cookie="tocsin",
        secure=console.address.startswith("https:"),
        issuer=f"Tocsin, {school}",
        url=console.address,
        passkeys_at=accounts.passkeys_at,
        proxies=console.trusted_proxies,
    )
    return build_login(accounts.path, policy, write)
