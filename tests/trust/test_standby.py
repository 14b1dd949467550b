"""The second gateway: the first one signs for it, hears what it knows, and nothing else of it."""

from pathlib import Path

from gateway.trust.keyring import CertificateFolder
from service.events import LinkUp, MessageReceived
from service.sealed import SigningLink, signer_with
from tests.service.brokers import linked
from tests.trust.founded import code_in, school
from wire.ids import IncidentId, SiteId, UnitId
from wire.topics import STANDBY, alert_topic, all_incidents, all_up, incident_topic, standby_topic

SITE = SiteId("lincoln")


def test_a_second_gateway_follows_the_first_and_hears_what_it_delivers(tmp_path: Path) -> None:
    with school(tmp_path / "first") as first, school(tmp_path / "second") as second:
        first.start("broker")
        first.start("ca")
        shown = first.gateway("enrol", "--standby")
        code = code_in(shown.stdout)
        done = second.gateway("join-primary", first.url, typed=code)
        assert done.returncode == 0, done.stderr
        assert second.gateway("check").returncode == 0
        standby = second.settings().standby
        assert standby
        topic = incident_topic(SITE, IncidentId("00000000-0000-4000-8000-000000000001"))
        with (
            linked(first.identity("gateway"), "gateway", all_incidents(SITE), all_up(SITE)) as (
                gateway,
                up,
            ),
            linked(standby.primary, "standby", all_incidents(SITE)) as (link, heard),
        ):
            up.next(LinkUp)
            heard.next(LinkUp)
            link.publish(topic, b"forged")
            link.publish(alert_topic(SITE, UnitId("lincoln-204")), b"forged")
            gateway.publish(topic, b"delivered")
            assert heard.next(MessageReceived).payload == b"delivered"
            assert standby.primary.key
            signing = SigningLink(link, signer_with(standby.primary.key))
            assert signing.publish(standby_topic(SITE), b"closed")
            said = up.next(MessageReceived)
            while said.payload == b"delivered":
                said = up.next(MessageReceived)
            assert said.payload == b"closed"
            trust = first.settings().trust
            assert trust
            keyring = CertificateFolder(trust.unit_certificates, up.queue.put)
            keyring.refresh()
            verifier = keyring.of(STANDBY)
            assert verifier
            assert verifier.verify(said.topic, said.payload, said.seal)
        assert "remove that first" in second.gateway("join-primary", first.url, typed=code).stderr
