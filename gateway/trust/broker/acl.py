"""The broker's access list: who may publish and subscribe to what.  Pure: names in, text out.

A unit writes under its own name and reads its own answers; nobody writes under another's.
"""

import re
from collections.abc import Iterable
from typing import Final

from wire.ids import NAME, SiteId, UnitId
from wire.topics import ROOT, STANDBY

GATEWAY: Final = "gateway"
CANARIES: Final = ("canary-a", "canary-b")
# Its supervisor, who proves that messages pass; no client's certificate bears this name.
SUPERVISOR: Final = "broker"
# Names on certificates that are no unit's, and that no unit may ask for.
RESERVED: Final = frozenset({GATEWAY, STANDBY, *CANARIES, SUPERVISOR, "authority", "console"})

_TOPIC: Final = rf"{re.escape(ROOT)}/{NAME.pattern}/[a-z0-9%/-]+/#"
_LINE: Final = re.compile(
    rf"#.*|user {NAME.pattern}|topic deny #|(topic|pattern) (read|write) {_TOPIC}"
)


def access_list(site: SiteId, revoked: Iterable[UnitId]) -> str:
    """Return the access list of `site`; revoked units may neither publish nor subscribe."""
    root = f"{ROOT}/{site}"
    a, b = CANARIES
    lines = [
        f"user {GATEWAY}",
        f"topic read {root}/up/#",
        *(f"topic write {root}/{branch}/#" for branch in ("down", "incident", "trouble")),
        f"user {STANDBY}",
        f"topic read {root}/incident/#",
        f"user {b}",
        *(f"topic read {canary_topic(site, name)}/#" for name in (a, b)),
        f"user {SUPERVISOR}",
        f"topic read {canary_topic(site, SUPERVISOR)}/#",
    ]
    for unit in sorted(set(revoked)):
        lines += [f"user {unit}", "topic deny #"]
    # For everyone: the patterns come last, or a revoked unit's `deny` would come too late.
    lines += [f"pattern write {root}/up/%u/#", f"pattern read {root}/down/%u/#"]
    return "\n".join(lines) + "\n"


def canary_topic(site: SiteId, name: str) -> str:
    """A canary's topic: under the rule for units, outside what the gateway subscribes to."""
    return f"{ROOT}/{site}/up/{name}/canary"


def fault_of(text: str) -> str | None:
    """Say what is wrong with an access list, None if nothing is.

    A list that Mosquitto 2.0.11 cannot read lets everybody do everything: see
    docs/decisions/broker-files.md.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if not _LINE.fullmatch(line):
            return f"line {number} is not a rule that this program writes"
    if not lines or not lines[0].startswith("user "):
        return "a rule stands before the first user line"
    if f"user {GATEWAY}" not in lines:
        return "the gateway's own user line is missing"
    return None
