"""The accounts of a school's console.

There is no default account and no default password: `tocsin-gateway init` makes the first one.
"""

from pathlib import Path
from typing import Final

from gateway.config.roles import Role
from service.login.accounts import Accounts

ROLES: Final = tuple(Role)
"""Of the first there is always an account left."""


def open_accounts(path: Path) -> Accounts:
    """Open the accounts at `path`; raises OSError or sqlite3.Error."""
    return Accounts(path, ROLES)
