"""What people are told of: a trouble, or an alarm, as one thing from its beginning to its end."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, NewType

from wire.gateway_troubles import level_of
from wire.ids import Seconds, Wall
from wire.trouble import Level

MatterName = NewType("MatterName", str)
"""The name of a trouble, or the id of an incident."""

PersonName = NewType("PersonName", str)
"""A person as the school writes the name: `Ms. Lee`."""

SETTLES: Final = Seconds(120.0)
"""A trouble that comes back within so long was never over: one that comes and goes is told of once,
and a gateway that starts again does not tell everybody anew."""


class MatterKey(NamedTuple):
    """One matter for ever: the same trouble later is another one."""

    name: MatterName
    since: Wall


class Matter(NamedTuple):
    """A matter as it stands.

    `settling`: it has ended, and may come back.  `taken_by`: who has taken it, by name.  `each`:
    everybody must take it for themselves; else one person takes it for all.  `ends_alone`: nobody
    can take it, for it is not in the store.
    """

    key: MatterKey
    level: Level
    detail: str
    settling: bool = False
    taken_by: frozenset[str] = frozenset()
    each: bool = False
    ends_alone: bool = False

    def asks(self, person: PersonName) -> bool:
        """True while `person` is to be told."""
        taken = person in self.taken_by if self.each else bool(self.taken_by)
        return not self.settling and not taken


class Spell(NamedTuple):
    """A trouble from a start to its end, as the store has it; `ended` None: it stands."""

    name: str
    started: Wall
    detail: str
    ended: Wall | None


class Taken(NamedTuple):
    """A person took the trouble of that name at that time."""

    name: str
    by: str
    at: Wall


def troubles_of(spells: Iterable[Spell], taken: Sequence[Taken], now: Wall) -> list[Matter]:
    """Return the troubles that stand, and those that ended so shortly ago that they may come back.

    Spells of one name with less than SETTLES between them are one matter.
    """
    by_name: dict[str, list[Spell]] = {}
    for spell in sorted(spells, key=lambda each: each.started):
        known = by_name.setdefault(spell.name, [])
        if known and not _goes_on(known[-1], spell.started):
            known.clear()
        known.append(spell)
    found = [_matter(each, taken) for each in by_name.values() if _goes_on(each[-1], now)]
    return sorted(found, key=lambda each: each.key)


def _goes_on(spell: Spell, at: Wall) -> bool:
    return spell.ended is None or at - spell.ended < SETTLES


def _matter(spells: Sequence[Spell], taken: Sequence[Taken]) -> Matter:
    name, since, last = spells[0].name, spells[0].started, spells[-1]
    by = frozenset(each.by for each in taken if each.name == name and each.at >= since)
    key = MatterKey(MatterName(name), since)
    return Matter(key, level_of(name), last.detail, last.ended is not None, by)


def alarms_of(
    opened: Mapping[MatterKey, str], taken: Mapping[MatterName, frozenset[str]]
) -> list[Matter]:
    """Return the open incidents, each with its rooms; `taken` are the people who have it."""
    return [
        Matter(key, Level.ALARM, rooms, False, taken.get(key.name, frozenset()), each=True)
        for key, rooms in sorted(opened.items())
    ]
