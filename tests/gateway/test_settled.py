"""What no endpoint is owed any more is over, whichever address or gateway delivered it."""

from typing import Any

from gateway.core.delivery.channel import Channel
from gateway.core.dispatcher import OTHER_GATEWAY
from gateway.core.effects import SaveIncident, SaveTrouble
from gateway.core.events import OperatorActed, SendFailed
from gateway.core.formats.report import ReportWriter
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.values import ChannelId, Frame
from service.events import MessageReceived
from tests.gateway.core import POLICE, SITE, Core, alert, at
from wire.codec import encode
from wire.ids import AlertId, CameraId, IncidentId, Seconds
from wire.messages import IncidentEvent
from wire.topics import incident_topic

FIRST, BACKUP = ChannelId("county-911"), ChannelId("county-911/backup")
HALL = CameraId("hall-2")


class Keyless(ReportWriter):
    """A writer that lacks what it signs with until it is given."""

    has_key = False

    def write(self, *given: Any) -> str:
        if not self.has_key:
            raise ValueError("no key")
        return super().write(*given)


def test_a_backup_that_could_not_be_written_is_no_trouble_once_the_first_address_has_it() -> None:
    writer = Keyless({"name": "Lincoln School"})
    core = Core(
        channels={
            FIRST: Channel(POLICE, judge_receipt, writer),
            BACKUP: Channel(POLICE, judge_receipt, writer, Seconds(2.0)),
        }
    )
    core.hear(alert(), at(0))
    assert [core.launches(at(0)), core.launches(at(2))] == [[], []]
    core.tick(at(2))
    assert f"report-unwritten-{BACKUP}" in core.troubles.names
    writer.has_key = True
    core.receipt(core.launches(at(10))[0], at(10.1))
    core.launches(at(10.2))
    ended = [each.name for each in core.tick(at(10.2)) if isinstance(each, SaveTrouble)]
    assert f"report-unwritten-{BACKUP}" in ended


def test_a_closed_incident_whose_last_picture_the_other_gateway_spares_us_is_over() -> None:
    core, press = Core(), alert()
    core.delivered(press, at(0))
    incident = core.incidents.all_open()[0]
    core.dispatcher.on_frame(HALL, Frame(HALL, b"jpeg", at(0.2).wall), "", at(0.2))
    (pictures,) = core.launches(at(0.2))
    core.dispatcher.handle(SendFailed(pictures.flight, "no answer"), at(0.3))
    core.dispatcher.handle(OperatorActed(incident.id, "close", "Ms Hill"), at(5))
    core.receipt(core.launches(at(5))[0], at(5.1))
    core.dispatcher.handle(_delivered(incident.id, press.alert), at(5.2))
    (head,) = [each for each in core.dispatcher.reports(at(5.2)) if isinstance(each, SaveIncident)]
    assert head.status == "closed"


def _delivered(incident: IncidentId, alert: AlertId) -> MessageReceived:
    news = IncidentEvent(incident, at(5).wall, "delivered", POLICE, ((alert, 1),), ())
    topic = incident_topic(SITE, incident)
    return MessageReceived(OTHER_GATEWAY, topic, encode(news), at(5).mono, retained=False)
