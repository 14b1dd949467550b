"""The commands `join-listener` and `renew-listener`, on the machine of a strobe, PA or door system.

It needs no settings of a gateway: all that it knows stands in its own folder.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

from service import exits
from service.files import write_whole
from service.joining import AUTHORITY, CERTIFICATE, KEY, JoinError, ask_to_join, read_invitation
from service.renewal import AuthorityError, Identity, renew_if_due
from service.typed_code import typed_code
from wire.ids import Wall

LISTENER: Final = "listener.json"
"""Where the broker is, who renews, and which site it is."""
_TOLD: Final = """\
listener {unit} of {site} has joined; its files are in {folder}
  listens at   {broker}
  shows        unit.crt, with its key unit.key
  trusts       ca.crt; what it hears is signed by the key of gateway.crt
Once a week: tocsin-gateway renew-listener {folder}
"""


def join(url: str, folder: Path) -> int:
    """Join by a code that is asked for; returns the exit code."""
    try:
        answer = ask_to_join(read_invitation(url, typed_code()), folder)
        known = {name: str(answer[name]) for name in ("site", "unit", "renewal")}
        known["broker"] = str(answer["brokers"][0])
        write_whole(folder / LISTENER, json.dumps(known, indent=1).encode(), 0o644)
    except EOFError:
        print("this listener has not joined: no code was given", file=sys.stderr)
        return exits.USAGE
    except (JoinError, KeyError, IndexError, OSError) as error:
        print(f"this listener has not joined: {error}", file=sys.stderr)
        return exits.PROBLEM
    print(_TOLD.format(**known, folder=folder), end="")
    return exits.GOOD


def renew(folder: Path) -> int:
    """Renew the certificate in `folder` if it nears its end; returns the exit code."""
    identity = Identity(folder / AUTHORITY, folder / CERTIFICATE, folder / KEY, _nobody_waits)
    try:
        known = json.loads((folder / LISTENER).read_bytes())
        is_new = renew_if_due(str(known["renewal"]), identity, Wall(time.time()))
    except (AuthorityError, OSError, ValueError, KeyError, TypeError) as error:
        print(f"{folder}: the certificate could not be renewed: {error}", file=sys.stderr)
        return exits.PROBLEM
    print("the certificate is renewed" if is_new else "the certificate is not near its end yet")
    return exits.GOOD


def _nobody_waits() -> None:
    """The listener reads the file at its next connection."""
