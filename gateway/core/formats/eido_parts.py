"""A long EIDO in parts: each a document of its own, with some of the rooms and notes.  Pure.

Every part has the incident's tracking id and its status, and names only what stands in it; together
they tell all that the whole one does.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

Json = Mapping[str, Any]

# Common WebSocket clients and web servers refuse what is longer than 1 MiB.
LONGEST_DOCUMENT: Final = 500_000

# The lists that grow with the incident, and how the incident refers to what stands in them.
_LISTS: Final = {"locationComponent": "locationReference", "notesComponent": "notesReference"}


def parts_of(document: str, longest: int) -> list[str]:
    """Return `document` itself, or its parts of about `longest` characters at most each."""
    if len(document) <= longest:
        return [document]
    whole = json.loads(document)
    if not whole.get("locationComponent"):
        return [document]
    # In turn, so that each part has some of both: there are as many notes as rooms, or more.
    lists = ([(name, item) for item in whole.get(name, [])] for name in _LISTS)
    items = [item for turn in zip_longest(*lists) for item in turn if item]
    room = longest - len(_json(_part(whole, [])))
    return [_json(_part(whole, share)) for share in _shares(items, room)]


def bounded_parts(document: str) -> list[str]:
    """Return `document`, or its parts, as receivers take them."""
    return parts_of(document, LONGEST_DOCUMENT)


def _shares(
    items: Sequence[tuple[str, Json]], longest: int
) -> Iterator[Sequence[tuple[str, Json]]]:
    share: list[tuple[str, Json]] = []
    size = 0
    for name, item in items:
        # Its own text, and what refers to it.
        needs = len(_json(item)) + len(_json({"$ref": item["$id"]})) + 2
        if share and size + needs > longest:
            yield share
            share, size = [], 0
        share.append((name, item))
        size += needs
    yield share


def _part(whole: Json, share: Sequence[tuple[str, Json]]) -> Json:
    lists = {name: [item for of, item in share if of == name] for name in _LISTS}
    # An incident has a place in every document.
    lists["locationComponent"] = lists["locationComponent"] or whole["locationComponent"][:1]
    references = {
        _LISTS[name]: [{"$ref": item["$id"]} for item in items] for name, items in lists.items()
    }
    incident = _filled({**whole["incidentComponent"], **references})
    return _filled({**whole, "incidentComponent": incident, **lists})


def _filled(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value != []}


_json = json.JSONEncoder(separators=(",", ":")).encode
