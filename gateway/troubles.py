"""The faults that a person must hear of: each with a name, a start and an end.  Pure."""

import json

from gateway.work import Announce, KeepTrouble, Work
from wire.ids import SiteId, Wall
from wire.moment import write_moment
from wire.topics import trouble_topic


class Troubles:
    """The troubles that stand now.  Told when one starts, when its detail changes, when it ends."""

    def __init__(self, site: SiteId) -> None:
        self._site = site
        self._standing: dict[str, KeepTrouble] = {}

    @property
    def names(self) -> list[str]:
        """The names of what stands, oldest first."""
        return list(self._standing)

    @property
    def standing(self) -> list[KeepTrouble]:
        """What stands, oldest first."""
        return list(self._standing.values())

    def start(self, name: str, detail: str, wall: Wall) -> list[Work]:
        """A trouble stands; nothing new is said if it stood before in the same words."""
        before = self._standing.get(name)
        if before and before.detail == detail:
            return []
        trouble = KeepTrouble(name, detail, before.started if before else wall, None)
        self._standing[name] = trouble
        return [trouble, self._announce(trouble)]

    def end(self, name: str, wall: Wall) -> list[Work]:
        """A trouble is over; nothing is said if it did not stand."""
        before = self._standing.pop(name, None)
        if before is None:
            return []
        trouble = before._replace(ended=wall)
        return [trouble, self._announce(trouble)]

    def again(self) -> list[Announce]:
        """Tell all that stands once more, to listeners who may have missed it."""
        return [self._announce(each) for each in self._standing.values()]

    def _announce(self, trouble: KeepTrouble) -> Announce:
        fields = {
            "v": 1,
            "type": "trouble",
            "name": trouble.name,
            "detail": trouble.detail,
            "started": write_moment(trouble.started),
            "ended": None if trouble.ended is None else write_moment(trouble.ended),
        }
        payload = json.dumps(fields, separators=(",", ":")).encode()
        return Announce(trouble_topic(self._site, trouble.name), payload)
