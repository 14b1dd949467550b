"""The commands `account` and `events`: who may log in at the receiver, and what was refused."""

import argparse
import secrets
import sqlite3
import sys

from police.logins import accounts_file, open_accounts
from police.roles import ROLES, Role
from police.settings import PoliceSettings
from service.exits import GOOD, PROBLEM
from service.login.accounts import AccountError
from service.login.commands import change_accounts
from service.login.session import Lasting
from service.login.sessions import Sessions
from wire.ids import Seconds
from wire.moment import write_moment


def change(options: argparse.Namespace, settings: PoliceSettings) -> int:
    """Do what the arguments of `account` say; returns the exit code."""
    try:
        people = open_accounts(settings)
        change_accounts(people, options, Role.DISPATCHER)
    except (AccountError, OSError, sqlite3.Error) as error:
        print(f"no account was changed: {error}", file=sys.stderr)
        return PROBLEM
    people.close()
    return GOOD


def show_events(options: argparse.Namespace, settings: PoliceSettings) -> int:
    """Print the newest security events, the oldest of them first; returns the exit code."""
    try:
        nobody = Lasting(Seconds(0.0), Seconds(0.0))
        books = Sessions(accounts_file(settings), ROLES, nobody, secrets.token_urlsafe)
        for at, what, by, text in books.events(options.last):
            print(f"{write_moment(at)}  {what:8}  {by}: {text}")
    except (OSError, sqlite3.Error) as error:
        print(f"the events cannot be read: {error}", file=sys.stderr)
        return PROBLEM
    books.close()
    return GOOD
