"""The accounts of the school's console, at the gateway's terminal."""

import argparse
import sqlite3
import sys

from gateway.people import People, PeopleError, Role, new_password
from gateway.settings import IdentitySettings
from service import exits


def act(options: argparse.Namespace, settings: IdentitySettings) -> int:
    """Do what the arguments of `account` say; returns the exit code."""
    if settings.people is None:
        print(f"{options.config} has no [people], and so no accounts", file=sys.stderr)
        return exits.PROBLEM
    try:
        people = People(settings.people.path)
        _change(people, options)
    except (PeopleError, OSError, sqlite3.Error) as error:
        print(f"nothing was changed: {error}", file=sys.stderr)
        return exits.PROBLEM
    people.close()
    return exits.GOOD


def _change(people: People, options: argparse.Namespace) -> None:
    name, role = options.name, options.role and Role(options.role)
    if name is None:
        for person in people.all():
            print(f"{person.name:32}  {person.role}")
    elif options.remove:
        people.remove(name)
        print(f"{name} is removed")
    elif people.find(name) is None:
        password = new_password()
        people.add(name, role or Role.VIEWER, password)
        print(f"{name} is a new {role or Role.VIEWER}; the password, shown this once: {password}")
    elif role:
        people.set_role(name, role)
        print(f"{name} is {role} from now on")
    else:
        password = new_password()
        people.set_password(name, password)
        print(f"{name} has a new password, shown this once: {password}")
