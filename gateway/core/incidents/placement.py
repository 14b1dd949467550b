"""Where an alert stands: in which incident, or that it is over.  Pure."""

from typing import Literal, NamedTuple

from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import UNREADABLE, IncomingAlert
from wire.disposition import UNSAID
from wire.ids import AlertId, UnitId
from wire.modes import LIVE, Mode
from wire.moves import Move
from wire.stage import Answer, Stage


class Closed(NamedTuple):
    """An alert that a person closed: whose it was, how many of its presses that covers, and who
    did so, what it was and what they said of it; empty if that is not known any more.  `move`: the
    one by which it came to the incident that ended, and `mode` what that was.
    """

    unit: UnitId
    presses: int
    by: str = ""
    disposition: str = UNSAID
    note: str = ""
    move: Move | None = None
    mode: Mode = LIVE


class Placement(NamedTuple):
    """An alert in its incident; `new` and `again` are presses, `earlier` says that one was before
    what was known, or when one was that was only counted, `evidence` only tells how it was pressed,
    and a `repeat` is no news.
    """

    incident: Incident
    alert: Alert
    what: Literal["new", "again", "earlier", "evidence", "repeat"]


Standing = tuple[AlertId, Stage, Answer, int, Mode]
"""How an alert stands, under the id that it has here, with the presses that this covers."""


def unreadable_before(incident: Incident, claim: IncomingAlert) -> Alert | None:
    """A unit that goes on sending rubbish is one alert in an incident, not thousands."""
    if UNREADABLE not in claim.doubts:
        return None
    return next(
        (
            alert
            for alert in incident.alerts.values()
            if alert.unit == claim.unit and UNREADABLE in alert.doubts
        ),
        None,
    )
