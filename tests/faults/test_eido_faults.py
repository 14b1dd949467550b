"""F23 to F28 for an agency that takes EIDOs: its failures are its own, the promise is the same."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pytest

from tests.faults.checker import Taken
from tests.faults.matrix import keep
from tests.faults.school import School
from tests.faults.test_endpoint_faults import listen
from tests.formats.eido import check
from tests.gateway.eido_school import ISSUER, take
from tests.gateway.endpoint import Endpoint, Handler, Manner, drip, flood, status
from tests.gateway.test_sender_tls import secure
from tests.service.brokers import new_authority
from tests.waiting import until

BACKUP = "an EIDO is at the agency by its backup address"
# How a note says it: Panic button lincoln-204 pressed 2 times in …
PRESSED = re.compile(r"Panic button (\S+) pressed(?: (\d+) times)? in")


class Agency(Endpoint):
    """Takes EIDOs that are EIDOs; `taken` says of which alerts, and when."""

    def __init__(self) -> None:
        super().__init__(self._take)
        self.taken: list[Taken] = []
        self.loses = 0

    def _take(self, handler: Handler, body: bytes) -> None:
        document = json.loads(body)
        check(document)
        now = time.monotonic()
        for note in document["notesComponent"]:
            if found := PRESSED.search(note["notesActionComments"]):
                alert = note["$id"].removeprefix("alert-")
                self.taken.append(Taken(now, found[1], alert, int(found[2] or 1)))
        if self.loses:
            self.loses -= 1
            handler.close_connection = True
        else:
            take(handler, body)


class AgencySchool(School):
    """A school whose endpoint is an agency."""

    def __init__(self, folder: Path, agency: Agency) -> None:
        super().__init__(folder)
        self.agency = agency
        self.endpoint = {"name": "psap", "kind": "eido", "url": agency.url, **ISSUER}

    def taken(self) -> list[Taken]:
        """What the agency has."""
        return list(self.agency.taken)

    def shown(self) -> dict[str, int]:
        """An agency shows what it has."""
        most = {each.alert: each for each in sorted(self.agency.taken, key=attrgetter("presses"))}
        found = Counter[str]()
        for each in most.values():
            found[each.unit] += each.presses
        return found


@pytest.fixture
def agency() -> Iterator[Agency]:
    with Agency() as served:
        yield served


@pytest.fixture
def school(tmp_path: Path, agency: Agency) -> Iterator[AgencySchool]:
    found = AgencySchool(tmp_path, agency)
    yield found
    found.close()


def passed_over(row: str, school: AgencySchool, first: Endpoint) -> None:
    """The first address fails in its way; the agency has it by the other one, and once."""
    school.endpoint |= {"url": first.url, "backup_url": school.agency.url}
    school.start()
    school.press()
    school.until("DELIVERED", 10)
    keep(row, BACKUP, school.check(5), 5)


@pytest.mark.parametrize(
    "manner",
    [status(503, Retry_After="3600"), status(429, Retry_After="3600")],
    ids=["503", "429"],
)
def test_f23_an_agency_that_refuses(school: AgencySchool, manner: Manner) -> None:
    with Endpoint(manner) as first:
        passed_over("F23", school, first)


@pytest.mark.parametrize("manner", [listen, drip, flood], ids=["hangs", "drips", "1 GB"])
def test_f24_an_agency_that_does_not_come_to_an_end(school: AgencySchool, manner: Manner) -> None:
    with Endpoint(manner) as first:
        passed_over("F24", school, first)


@pytest.mark.parametrize(
    "manner",
    [status(302, Location="/login"), status(200, b"<html>Log in to the guests' network</html>")],
    ids=["302", "login page"],
)
def test_f25_an_answer_of_an_agency_that_is_no_receipt(
    school: AgencySchool, manner: Manner
) -> None:
    with Endpoint(manner) as first:
        passed_over("F25", school, first)


@pytest.mark.parametrize("flaw", ["ended", "not yet valid", "another authority"])
def test_f26_an_agency_that_cannot_prove_its_name_gets_nothing(
    school: AgencySchool, flaw: str
) -> None:
    ours, folder = new_authority(), school.folder / "psap"
    theirs = new_authority() if flaw == "another authority" else ours
    begins, ends = {"ended": (1970, 2020), "not yet valid": (2098, 2099)}.get(flaw, (1970, 2099))
    with secure(folder, theirs, ends, begins=begins) as first:
        ours.sign(school.folder, "any")
        school.endpoint["ca"] = "ca.crt"
        passed_over("F26", school, first)
        until(lambda: "endpoint-psap" in school.troubles(), within=15)
        assert first.bodies == []


def test_f28_a_lost_answer_is_asked_for_again_under_the_same_name(school: AgencySchool) -> None:
    school.agency.loses = 1
    school.start()
    school.press()
    school.until("DELIVERED", 10)
    keep("F28", "an EIDO is at the agency, once", school.check(5), 5)
    first, second = school.agency.reports()
    assert first == second
    assert len(set(school.agency.names)) == 1
