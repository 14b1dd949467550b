"""How much a report and its receipt hold: one table for sender, receiver, schema and kit.

They fit by construction: the largest report that these allow is shorter than LARGEST_REPORT, and
the receipt that names all its alerts shorter than LARGEST_RECEIPT.  Lengths count characters, of
which none takes more than four bytes; sizes count bytes.
"""

import re
from typing import Final

MOST_ALERTS: Final = 2_000
"""Alerts of one incident: a storm in which every room of a large school presses."""

MOST_ALERTS_OF_A_UNIT: Final = 8
"""Alerts of one unit in one incident; the last one counts what it tells beyond the others."""

MOST_PRESSES: Final = 2**31 - 1
"""The highest count of presses, and of anything else in a message."""

MANY_ALERTS: Final = 200
MOST_DATED_OF_MANY: Final = 2
"""Presses of each alert that are told one by one, the newest, in an incident of more than
MANY_ALERTS; else `wire.presses.MOST_DATED`."""

MOST_DOUBTS: Final = 4
"""Doubts about one alert."""

MOST_LINES: Final = 100
"""Lines of the timeline in one report."""

MOST_MARKS_OF_ACCOUNTS: Final = 30
"""Marks of all accounts together: the newest of each, then the second newest of each, and so on."""

MOST_MARKS_BY_LINKS: Final = 15
MOST_MARKS_OF_RECEIVERS: Final = 15
"""Marks of all live links together, and of all receivers together: the newest."""

MOST_MARKS: Final = MOST_MARKS_OF_ACCOUNTS + MOST_MARKS_BY_LINKS + MOST_MARKS_OF_RECEIVERS
"""Marks on the plan that are kept of one incident, and told of it."""

LONGEST_NOTE: Final = 100
"""What a person writes beside a mark."""
MOST_MOVES: Final = MOST_ALERTS
"""Moves of alerts in one report: the newest."""

MOST_MOVES_HELD: Final = 100
"""Moves in one receipt, which its endpoint holds and was told otherwise."""

MOST_SILENT: Final = 100
"""Silent cameras in one report."""

MOST_PICTURES: Final = 4
"""Pictures in one report: at 200 kB each, what an ordinary school line carries in some seconds."""

LARGEST_PICTURE: Final = 200_000
"""Bytes of a JPEG, before base64."""

LARGEST_REPORT: Final = 8_000_000
"""Bytes of a report."""

LARGEST_RECEIPT: Final = 256_000
"""Bytes of an answer to a report."""

FRAMES_A_SECOND: Final = 5
"""Live frames of one camera: as often as a camera that is watched is asked itself."""

MOST_LOOKS: Final = 8
"""Cameras of a school that a receiver's people look at at once."""

LONGEST_LOOK: Final = 10
"""Seconds that a look lasts unless it is told again: nobody is watched by mistake for longer."""

MOST_WAIT_FOR_LOOKS: Final = 20
"""Seconds that a receiver may keep a school waiting that asks what is looked at."""

LARGEST_FRAME: Final = 300_000
"""Bytes of a live frame's JSON: a JPEG of LARGEST_PICTURE, in base64, and its fields."""

LARGEST_NUMBER: Final = 2**53 - 1
"""As far as every program that reads JSON counts exactly."""

LONGEST_ROOM: Final = 80
"""A room's id, and its name."""

LONGEST_FLOOR: Final = 40
LONGEST_BUILDING: Final = 80
LONGEST_DOUBT: Final = 100
LONGEST_SUMMARY: Final = 400
LONGEST_SENTENCE: Final = 300
LONGEST_PERSON: Final = 100
LONGEST_TEXT: Final = 500
"""What a person says."""

LONGEST_REASON: Final = 300
"""Why a camera is silent."""

LONGEST_URL: Final = 500
"""The address of the incident's own page."""

LONGEST_SITE: Final = 200
"""The school's name, and each line of its address."""

LONGEST_PHONE: Final = 40


_CONTROL: Final = re.compile(r"[\x00-\x1f]")


def shortened(text: str, longest: int) -> str:
    """Return `text` with at most `longest` characters; what is cut off is marked.

    A control character counts twice, for JSON writes it with six bytes.
    """
    if 2 * len(text) <= longest:
        return text
    if len(text) <= longest and len(text) + len(_CONTROL.findall(text)) <= longest:
        return text
    return f"{_CONTROL.sub(' ', text[: longest - 1])}…"
