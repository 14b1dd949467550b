"""What a unit may subscribe to, its own answers, and a listener: what it hears; nothing else.

The access list judges what is delivered, and Mosquitto grants every SUBSCRIBE: with filters of 190
levels one unit took it from 10 MB to 1.4 GB in seconds.  Its dynamic-security plugin refuses them,
and leaves all the rest to the access list (docs/decisions/broker-files.md).  It knows users by name
alone, from when the broker starts: who is not listed is judged by the access list as before.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from gateway.config.listeners import read_listeners
from gateway.config.trust import AuthoritySettings
from wire.ids import NAME, SiteId, UnitId
from wire.topics import Hearing, heard_topics, home_topic, progress_topic

# A topic that begins with `$` is matched by no other pattern.
_EVERYTHING: Final = ("#", "$SYS/#", "$share/#")


def subscription_list(
    site: SiteId,
    units: Iterable[UnitId],
    listeners: Mapping[UnitId, Iterable[Hearing]] = MappingProxyType({}),
) -> str:
    """Return the plugin's file: each of `units` may hear of its own alerts' progress, `listeners`
    what they hear, by the few filters that docs/listeners.md names.
    """
    known = sorted(set(units))
    topics = {name: [progress_topic(site, name)] for name in known}
    topics |= {name: list(_heard(site, hears, known)) for name, hears in listeners.items()}
    names = sorted(topics)
    document = {
        "defaultACLAccess": dict.fromkeys(
            ("publishClientSend", "publishClientReceive", "subscribe"), False
        )
        | {"unsubscribe": True},
        "roles": [{"rolename": name, "acls": _rules(topics[name])} for name in names],
        "clients": [{"username": name, "roles": [{"rolename": name}]} for name in names],
    }
    return json.dumps(document, indent=1)


def certified(folder: Path) -> set[UnitId]:
    """Return the units that have a certificate in the authority's public folder."""
    names = (path.stem for path in (folder / "units").glob("*.crt"))
    return {UnitId(name) for name in names if NAME.fullmatch(name)}


def listeners_of(own: AuthoritySettings) -> dict[UnitId, tuple[Hearing, ...]]:
    """Return who may listen; a name that a unit has is no listener's, for it must alert."""
    units = certified(own.public_folder)
    return {name: of for name, of in read_listeners(own.listeners).items() if name not in units}


def _heard(site: SiteId, hears: Iterable[Hearing], units: Iterable[UnitId]) -> Iterator[str]:
    """Each filter as it must be written: of a pattern, clients could think of more without end."""
    for of in hears:
        events, state = heard_topics(site, of)
        yield from (f"{events}/#", f"{events}/+", state, f"{state}/#")
        if of == "home":
            # As Home Assistant subscribes: to all discovery, and to each state by itself.
            yield from ("homeassistant/+/+/config", "homeassistant/+/+/+/config")
            yield from (home_topic(site, unit) for unit in units)


def _rules(topics: Iterable[str]) -> list[dict[str, Any]]:
    own = {"acltype": "subscribeLiteral", "allow": True, "priority": 1}
    others = {"acltype": "subscribePattern", "allow": False, "priority": 0}
    return [
        *({**own, "topic": each} for each in topics),
        *({**others, "topic": each} for each in _EVERYTHING),
    ]
