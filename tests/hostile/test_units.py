"""H1 to H4, H9 to H15, H27, H28, H30: what somebody can do who holds a unit's certificate.

Judged by what the police are told and what units hear, never by what the broker answers: it says
Granted and Success to whom it then gives nothing (docs/decisions/broker-receipts.md).
"""

import json
import time
from itertools import product

import pytest

from service.events import LinkUp, MessageReceived
from tests.gateway.endpoint import status, take
from tests.hostile.deployment import SITE, A, B, Deployment, beat_of, press_of, rss
from tests.hostile.intruder import intruder
from tests.service.brokers import linked
from tests.waiting import patience, until
from wire.codec import encode
from wire.ids import IncidentId
from wire.messages import Progress
from wire.stage import Stage
from wire.topics import alert_topic, all_up, incident_topic, progress_topic, trouble_topic

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("version", [4, 5])
def test_h1_a_unit_cannot_raise_an_alert_for_another(lincoln: Deployment, version: int) -> None:
    forged = [press_of(B) for _ in range(4)]
    with intruder(lincoln.identity(A), version) as thief:
        assert thief.wait_for("connected")
        for alert, (qos, retain) in zip(forged, product((0, 1), (False, True)), strict=True):
            thief.publish(alert_topic(SITE, B), encode(alert), qos, retain)
    assert lincoln.press(B)["verified"]
    assert not lincoln.alerts().keys() & {alert.alert for alert in forged}


@pytest.mark.parametrize("version", [4, 5])
def test_h2_a_unit_overhears_nothing(lincoln: Deployment, version: int) -> None:
    filters = [
        "#",
        "+/#",
        "$SYS/#",
        all_up(SITE),
        progress_topic(SITE, B),
        f"$share/x/{all_up(SITE)}",
    ]
    with intruder(lincoln.identity(A), version) as thief:
        assert thief.wait_for("connected")
        for each in filters:
            thief.client.subscribe(each, 1)
            assert thief.wait_for("subscribed") or version == 5
        lincoln.press(B)
        # The gateway answers an alert of the thief's own, so what was to come before has come.
        mine = encode(press_of(A))
        thief.publish(alert_topic(SITE, A), mine)
        until(lambda: any(topic == progress_topic(SITE, A) for topic, _ in thief.heard))
    assert {topic for topic, _ in thief.heard} == {progress_topic(SITE, A)}


def test_h3_a_unit_cannot_tell_another_that_it_was_heard(lincoln: Deployment) -> None:
    forged, genuine = (encode(Progress(press_of(B).alert, Stage.DELIVERED, 1)) for _ in range(2))
    topic = progress_topic(SITE, B)
    before = lincoln.log().count("broker: connected")
    with (
        linked(lincoln.identity(B), B, topic) as (_, heard),
        intruder(lincoln.identity(A)) as thief,
    ):
        heard.next(LinkUp)
        assert thief.wait_for("connected")
        for each in (topic, incident_topic(SITE, IncidentId("x")), trouble_topic(SITE, "x")):
            thief.publish(each, forged, seal=lincoln.seal(A, each, forged))
            assert thief.wait_for("published")
        with linked(lincoln.made.identity("gateway"), "gateway") as (gateway, up):
            up.next(LinkUp)
            assert gateway.publish(topic, genuine)
        payloads = []
        while genuine not in payloads:
            payloads.append(heard.next(MessageReceived).payload)
    assert forged not in payloads
    until(lambda: lincoln.log().count("broker: connected") > before, 15)


@pytest.mark.parametrize("name", ["gateway", "gateway-lincoln"])
@pytest.mark.parametrize("version", [4, 5])
def test_h4_nobody_takes_the_gateways_place(lincoln: Deployment, version: int, name: str) -> None:
    lincoln.close()
    lincoln.press(B)  # the gateway's connection stands, whatever was done to it before
    before = lincoln.log().count("trouble broker")
    with intruder(lincoln.identity(A), version, name=name, user=name) as thief:
        assert thief.wait_for("connected")
        forged = press_of(B)
        thief.publish(alert_topic(SITE, B), encode(forged))
        lincoln.press(B)
    assert forged.alert not in lincoln.alerts()
    assert lincoln.log().count("trouble broker") == before


def test_h9_a_thousand_replays_make_no_second_incident(lincoln: Deployment) -> None:
    lincoln.close()
    alert = press_of(A)
    topic, payload = alert_topic(SITE, A), encode(alert)
    seal = lincoln.seal(A, topic, payload)
    lincoln.press(A, alert)
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        for _ in range(500):
            thief.publish(topic, payload, seal=seal)
        lincoln.close()
        incidents, reports = lincoln.incidents(), len(lincoln.endpoint.bodies)
        for _ in range(500):
            thief.publish(topic, payload, seal=seal)
        until(lambda: "lincoln-204: 100 repeats of closed alerts" in lincoln.log(), 15)
    assert lincoln.incidents() == incidents
    assert len(lincoln.endpoint.bodies) == reports
    lincoln.restart_gateway()
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        thief.publish(topic, payload, seal=seal)
        until(lambda: "lincoln-204: 1 repeats of closed alerts" in lincoln.log(), 15)
    assert lincoln.incidents() == incidents


def test_h10_an_alert_that_was_planted_opens_nothing_after_a_restart(lincoln: Deployment) -> None:
    planted = press_of(A)
    for version in (4, 5):
        with intruder(lincoln.identity(A), version) as thief:
            assert thief.wait_for("connected")
            lincoln.gateway.terminate()
            lincoln.gateway.wait(10)
            thief.publish(alert_topic(SITE, A), encode(planted), retain=True)
            thief.wait_for("published", 1.0)
        lincoln.restart_gateway()
    assert lincoln.press(B)["verified"]
    assert planted.alert not in lincoln.alerts()


def test_h11_the_register_says_where_not_the_message(lincoln: Deployment) -> None:
    told = lincoln.press(A, press_of(B))
    assert (told["unit"], told["room"]["id"], told["verified"]) == (A, "204", False)
    assert len(told["doubts"]) == 2
    html = lincoln.press(A, encode(press_of(A)).replace(b'"204"', b'"<b>204</b>"'))
    assert (html["unit"], html["room"]["id"], html["verified"]) == (A, "204", False)
    assert "<" not in json.dumps(html)


def test_h12_an_alert_without_its_seal_is_told_and_flagged(lincoln: Deployment) -> None:
    told = lincoln.press(A, sealed=False)
    assert (told["verified"], told["doubts"]) == (False, ["the message is not signed"])
    until(lambda: f"trouble unverified-alert-{A}" in lincoln.log())


def test_h13_rubbish_holds_no_alert_up_and_no_memory(lincoln: Deployment) -> None:
    pieces = [
        b"", b"\xff\xfe", b"[" * 4000, b'{"v":1' * 500, b'{"age":1e400}', b"NaN", b"9" * 4000,
        b'{"v":1,"v":1}', encode(press_of(A))[:-9], b"\0" * 4096, b'{"type":{"type":{}}}',
    ]  # fmt: skip
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        before = 0
        for count in range(3000):
            beat, _ = beat_of(A)
            topic = alert_topic(SITE, A) if count % 2 else beat
            thief.publish(topic, pieces[count % len(pieces)] + str(count % 7).encode(), qos=0)
            if count == 1500:
                before = rss(lincoln.gateway)
        began = time.monotonic()
        assert lincoln.press(B)["verified"]
        assert time.monotonic() - began < patience(3.0)
    assert rss(lincoln.gateway) - before < 10_000_000
    assert lincoln.gateway.poll() is None


def test_h14_a_client_that_sends_too_much_is_cut_off_and_no_other_waits(
    lincoln: Deployment,
) -> None:
    for size in (16_385, 1_000_000, 30_000_000):
        with intruder(lincoln.identity(A)) as thief:
            assert thief.wait_for("connected")
            thief.publish(alert_topic(SITE, A), b"x" * size)
            assert thief.wait_for("disconnected", 10)
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        thief.publish(alert_topic(SITE, A), b"x", noise=400)
        assert thief.wait_for("published")
    began = time.monotonic()
    assert lincoln.press(B)["verified"]
    assert time.monotonic() - began < patience(3.0)


def presses(lincoln: Deployment, unit: str) -> int:
    """How many presses of the unit the newest report counts."""
    alerts = lincoln.endpoint.reports()[-1]["alerts"]
    return sum(each["presses"] for each in alerts if each["unit"] == unit)


def test_h15_a_flood_from_one_unit_delays_no_other_and_is_one_incident(lincoln: Deployment) -> None:
    lincoln.close()
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        flood = [press_of(A) for _ in range(1000)]
        for alert in flood:
            thief.publish(alert_topic(SITE, A), encode(alert), qos=0)
        began = time.monotonic()
        assert lincoln.press(B)["verified"]
        assert time.monotonic() - began < patience(5.0)
    until(lambda: presses(lincoln, A) == len(flood), 30)
    assert presses(lincoln, B) == 1
    lincoln.close()


def test_h27_no_field_of_a_message_makes_it_a_test(lincoln: Deployment) -> None:
    payload = encode(press_of(A)).replace(b"{", b'{"test":true,"mode":"drill",', 1)
    assert lincoln.press(A, payload)["verified"]
    assert lincoln.endpoint.reports()[-1]["mode"] == "live"


def test_h28_who_closes_at_once_recalls_nothing(lincoln: Deployment) -> None:
    lincoln.close()
    alert = press_of(B)
    topic, payload = alert_topic(SITE, B), encode(alert)
    lincoln.endpoint.manner = status(503)
    before = len(lincoln.endpoint.bodies)
    with linked(lincoln.identity(B), B) as (link, heard):
        heard.next(LinkUp)
        assert link.publish(topic, payload, lincoln.seal(B, topic, payload))
        until(lambda: lincoln.told(alert.alert, before))
    lincoln.close()
    again = len(lincoln.endpoint.bodies)
    lincoln.endpoint.manner = take
    until(lambda: lincoln.told(alert.alert, again), 30)


def test_h30_nothing_in_a_message_can_forge_a_line_of_the_log(lincoln: Deployment) -> None:
    payload = encode(press_of(A)).replace(b'"panic"', b'"\\u001b[2Jpanic\\n2026 root: ok %s %n"')
    lincoln.press(A, payload)
    beat, _ = beat_of(A)
    with intruder(lincoln.identity(A)) as thief:
        assert thief.wait_for("connected")
        thief.publish(beat, b'{"v":"\x1b[31m\nroot: ok"}')
        thief.publish(f"{beat}/\x1b[31m", b"x")
        lincoln.press(B)
    secret = (lincoln.made.folder / "secret").read_text().removeprefix("whsec_").strip()
    for name in ("run", "broker", "ca"):
        log = lincoln.log(name)
        assert "\x1b" not in log or name == "broker"
        assert "\nroot: ok" not in log
        assert secret not in log
        assert "PRIVATE KEY" not in log
