"""What a notice says.  Pure.

The detail of a trouble may hold what a peer, a file or a stranger's error said: nothing of it may
be read as a link, a mention or mark-up by what shows the notice.
"""

from typing import Final, NamedTuple

from gateway.core.notices.matter import Matter, MatterName
from gateway.core.notices.schedule import Notice
from wire.clean import clean
from wire.gateway_troubles import cure_of, kind_of
from wire.trouble import Level

_LONGEST_DETAIL: Final = 400
_LEVELS: Final = {Level.ORDINARY: "trouble", Level.URGENT: "URGENT", Level.ALARM: "ALARM"}
_HARMLESS: Final = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "@": " at ", "`": "'", "*": "·", "_": "-", "#": "No. "}
)


class Words(NamedTuple):
    """A notice as it is sent: one line, and a text."""

    title: str
    body: str


def harmless(text: str, longest: int = _LONGEST_DETAIL) -> str:
    """Return `text` on one line, with nothing in it that a mail or chat program acts on."""
    return clean(text.translate(_HARMLESS).replace("://", ": //"), longest)


def words_of_news(site: str, notice: Notice, matter: Matter, since: str, link: str) -> Words:
    """Say what stands; `since` is its time at the school, `link` where the person takes it."""
    again = f" ({_ordinal(notice.number)} notice)" if notice.number > 1 else ""
    title = f"{site}: {_subject(matter.key.name, matter)}{again}"
    take = [f"I have it: {link}"] if link and not matter.ends_alone else []
    return Words(title, "\n".join([*_story(matter), f"Since {since}.", *take]))


def words_of_end(site: str, name: MatterName, level: Level, since: str) -> Words:
    """Say that a matter is over."""
    what = "the alarm" if kind_of(name) is None and level is Level.ALARM else harmless(name, 120)
    return Words(f"{site}: over: {what}", f"It is over; it began {since}. Nothing is to be done.")


def words_of_test(site: str, name: str) -> Words:
    """Say that this is a test."""
    body = f"This is a test for {name}. Notices of troubles and alarms will come this way."
    return Words(f"{site}: test of the notices", body)


def _subject(name: str, matter: Matter) -> str:
    if matter.each:
        return f"ALARM in {harmless(matter.detail, 120)}"
    return f"{_LEVELS[matter.level]}: {harmless(name, 120)}"


def _story(matter: Matter) -> list[str]:
    if matter.each:
        return [
            "A panic button was pressed there. Whether the police have it stands on the console."
        ]
    kind = kind_of(matter.key.name)
    meaning = [kind.meaning] if kind else []
    cure = cure_of(matter.key.name).replace("`", "")
    return [harmless(matter.detail), *meaning, f"Do this: {cure}"]


def _ordinal(number: int) -> str:
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number // 10 % 10 == 1 else last}"
