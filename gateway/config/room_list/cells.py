"""What stands in a cell, and what a spreadsheet made of a room's number."""

import re
from collections.abc import Iterator
from typing import Final

from wire.clean import clean

_AS_TEXT: Final = re.compile(r'="(.*)"|\'(.+)', re.DOTALL)
_POWER: Final = re.compile(r"[0-9]+([.,][0-9]+)?E[+-][0-9]+", re.IGNORECASE)
_MONTH: Final = (
    "jan|feb|mar|mär|mrz|apr|avr|mai|may|mei|jun|jul|aug|ago|aoû|sep|set|oct|okt|ott|nov|dec|dez"
    "|dic|déc"
)
_DATE: Final = re.compile(
    rf"[0-9]{{1,2}}[. -]+({_MONTH})\w*\.?([ -][0-9]{{2,4}})?|({_MONTH})\w*\.?[ -][0-9]{{2,4}}"
    r"|[0-9]{1,2}([./-])[0-9]{1,2}\4[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}",
    re.IGNORECASE,
)
_ERROR: Final = re.compile(r"#+|#[A-ZÄÖÜÉ/0]+[?!]?")
_CURE: Final = (
    "in the spreadsheet make the column text, write the room as on the door, and save it again"
)


def tidied(cell: str) -> str:
    """Return the cell in one line, without what makes a spreadsheet take it for a text."""
    text = "".join(sign if sign.isprintable() else " " for sign in cell)
    text = " ".join(text.split())
    if match := _AS_TEXT.fullmatch(text):
        text = (match[1] or match[2] or "").strip()
    return text


def spoilt(room: str) -> Iterator[str]:
    """Say what a spreadsheet made of the number of a room, if it did."""
    if _POWER.fullmatch(room):
        yield f"{clean(room)} is what Excel makes of a room such as 101E2, a number; {_CURE}"
    elif _DATE.fullmatch(room):
        yield f"{clean(room)} is what Excel makes of a room such as 1-2, a date; {_CURE}"
    elif _ERROR.fullmatch(room):
        yield f"{clean(room)} is what Excel shows instead of a value; {_CURE}"


def without_zeros(room: str) -> str:
    """Return what a spreadsheet that takes it for a number makes of a room's number."""
    return (room.lstrip("0") or "0") if room.isdecimal() else room
