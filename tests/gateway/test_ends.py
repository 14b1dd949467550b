"""What persons closed stays known, and no gateway grows by it for ever."""

from contextlib import closing

from gateway.core.effects import SaveClosed, SaveIncident
from gateway.core.incidents.ends import Ends
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.placement import Closed
from gateway.store import sql
from gateway.store.saved_state import held
from tests.gateway.stored import alert
from tests.in_memory import open_in_memory
from wire.ids import AlertId, IncidentId, Monotonic, UnitId, Wall

NAMES = ("a", "b", "c", "d", "e")


def test_beyond_a_bound_the_oldest_ends_are_known_no_more() -> None:
    ends = Ends(most=2)
    closed = {AlertId(name): Closed(UnitId("lincoln-204"), 1) for name in NAMES[:3]}
    ends.restore(closed, map(IncidentId, NAMES))
    ends.note(Incident(IncidentId("newest"), Wall(0.0), Monotonic(0.0)))
    assert [ends.presses(AlertId(name)) for name in NAMES[:3]] == [0, 1, 1]
    assert [name for name in NAMES if ends.has_incident(IncidentId(name))] == ["c", "d", "e"]
    assert ends.has_incident(IncidentId("newest"))


def test_a_start_finds_the_newest_ends_last() -> None:
    with closing(open_in_memory()) as db:
        for moment, name in enumerate(NAMES):
            incident, at = IncidentId(f"i-{name}"), Wall(float(moment))
            row = alert(name)._replace(incident=incident, received_at=at)
            ended = SaveClosed((AlertId(name),))
            sql.write(db, [SaveIncident(incident, at, 1, "closed"), row, ended])
        found = held(db, [], Monotonic(0.0))
    assert [*found.closed] == [*NAMES]
    assert found.ended == tuple(IncidentId(f"i-{name}") for name in NAMES)
