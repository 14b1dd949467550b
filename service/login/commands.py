"""What the command `account` does at every process that has accounts."""

import argparse

from service.login.accounts import Accounts
from service.login.passwords import new_password


def change_accounts(people: Accounts, options: argparse.Namespace, usual: str) -> None:
    """List accounts, or make, change or remove one, and say so; raises AccountError.

    A new account has the role `usual` if none was given.
    """
    name, role = options.name, options.role
    if name is None:
        _list(people)
    elif options.remove:
        people.remove(name)
        print(f"account {name} removed")
    elif options.reset_codes:
        people.reset_codes(name)
        print(f"account {name} logs in by password alone until a second factor is set up again")
    elif people.find(name) is None:
        password = new_password()
        people.add(name, role or usual, password)
        made = f"account {name} made, role {role or usual}"
        print(f"{made}; its password, shown only now: {password}")
    elif role:
        people.set_role(name, role)
        print(f"account {name} has the role {role} now")
    else:
        password = new_password()
        people.set_password(name, password)
        print(f"account {name} has a new password, shown only now: {password}")


def _list(people: Accounts) -> None:
    with_codes = people.with_codes()
    for person in people.all():
        factor = "  with a second factor" if person.name in with_codes else ""
        print(f"{person.name:32}  {person.role}{factor}")
