"""Something that alarm centres are told in a calm moment, as a value.  No behaviour, no I/O."""

from typing import NamedTuple

from wire.ids import Wall


class Notice(NamedTuple):
    """Tell alarm centres of a trouble that stands since a moment, or is over; `room` empty: the
    site's.  `name` is that of the trouble, or of a test.
    """

    name: str
    words: str
    room: str
    since: Wall
    over: bool = False
