"""What the gateway publishes of an incident fits into messages, whatever rooms and persons bear."""

import pytest

from gateway.core.incidents.alert import first_alert
from gateway.core.incidents.announcements import broadcast
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.values import Room
from tests.gateway.core import SITE, at
from wire.codec import LARGEST, decode
from wire.ids import AlertId, IncidentId, UnitId
from wire.messages import IncidentEvent
from wire.stage import Answer

INCIDENT = IncidentId("00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize("note", ["", "x" * 500, "\N{POLICE CAR}" * 500])
def test_a_storm_of_the_longest_rooms_is_told_of_a_person_with_the_longest_name(note: str) -> None:
    alerts = []
    for number in range(70):
        name = AlertId(f"00000000-0000-4000-8000-{number:012}")
        room = Room(f"{number:02}".ljust(32, "x"), "")
        claim = IncomingAlert(name, "panic", UnitId("unit"), room, at(0).wall, 1, ())
        alerts.append((first_alert(claim, at(0)), 2**31 - 1))
    person = "\N{POLICE CAR}" * 80
    said = broadcast(SITE, INCIDENT, "closed", person, alerts, at(1), Answer.RECEIVER, note=note)
    assert max(len(each.payload) for each in said) <= LARGEST
    events = [decode(each.payload) for each in said]
    told = [name for each in events if isinstance(each, IncidentEvent) for name, _ in each.alerts]
    assert told == [alert.id for alert, _ in alerts]
