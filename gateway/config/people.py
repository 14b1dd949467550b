"""people.toml: who is told of what, and by which carriers.  Its addresses hold secrets."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from gateway.config.carrier_urls import must_be_carrier
from gateway.core.notices.matter import PersonName
from gateway.core.notices.people import NEVER_QUIET, MinuteOfDay, Person, QuietHours
from service.settings import Settings, matching
from wire.trouble import Level

ENOUGH_CARRIERS: Final = 2
_QUIET: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_LEAST: Final = {"all": Level.ORDINARY, "urgent": Level.URGENT, "none": None}

Carrier = Annotated[str, AfterValidator(must_be_carrier)]


class PersonSettings(Settings):
    """A person who is told, over each of the carriers at once."""

    name: Annotated[str, matching(r"[^\W_][\w .,'’-]{0,59}", "give a name of 1 to 60 letters")]
    """Name of the person, as the record has it."""
    account: Annotated[str, Field(max_length=80)] = ""
    """Name of this person's account at the console, if there is one."""
    carriers: Annotated[tuple[Carrier, ...], Field(min_length=1, max_length=4)]
    """Addresses of carriers, as apprise writes them; two at least, of different services."""
    troubles: Literal["all", "urgent", "none"] = "all"
    """Which troubles this person is told of."""
    alarms: bool = False
    """Whether this person is told of alarms."""
    quiet: Annotated[str, matching(rf"{_QUIET.pattern}|", "give two times of day: 21:00-06:30")] = (
        ""
    )
    """Hours without notices of troubles, by the clock of the school; alarms come at any time."""

    @property
    def person(self) -> Person:
        """This person as the core knows one."""
        return Person(PersonName(self.name), _LEAST[self.troubles], self.alarms, _quiet(self.quiet))


class PeopleSettings(Settings):
    """The whole of people.toml."""

    person: Annotated[tuple[PersonSettings, ...], Field(min_length=1, max_length=25)]

    @model_validator(mode="after")
    def _names_are_unique(self) -> "PeopleSettings":
        names = [each.name for each in self.person]
        if len(set(names)) < len(names):
            raise ValueError("two people have one name")
        return self


def faults_of_carriers(people: PeopleSettings) -> Sequence[str]:
    """Say who could not be told if a single carrier failed."""
    return [
        f"{each.name} has one carrier alone: give a second one, of another service"
        for each in people.person
        if len(each.carriers) < ENOUGH_CARRIERS
    ]


def good_copy(notices: Path) -> Path:
    """Return where the people are kept as they last were good, beside the record at `notices`."""
    return notices.with_name("people.good.toml")


def _quiet(text: str) -> QuietHours:
    found = _QUIET.fullmatch(text)
    if found is None:
        return NEVER_QUIET
    hours, minutes, end_hours, end_minutes = map(int, found.groups())
    return QuietHours(MinuteOfDay(hours * 60 + minutes), MinuteOfDay(end_hours * 60 + end_minutes))
