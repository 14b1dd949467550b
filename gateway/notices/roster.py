"""The people of people.toml as they are now: read again when the file changes.

A file with a fault changes nothing: the people that last were good stay, over a restart as well.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, NewType

from gateway.config.carrier_urls import scheme_of
from gateway.config.people import PeopleSettings, good_copy
from gateway.core.notices.matter import PersonName
from gateway.core.notices.people import Person
from service.files import write_whole
from service.filestamp import FileStamp, stamp_of
from service.settings import SettingsError, load, parse, read_file

log = logging.getLogger(__name__)

CarrierName = NewType("CarrierName", str)
"""Place and kind of a carrier, as in `1 mailtos`; never its address."""

_SECRET: Final = 0o600


class Member(NamedTuple):
    """A person, their account at the console if they have one, and how they are reached."""

    person: Person
    account: str
    carriers: Sequence[tuple[CarrierName, str]]


class Roster:
    """Reads `path`; keeps a copy beside the record at `record`.

    Raises SettingsError if there are no people that can be used.
    """

    def __init__(self, path: Path, record: Path) -> None:
        self._path = path
        self._copy = good_copy(record)
        self._stamp: FileStamp | None = None
        self.fault: str | None = None
        self.members: list[Member] = []
        self.look()
        if not self.members:
            self.members = members_of(parse(read_file(self._copy).text, path, PeopleSettings))

    def look(self) -> bool:
        """Read the file again if it is another one; True if the people are others now."""
        stamp = stamp_of(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        before = self.members
        try:
            self.members = members_of(load(self._path, PeopleSettings))
        except SettingsError as error:
            self.fault = f"{self._path.name} has a fault, and the people of before stay in force"
            log.error("%s\nthe people that last were good are used instead", error)
            return False
        self._keep()
        return self.members != before

    def _keep(self) -> None:
        """Keep a copy for the next start; what a disk does not take is tried at the next look."""
        try:
            write_whole(self._copy, self._path.read_bytes(), _SECRET)
        except OSError as error:
            fault = f"no copy of {self._path.name} can be kept for a later start: {error.strerror}"
            if fault != self.fault:
                log.error("%s", fault)
            self._stamp, self.fault = None, fault
        else:
            self.fault = None

    def carriers(self, name: PersonName) -> Sequence[tuple[CarrierName, str]]:
        """Return the carriers of a person, each with its address."""
        return next((each.carriers for each in self.members if each.person.name == name), ())


def members_of(settings: PeopleSettings) -> list[Member]:
    """Return the people of a file."""
    return [
        Member(each.person, each.account, [*map(_carrier, range(1, 5), each.carriers)])
        for each in settings.person
    ]


def _carrier(place: int, url: str) -> tuple[CarrierName, str]:
    return CarrierName(f"{place} {scheme_of(url)}"), url
