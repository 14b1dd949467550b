"""What a unit may subscribe to: its own answers, and nothing else.

The access list judges what is delivered, and Mosquitto grants every SUBSCRIBE: with filters of 190
levels one unit took it from 10 MB to 1.4 GB in seconds.  Its dynamic-security plugin refuses them,
and leaves all the rest to the access list (docs/decisions/broker-files.md).  It knows users by name
alone, from when the broker starts: who is not listed is judged by the access list as before.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from wire.ids import NAME, SiteId, UnitId
from wire.topics import progress_topic

# A topic that begins with `$` is matched by no other pattern.
_EVERYTHING: Final = ("#", "$SYS/#", "$share/#")


def subscription_list(site: SiteId, units: Iterable[UnitId]) -> str:
    """Return the plugin's file: each of `units` may hear of its own alerts' progress."""
    names = sorted(set(units))
    document = {
        "defaultACLAccess": dict.fromkeys(
            ("publishClientSend", "publishClientReceive", "subscribe"), False
        )
        | {"unsubscribe": True},
        "roles": [{"rolename": name, "acls": _rules(site, name)} for name in names],
        "clients": [{"username": name, "roles": [{"rolename": name}]} for name in names],
    }
    return json.dumps(document, indent=1)


def certified(folder: Path) -> set[UnitId]:
    """Return the units that have a certificate in the authority's public folder."""
    names = (path.stem for path in (folder / "units").glob("*.crt"))
    return {UnitId(name) for name in names if NAME.fullmatch(name)}


def _rules(site: SiteId, unit: UnitId) -> list[dict[str, Any]]:
    own = {"acltype": "subscribeLiteral", "topic": progress_topic(site, unit), "allow": True}
    others = [
        {"acltype": "subscribePattern", "topic": each, "allow": False} for each in _EVERYTHING
    ]
    return [{**own, "priority": 1}, *({**each, "priority": 0} for each in others)]
