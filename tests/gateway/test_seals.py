"""What the gateway makes of seals: doubts for alerts, disbelief for all else."""

from pathlib import Path
from queue import SimpleQueue
from typing import Any

from gateway.core.dispatcher import OTHER_GATEWAY
from gateway.core.effects import Effect, SaveTrouble
from gateway.core.incidents.authenticity import BAD_SEAL, NO_CERTIFICATE, NO_SEAL
from gateway.trust.keyring import CertificateFolder
from service.events import MessageReceived
from service.sealed import seals_by, signer_with
from tests.gateway.core import SITE, Core, alert, at
from tests.service.brokers import new_authority
from wire.codec import encode
from wire.ids import BootId, IncidentId, RoomId, Seconds, UnitId
from wire.messages import Heartbeat, IncidentEvent
from wire.moment import write_moment
from wire.seal import NO_SEAL as NONE
from wire.seal import Seal
from wire.topics import alert_topic, heartbeat_topic, incident_topic

UNIT = UnitId("lincoln-204")


class Sealed(Core):
    """A core whose units lincoln-204 and lincoln-205 have certificates; only 204 signs here."""

    def __init__(self, folder: Path) -> None:
        authority = new_authority()
        for name in (UNIT, "lincoln-205", "gateway"):
            authority.sign(folder, name)
        (folder / "ca.crt").unlink()
        (folder / "gateway.crt").rename(folder / "gateway.pem")
        self.folder = folder
        self.notes: SimpleQueue[Any] = SimpleQueue()
        self.keyring = CertificateFolder(folder, self.notes.put)
        self.keyring.refresh()
        super().__init__(keyring=self.keyring, other_gateway=seals_by(folder / "gateway.pem"))

    def sealed(self, name: str, topic: str, payload: bytes) -> Seal:
        return signer_with(self.folder / f"{name}.key").seal(topic, payload)

    def say(self, topic: str, payload: bytes, seal: Seal, link: str = "broker") -> list[Effect]:
        event = MessageReceived(link, topic, payload, at(1).mono, retained=False, seal=seal)
        return self.dispatcher.handle(event, at(1))

    def press(self, seal_of: str | None, **more: Any) -> dict[str, Any]:
        topic, payload = alert_topic(SITE, UNIT), encode(alert(**more))
        self.say(topic, payload, self.sealed(seal_of, topic, payload) if seal_of else NONE)
        found: dict[str, Any] = self.report(at(1))["alerts"][-1]
        return found


def beat(unit: UnitId = UNIT) -> bytes:
    boot = BootId("00000000-0000-4000-8000-000000000001")
    return encode(Heartbeat(unit, RoomId("204"), boot, 1, Seconds(1.0), (), ()))


def troubles(core: Core, seconds: float = 1.0) -> list[tuple[str, bool]]:
    work = [w for w in core.tick(at(seconds)) if isinstance(w, SaveTrouble)]
    return [(w.name, w.ended is None) for w in work if UNIT in w.name]


def test_an_alert_under_its_units_seal_is_verified(tmp_path: Path) -> None:
    pressed = Sealed(tmp_path).press(UNIT)
    assert (pressed["verified"], pressed["doubts"]) == (True, [])


def test_an_alert_without_its_units_seal_is_reported_with_the_doubt(tmp_path: Path) -> None:
    assert Sealed(tmp_path / "a").press(None)["doubts"] == [NO_SEAL]
    pressed = Sealed(tmp_path / "b").press("lincoln-205")
    assert (pressed["verified"], pressed["doubts"]) == (False, [BAD_SEAL])


def test_a_doubt_is_also_a_trouble(tmp_path: Path) -> None:
    core = Sealed(tmp_path)
    core.say(alert_topic(SITE, UNIT), encode(alert()), NONE)
    assert troubles(core) == [(f"unverified-alert-{UNIT}", True)]


def test_a_further_press_without_a_seal_makes_the_alert_doubtful(tmp_path: Path) -> None:
    core, name = Sealed(tmp_path), "00000000-0000-4000-8000-00000000000a"
    assert core.press(UNIT, name=name)["verified"]
    core.say(alert_topic(SITE, UNIT), encode(alert(name=name, presses=2)), NONE)
    (known,) = core.incidents.all_open()[0].alerts.values()
    assert known.doubts == (NO_SEAL,)


def test_a_repeat_without_a_seal_moves_no_press_and_one_under_it_does(tmp_path: Path) -> None:
    core, name = Sealed(tmp_path), "00000000-0000-4000-8000-00000000000a"
    topic, before = alert_topic(SITE, UNIT), core.press(UNIT, name=name)["pressed_at"]
    (known,) = core.incidents.all_open()[0].alerts.values()
    earlier = encode(alert(name=name, age=Seconds(3600.0)))
    core.say(topic, earlier, NONE)
    assert write_moment(known.pressed_at) == before
    core.say(topic, earlier, core.sealed(UNIT, topic, earlier))
    assert write_moment(known.pressed_at) < before


def test_a_unit_that_was_revoked_is_still_reported_and_doubted(tmp_path: Path) -> None:
    core = Sealed(tmp_path)
    (tmp_path / f"{UNIT}.crt").unlink()
    core.keyring.refresh()
    assert core.press(UNIT)["doubts"] == [NO_CERTIFICATE]


def test_a_unit_that_is_enrolled_is_known_without_a_restart(tmp_path: Path) -> None:
    core = Sealed(tmp_path)
    certificate = (tmp_path / f"{UNIT}.crt").read_bytes()
    (tmp_path / f"{UNIT}.crt").unlink()
    core.keyring.refresh()
    (tmp_path / f"{UNIT}.crt").write_bytes(certificate)
    core.keyring.refresh()
    assert core.press(UNIT)["verified"]


def test_a_certificate_that_cannot_be_read_is_a_trouble_and_hurts_no_other(tmp_path: Path) -> None:
    core = Sealed(tmp_path)
    (tmp_path / "lincoln-206.crt").write_text("rubbish")
    core.keyring.refresh()
    assert core.notes.get().detail is None
    assert "lincoln-206.crt" in core.notes.get().detail
    assert core.press(UNIT)["verified"]


def test_a_heartbeat_without_its_units_seal_is_no_sign_of_life(tmp_path: Path) -> None:
    core, topic = Sealed(tmp_path), heartbeat_topic(SITE, UNIT)
    core.say(topic, beat(), core.sealed("lincoln-205", topic, beat()))
    assert troubles(core) == [(f"bad-signature-{UNIT}", True)]
    core.say(topic, beat(), core.sealed(UNIT, topic, beat()))
    assert troubles(core, 2.0) == [(f"bad-signature-{UNIT}", False)]


def test_the_other_gateway_is_believed_under_its_seal_alone(tmp_path: Path) -> None:
    core = Sealed(tmp_path)
    pressed = core.press(UNIT)
    news = IncidentEvent(
        IncidentId(pressed["id"]), at(1).wall, "delivered", "county-911", ((pressed["id"], 1),), ()
    )
    topic, payload = incident_topic(SITE, IncidentId("x")), encode(news)
    forged = core.sealed(UNIT, topic, payload)
    assert core.say(topic, payload, forged, OTHER_GATEWAY) == []
    work = core.say(topic, payload, core.sealed("gateway", topic, payload), OTHER_GATEWAY)
    assert work
