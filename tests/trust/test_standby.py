"""The second gateway: lets itself be signed for by the first, and hears it; it may say nothing."""

from pathlib import Path

from service.events import Arrived, LinkUp
from tests.service.brokers import linked
from tests.trust.founded import school
from wire.ids import IncidentId, SiteId, UnitId
from wire.topics import alert_topic, all_incidents, incident_topic

SITE = SiteId("lincoln")


def test_a_second_gateway_follows_the_first_and_hears_what_it_delivers(tmp_path: Path) -> None:
    with school(tmp_path / "first") as first, school(tmp_path / "second") as second:
        first.start("broker")
        first.start("authority")
        said = first.gateway("enrol", "--standby")
        code = said.stdout.split("--code ")[1].split()[0]
        done = second.gateway("follow", first.url, "--code", code)
        assert done.returncode == 0, done.stderr
        assert second.gateway("check").returncode == 0
        standby = second.settings().standby
        assert standby
        topic = incident_topic(SITE, IncidentId("00000000-0000-4000-8000-000000000001"))
        with (
            linked(first.identity("gateway"), "gateway", all_incidents(SITE)) as (gateway, up),
            linked(standby.primary, "standby", all_incidents(SITE)) as (link, heard),
        ):
            up.next(LinkUp)
            heard.next(LinkUp)
            link.publish(topic, b"forged")
            link.publish(alert_topic(SITE, UnitId("lincoln-204")), b"forged")
            gateway.publish(topic, b"delivered")
            assert heard.next(Arrived).payload == b"delivered"
        assert "take that out first" in second.gateway("follow", first.url, "--code", code).stderr
