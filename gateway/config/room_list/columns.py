"""Which column of a foreign list is which of the register's, by its heading."""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from service.settings import Fault
from wire.clean import clean

COLUMNS: Final = ("room", "name", "building", "floor", "unit", "cameras", "x", "y", "zone")
# As `_plain` writes them: in English, German, French, Spanish, Italian, Dutch.
_HEADINGS: Final[Mapping[str, str]] = {
    "room": "room roomno roomnumber roomnr roomid roomcode number raum raumnr raumnummer zimmer"
    " zimmernr zimmernummer salle nosalle nsalle numerodesalle numero aula sala nsala numerodeaula"
    " stanza numerostanza lokaal lokaalnummer lokaalnr",
    "name": "name roomname description label bezeichnung raumbezeichnung raumname nutzung nom"
    " nomdelasalle libelle description designation nombre descripcion nome descrizione naam"
    " omschrijving use",
    "building": "building bldg buildingname wing gebaude haus trakt batiment edificio gebouw",
    "floor": "floor level storey story etage stockwerk geschoss stock niveau piso planta piano"
    " verdieping",
    "unit": "unit button wallunit",
    "cameras": "cameras camera",
    "x": "x",
    "y": "y",
    "zone": "zone",
}
_KNOWN: Final = {word: ours for ours, words in _HEADINGS.items() for word in words.split()}
# Titles may stand above the headings.
_HIGHEST: Final = 10


class ListHead(NamedTuple):
    """Where each column of ours stands in the list; `read` and `unread` are its own headings."""

    at: int
    columns: Mapping[str, int]
    read: Mapping[str, str]
    unread: Sequence[str]


def find_head(rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> int | None:
    """Return which of `rows` holds the headings: that with most known ones, near the top."""
    counts = [len(set(_meant(row, said).values())) for row in rows[:_HIGHEST]]
    if not any(counts):
        return 0 if rows else None
    return counts.index(max(counts))


def known_headings(row: Sequence[str], said: Mapping[str, str]) -> int:
    """Return how many columns of ours stand in `row`."""
    return len(set(_meant(row, said).values()))


def read_head(
    at: int, line: int, row: Sequence[str], said: Mapping[str, str]
) -> tuple[ListHead, list[Fault]]:
    """Read the headings in `row`, on `line`; `said` names some of them (heading to ours)."""
    meant = _meant(row, said)
    columns = {ours: place for place, ours in reversed(meant.items())}
    read = {row[place].strip(): ours for place, ours in meant.items()}
    unread = [name.strip() for place, name in enumerate(row) if place not in meant and name.strip()]
    faults = [Fault(line, "", words) for words in _faults(row, meant, said)]
    return ListHead(at, columns, read, unread), faults


def _meant(row: Sequence[str], said: Mapping[str, str]) -> dict[int, str]:
    """Which column of ours stands at which place.  What a person says counts alone."""
    by_person = {_plain(name): ours for name, ours in said.items()}
    found = {}
    for place, name in enumerate(row):
        plain = _plain(name)
        ours = by_person.get(plain) or _KNOWN.get(plain)
        if ours and (plain in by_person or ours not in by_person.values()):
            found[place] = ours
    return found


def _faults(row: Sequence[str], meant: Mapping[int, str], said: Mapping[str, str]) -> Iterator[str]:
    names = [name.strip() for name in row if name.strip()]
    shown = ", ".join(f'"{clean(name)}"' for name in names)
    for name, ours in said.items():
        if _plain(name) not in map(_plain, row):
            yield f'there is no column "{clean(name)}" for {ours}; there are {shown}'
    for ours in COLUMNS:
        twice = [row[place].strip() for place, each in meant.items() if each == ours]
        if len(twice) > 1:
            both = " and ".join(f'"{clean(name)}"' for name in twice)
            yield f'{both} can both be {ours}: say which, --column "{clean(twice[0])}={ours}"'
    if "room" not in meant.values():
        near = _nearest(names) or "HEADING"
        words = f'no column is known to be the room: say which, --column "{near}=room"'
        yield f"{words}; there are {shown}"


def _nearest(names: Sequence[str]) -> str:
    """The heading that is most like one of a room's."""
    words = [word for word, ours in _KNOWN.items() if ours == "room"]

    def likeness(name: str) -> float:
        return max(difflib.SequenceMatcher(None, _plain(name), word).ratio() for word in words)

    return clean(max(names, key=likeness)) if names else ""


def _plain(heading: str) -> str:
    """Letters and digits alone, without accents and capitals."""
    spread = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(sign for sign in spread if sign.isalnum())
