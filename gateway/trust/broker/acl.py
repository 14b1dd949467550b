"""The broker's access list: who may publish and subscribe to what.  Pure: names in, text out.

A unit writes under its own name and reads its own answers; nobody writes under another's.  Each
topic of a unit stands there by itself: a broker that retains messages would keep one for each topic
that somebody makes up.  A listener reads what it hears and writes nothing.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from wire.ids import NAME, SiteId, UnitId
from wire.topics import DISCOVERY, HEARINGS, ROOT, STANDBY, Hearing, heard_topics

GATEWAY: Final = "gateway"
CANARIES: Final = ("canary-a", "canary-b")
# Its supervisor, who proves that messages pass; no client's certificate bears this name.
SUPERVISOR: Final = "broker"
# Names on certificates that are no unit's, and that no unit may ask for.
RESERVED: Final = frozenset({GATEWAY, STANDBY, *CANARIES, SUPERVISOR, "authority", "console"})

_OWN: Final = ("alert", "heartbeat", "incident", "canary", "canary/word")
"""What may be said under one's own name: by units, by the second gateway, and to probe."""
_SITE: Final = rf"{re.escape(ROOT)}/{NAME.pattern}"
_TOPIC: Final = rf"({_SITE}/[a-z0-9%/-]+|{DISCOVERY})/#"
_LINE: Final = re.compile(
    rf"#.*|user {NAME.pattern}|topic deny #|topic (read|write|deny) {_TOPIC}"
    rf"|pattern read {_TOPIC}|pattern write {_SITE}/up/%u/({'|'.join(_OWN)})"
)


def access_list(
    site: SiteId,
    revoked: Iterable[UnitId],
    listeners: Mapping[UnitId, Iterable[Hearing]] = MappingProxyType({}),
) -> str:
    """Return the access list of `site`: those who are `revoked` may neither publish nor subscribe,
    `listeners` read what they hear and nothing else.
    """
    root = f"{ROOT}/{site}"
    a, b = CANARIES
    lines = [
        f"user {GATEWAY}",
        f"topic read {root}/up/#",
        f"topic write {root}/down/#",
        *(f"topic write {each}/#" for of in HEARINGS for each in heard_topics(site, of)),
        f"user {STANDBY}",
        f"topic read {root}/incident/#",
        f"user {b}",
        *(f"topic read {canary_topic(site, name)}/#" for name in (a, b)),
        f"user {SUPERVISOR}",
        f"topic read {canary_topic(site, SUPERVISOR)}/#",
    ]
    out = set(revoked)
    for name in sorted(listeners.keys() - out):
        # The patterns for all are not for it.
        lines += [f"user {name}", *(f"topic deny {root}/{way}/{name}/#" for way in ("up", "down"))]
        topics = [each for of in listeners[name] for each in heard_topics(site, of)]
        lines += [f"topic read {each}/#" for each in topics]
    for unit in sorted(out):
        lines += [f"user {unit}", "topic deny #"]
    # For everyone: the patterns come last, or a revoked unit's `deny` would come too late.
    lines += [f"pattern write {root}/up/%u/{each}" for each in _OWN]
    lines.append(f"pattern read {root}/down/%u/#")
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
