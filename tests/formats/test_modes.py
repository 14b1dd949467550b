"""No form tells of a test or a drill as of an emergency, nor of an emergency as of less."""

import json

import pytest

from gateway.core.formats.cap import CapWriter
from gateway.core.formats.dc09.events import Account, EventWriter, read_events
from gateway.core.formats.eido import EidoWriter
from gateway.core.incidents.incident import Incident
from tests.formats.cap import texts
from tests.formats.eido import check
from tests.formats.test_cap import SOURCE
from tests.formats.test_cap import written as cap
from tests.formats.test_eido import ISSUER, ROOM, incident_in, locate
from tests.formats.test_eido import written as eido
from tests.gateway.core import WRITER
from wire.modes import DRILL, LIVE, MEANING, TEST, Mode


def incident(mode: Mode) -> Incident:
    found = incident_in(ROOM)
    found.mode = mode
    return found


@pytest.mark.parametrize("mode", MEANING)
def test_a_report_says_its_mode_and_its_summary_does(mode: Mode) -> None:
    told = json.loads(WRITER.write(incident(mode), 1, (), ()))
    assert told["mode"] == mode
    head = told["incident"]["summary"].partition(" Lincoln")[0]
    assert head == {LIVE: "PANIC", DRILL: "DRILL, no emergency:", TEST: "TEST, no emergency:"}[mode]


@pytest.mark.parametrize(
    ("mode", "status", "severity", "code"),
    [
        (LIVE, "Actual", "Extreme", "E122"),
        (DRILL, "Exercise", "Minor", "E601"),
        (TEST, "Test", "Minor", "E602"),
    ],
)
def test_cap_says_it_by_status_severity_and_code(
    mode: Mode, status: str, severity: str, code: str
) -> None:
    message = cap(incident(mode))
    assert (texts(message, "status"), texts(message, "severity")) == ([status], [severity])
    assert code in texts(message, "value")
    assert ("no emergency" in texts(message, "description")[0]) is (mode != LIVE)


def test_a_school_on_trial_tells_cap_receivers_of_emergencies_by_the_status_agreed() -> None:
    writer = CapWriter(SOURCE.__class__(SOURCE.sender, SOURCE.addresses, "L", status="Exercise"))
    assert texts(cap(incident(LIVE), writer=writer), "status") == ["Exercise"]


@pytest.mark.parametrize(("mode", "data"), [(LIVE, "1122"), (DRILL, "1601"), (TEST, "1602")])
def test_an_alarm_centre_gets_a_code_of_its_own(mode: Mode, data: str) -> None:
    writer = EventWriter(Account("1234", "Lincoln School"), lambda _: 4)
    (event,) = read_events(writer.write(incident(mode), 1, (), ()))
    assert event.data == f"#1234|{data} 00 004"
    assert ("NO EMERGENCY" in event.blocks) is (mode != LIVE)


def test_a_test_that_becomes_an_emergency_is_another_event_and_its_end_is_told() -> None:
    writer = EventWriter(Account("1234", "Lincoln School"), lambda _: 4)
    found = incident(TEST)
    (before,) = read_events(writer.write(found, 1, (), ()))
    found.mode, found.closed = LIVE, True
    panic, over = read_events(writer.write(found, 2, (), ()))
    assert len({before.name, panic.name, over.name}) == 3
    found.mode = TEST
    assert len(read_events(writer.write(found, 3, (), ()))) == 1


@pytest.mark.parametrize("mode", MEANING)
def test_eido_says_it_in_words_and_by_priority(mode: Mode) -> None:
    document = eido(incident(mode), EidoWriter(ISSUER, "Lincoln School", locate))
    check(document)
    found = document["incidentComponent"]
    assert found["incidentCommonPriorityNumber"] == (1 if mode == LIVE else 5)
    told = [found["incidentTypeInternalText"], document["notesComponent"][0]["notesActionComments"]]
    assert all(("no emergency" in words) is (mode != LIVE) for words in told)
