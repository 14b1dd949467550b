"""Puts notices into words: with the school's own time, and the link by which a person takes it."""

from datetime import datetime, tzinfo
from typing import Final

from gateway.core.notices.matter import Matter
from gateway.core.notices.people import MinuteOfDay
from gateway.core.notices.schedule import Clock, Notice
from gateway.core.notices.words import Words, words_of_end, words_of_news
from gateway.core.values import Now
from wire.ids import Wall

LINK_PATH: Final = "/notices/"


class Texts:
    """Of the school called `site`, in `zone`; `console` is where its pages are, empty if it has
    none.
    """

    def __init__(self, site: str, zone: tzinfo, console: str) -> None:
        self._site = site
        self._zone = zone
        self._console = console

    def of(self, notice: Notice, matter: Matter | None, word: str) -> Words:
        """Return what a notice says; `word` is that of its link."""
        since = self._time(notice.key.since)
        if matter is None or notice.over:
            return words_of_end(self._site, notice.key.name, notice.level, since)
        link = f"{self._console}{LINK_PATH}{word}" if self._console and word else ""
        return words_of_news(self._site, notice, matter, since, link)

    def clock(self, now: Now) -> Clock:
        """Return what time it is, at the school as well."""
        here = datetime.fromtimestamp(now.wall, self._zone)
        return Clock(now.wall, MinuteOfDay(here.hour * 60 + here.minute))

    def _time(self, at: Wall) -> str:
        return f"{datetime.fromtimestamp(at, self._zone):%a %d %b %Y, %H:%M}"
