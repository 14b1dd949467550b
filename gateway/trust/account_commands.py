"""The command `account`: the accounts of the school's console."""

import argparse
import sqlite3
import sys

from gateway.config.roles import Role
from gateway.config.settings import IdentitySettings
from gateway.trust.accounts import open_accounts
from service import exits
from service.login.accounts import AccountError
from service.login.commands import change_accounts


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Do what the arguments of `account` say; returns the exit code."""
    if settings.accounts is None:
        print(f"{options.config}: no [accounts] table, so there are no accounts", file=sys.stderr)
        return exits.PROBLEM
    try:
        people = open_accounts(settings.accounts.path)
        change_accounts(people, options, Role.VIEWER)
    except (AccountError, OSError, sqlite3.Error) as error:
        print(f"no account was changed: {error}", file=sys.stderr)
        return exits.PROBLEM
    people.close()
    return exits.GOOD
