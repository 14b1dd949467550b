"""Checks that people can be told: by their carriers, and by what came of the last notices."""

import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from gateway.config.notices import NoticesSettings
from gateway.config.people import PeopleSettings, faults_of_carriers
from gateway.notices.health import fault_of, health_file
from service.doctor.finding import Finding, good, problem
from service.packages import reinstall
from service.settings import SettingsError, load
from wire.ids import Monotonic
from wire.process_troubles import NOTICES

_LIBRARY: Final = "apprise"
_NAME: Final = "notices"
_SERVICE: Final = "tocsin-notices"


def check_notices(notices: NoticesSettings | None) -> Iterator[Finding]:
    """Say whether people are told; nothing where nobody is to be."""
    if notices is None:
        return
    if find_spec(_LIBRARY) is None:
        yield problem(_NAME, f"the library {_LIBRARY} is missing", f"`{reinstall(_SERVICE)}`")
    try:
        people = load(notices.people, PeopleSettings)
    except SettingsError as error:
        yield problem(_NAME, " ".join(str(error).split()), f"mend {notices.people}")
        return
    for fault in faults_of_carriers(people):
        yield problem(_NAME, fault, f"give a second carrier in {notices.people}")
    seen = fault_of(health_file(notices.path), Monotonic(time.monotonic()))
    if seen:
        yield problem(_NAME, seen, NOTICES.cure)
    else:
        yield good(_NAME, f"{len(people.person)} people can be told")
