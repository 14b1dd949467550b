"""The command `account`: the accounts of the school's console."""

import argparse
import sqlite3
import sys

from gateway.config.settings import IdentitySettings
from gateway.trust.accounts import AccountError, Accounts, Role, new_password
from service import exits


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Do what the arguments of `account` say; returns the exit code."""
    if settings.accounts is None:
        print(f"{options.config}: no [accounts] table, so there are no accounts", file=sys.stderr)
        return exits.PROBLEM
    try:
        people = Accounts(settings.accounts.path)
        _change(people, options)
    except (AccountError, OSError, sqlite3.Error) as error:
        print(f"no account was changed: {error}", file=sys.stderr)
        return exits.PROBLEM
    people.close()
    return exits.GOOD


def _change(people: Accounts, options: argparse.Namespace) -> None:
    name, role = options.name, options.role and Role(options.role)
    if name is None:
        for person in people.all():
            print(f"{person.name:32}  {person.role}")
    elif options.remove:
        people.remove(name)
        print(f"account {name} removed")
    elif people.find(name) is None:
        password = new_password()
        people.add(name, role or Role.VIEWER, password)
        print(
            f"account {name} made, role {role or Role.VIEWER};"
            f" its password, shown only now: {password}"
        )
    elif role:
        people.set_role(name, role)
        print(f"account {name} has the role {role} now")
    else:
        password = new_password()
        people.set_password(name, password)
        print(f"account {name} has a new password, shown only now: {password}")
