"""The faults that a person must hear of: each with a name, a start and an end.  Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.core.effects import Announce, Effect, SaveTrouble
from gateway.core.supervision.damping import WHILE, Damping
from wire.clean import clean
from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.ids import SiteId, Wall
from wire.moment import write_moment
from wire.topics import trouble_topic
from wire.trouble import Trouble, TroubleName, find

_LONGEST: Final = 2000


class Troubles:
    """The troubles that stand now.  Told by `news` alone: what fails elsewhere loses no end.

    One that comes back within WHILE goes on; one that comes and goes stands until it has stayed
    away, and its words change no faster (damping.py).
    """

    def __init__(self, site: SiteId) -> None:
        self._site = site
        self._standing: dict[TroubleName, SaveTrouble] = {}
        self._of_parts: frozenset[TroubleName] = frozenset()
        self._untold: dict[tuple[TroubleName, Wall], SaveTrouble] = {}
        self._damping = Damping()
        self._ended: dict[TroubleName, SaveTrouble] = {}
        # What is so by now, of those that have changed too often to be told at once; None: over.
        self._waiting: dict[TroubleName, str | None] = {}

    @property
    def names(self) -> list[TroubleName]:
        """The names of what stands, oldest first."""
        return list(self._standing)

    @property
    def standing(self) -> list[SaveTrouble]:
        """What stands, oldest first."""
        return list(self._standing.values())

    def start(self, name: TroubleName, detail: str, wall: Wall) -> None:
        """A trouble stands; nothing new is told if it stood before in the same words.

        The words may hold what a file, a peer or an error is called: no disk takes each of those.
        """
        detail = clean(detail, _LONGEST)
        before = self._standing.get(name)
        if self._waiting.pop(name, "") is None:
            self._damping.changed(name, wall)  # it was away, and nobody was told
        if before and before.detail == detail:
            return
        if before and not self._damping.may_change(name, wall):
            self._waiting[name] = detail
            return
        started = (before or self._gone_on(name, wall)).started
        self._standing[name] = trouble = SaveTrouble(name, detail, started, None)
        self._tell(trouble, wall)

    def end(self, name: TroubleName, wall: Wall) -> None:
        """A trouble is over; nothing is told if it did not stand."""
        before = self._standing.get(name)
        if before is None:
            return
        if not self._damping.may_change(name, wall):
            if self._waiting.get(name, "") is not None:
                self._damping.changed(name, wall)
            self._waiting[name] = None
            return
        self._waiting.pop(name, None)
        del self._standing[name]
        self._ended[name] = over = before._replace(ended=wall)
        self._tell(over, wall)

    def level(self, kind: Trouble, now_so: Iterable[tuple[str, str]], wall: Wall) -> None:
        """Exactly these things have the trouble `kind` now, each with its detail."""
        names = {kind.name(item): detail for item, detail in now_so}
        for name in [name for name in self._standing if name not in names and _is(kind, name)]:
            self.end(name, wall)
        for name, detail in names.items():
            self.start(name, detail, wall)

    def compare(self, parts: Mapping[TroubleName, str], wall: Wall) -> None:
        """Exactly these troubles are told by parts of this machine now, each with its detail."""
        over = self._of_parts - parts.keys()
        self._of_parts = frozenset(parts)
        for name in sorted(over):
            self.end(name, wall)
        for name, detail in parts.items():
            self.start(name, detail, wall)

    def news(self, wall: Wall) -> list[Effect]:
        """Return what has begun, changed or ended since the last time, each in its newest words."""
        self._tell_what_waited(wall)
        news, self._untold = self._untold, {}
        return [effect for each in news.values() for effect in (each, self._announce(each))]

    def again(self) -> list[Announce]:
        """Tell all that stands once more, to listeners who may have missed it."""
        return [self._announce(each) for each in self._standing.values()]

    def _tell_what_waited(self, wall: Wall) -> None:
        self._damping.forget(wall)
        self._ended = {name: each for name, each in self._ended.items() if _is_young(each, wall)}
        for name in [each for each in self._waiting if self._damping.may_change(each, wall)]:
            detail = self._waiting.pop(name)
            if detail is None:
                self.end(name, wall)
            else:
                self.start(name, detail, wall)

    def _gone_on(self, name: TroubleName, wall: Wall) -> SaveTrouble:
        """Return the one that goes on: it ended a short while ago, or begins now."""
        ended = self._ended.pop(name, None)
        return ended if ended and _is_young(ended, wall) else SaveTrouble(name, "", wall, None)

    def _tell(self, trouble: SaveTrouble, wall: Wall) -> None:
        self._damping.changed(trouble.name, wall)
        self._untold[trouble.name, trouble.started] = trouble

    def _announce(self, trouble: SaveTrouble) -> Announce:
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


def _is_young(ended: SaveTrouble, wall: Wall) -> bool:
    return ended.ended is not None and 0 <= wall - ended.ended < WHILE


def _is(kind: Trouble, name: TroubleName) -> bool:
    return kind.item(name) is not None and find(name, GATEWAY_TROUBLES) is kind
