"""Strobes, PA and door systems: what they hear, what they do not, and how they come and go."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.config.listeners import read_listeners, write_listeners
from gateway.trust.broker.acl import access_list, fault_of
from gateway.trust.broker.subscriptions import listeners_of, subscription_list
from service.broker import Broker
from service.sealed import seals_by
from tests.hostile.deployment import SITE, A, B, Deployment, deployment, press_of
from tests.hostile.intruder import Intruder, intruder
from tests.trust.founded import code_in, run
from tests.waiting import until
from tests.wire.home_assistant import faults_in
from wire.codec import encode
from wire.ids import UnitId
from wire.topics import (
    Hearing,
    alert_topic,
    all_incidents,
    home_topic,
    progress_topic,
    state_topic,
)

pytestmark = pytest.mark.timeout(300)

PA = UnitId("pa-1")
ROOT = f"tocsin/v1/{SITE}"
HEARD: tuple[Hearing, ...] = ("incident", "trouble")


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("listened")) as made:
        yield made


def enrolled(lincoln: Deployment, name: str, hears: str) -> Broker:
    """Let a listener join, as its installer does; its way to the broker."""
    said = lincoln.made.gateway("enrol", "--listener", name, "--hears", hears)
    assert said.returncode == 0, said.stderr
    folder = lincoln.folder / name
    joined = run(
        "tocsin-gateway", "join-listener", lincoln.made.url, folder, typed=code_in(said.stdout)
    )
    assert joined.returncode == 0, joined.stderr
    url = json.loads((folder / "listener.json").read_text())["broker"]
    files = {"ca": folder / "ca.crt", "cert": folder / "unit.crt", "key": folder / "unit.key"}
    return Broker(url=url, **files)


def listening(listener: Intruder, *topics: str) -> None:
    assert listener.wait_for("connected")
    for topic in topics:
        listener.client.subscribe(topic)
        assert listener.wait_for("subscribed")


def state(listener: Intruder, of: str) -> Any:
    """The last word on how all of that kind stands."""
    told = [body for topic, body in listener.heard if topic == f"{ROOT}/state/{of}"]
    return json.loads(told[-1]) if told else None


def test_who_comes_late_hears_at_once_how_all_stands_and_then_what_happens(
    lincoln: Deployment,
) -> None:
    lincoln.close()
    strobe = enrolled(lincoln, "strobe-1", "incident,trouble")
    lincoln.press(A)
    # Until the broker's list is there, nothing comes; and no event comes again.
    with intruder(strobe) as late:
        listening(late, f"{ROOT}/incident/#", f"{ROOT}/state/incident", f"{ROOT}/state/trouble")
        until(lambda: state(late, "incident"), 15)
        (open_now,) = until(lambda: state(late, "incident")["incidents"], 15)
        assert (open_now["rooms"], open_now["clear"]) == (["204"], False)
        until(lambda: state(late, "trouble"), 15)
        lincoln.press(B)
        until(lambda: [topic for topic, _ in late.heard if "/incident/" in topic])
        until(lambda: state(late, "incident")["incidents"][0]["alerts"] == 2, 15)
        lincoln.close()
        until(lambda: state(late, "incident")["incidents"] == [], 15)


def test_a_listener_hears_what_it_hears_and_nothing_else_and_says_nothing(
    lincoln: Deployment,
) -> None:
    lincoln.close()
    door = enrolled(lincoln, PA, "trouble")
    own = [alert_topic(SITE, PA), f"{ROOT}/incident/x", state_topic(SITE, "trouble")]
    other = enrolled(lincoln, "witness-1", "incident,trouble")
    with intruder(door) as listener, intruder(other) as witness:
        listening(witness, f"{ROOT}/incident/#", *(state_topic(SITE, of) for of in HEARD))
        until(lambda: state(witness, "incident"), 15)
        listening(listener, f"{ROOT}/state/trouble")
        until(lambda: state(listener, "trouble"), 15)
        for topic in ("#", all_incidents(SITE), f"{ROOT}/state/+", progress_topic(SITE, A)):
            listener.client.subscribe(topic)
        for topic in own:
            listener.publish(topic, b"from a listener", retain=True)
        lincoln.press(A)
        until(lambda: [1 for topic, _ in witness.heard if "/incident/" in topic])
        assert b"from a listener" not in {body for _, body in witness.heard}
        # The gateway would report whatever came on a topic of alerts.
        assert PA not in {each["unit"] for each in lincoln.alerts().values()}
        heard = {topic for topic, _ in listener.heard}
    assert {topic for topic in heard if not topic.startswith(f"{ROOT}/trouble/")} == {
        state_topic(SITE, "trouble")
    }
    lincoln.close()


def test_home_assistant_hears_devices_and_rooms_where_a_school_asks_for_it(
    lincoln: Deployment,
) -> None:
    lincoln.close()
    home, config = enrolled(lincoln, "home-1", "home"), lincoln.made.config
    with intruder(home) as listener:
        listening(listener, "homeassistant/+/+/config", home_topic(SITE), home_topic(SITE, A))
        listener.client.subscribe(f"{ROOT}/incident/#")
        config.write_text(f"{config.read_text()}\n[home_assistant]\ndiscovery = true\n")
        lincoln.restart_gateway()
        until(lambda: [1 for topic, _ in listener.heard if topic.endswith("/config")], 25)
        lincoln.press(A)
        until(lambda: (home_topic(SITE, A), b"alarm") in listener.heard, 15)
        listener.publish(home_topic(SITE, A), b"ok")
        lincoln.close()
        until(lambda: dict(listener.heard)[home_topic(SITE, A)] != b"alarm", 15)
    told = {topic: json.loads(body) for topic, body in listener.heard if topic.endswith("/config")}
    assert len(told) == 3
    assert [faults_in(topic, message) for topic, message in told.items()] == [[]] * 3
    assert not [topic for topic, _ in listener.heard if "/incident/" in topic]


def test_what_it_hears_is_signed_by_the_gateway(lincoln: Deployment) -> None:
    folder = lincoln.folder / "signed-1"
    strobe = enrolled(lincoln, folder.name, "incident")
    judge = seals_by(folder / "gateway.crt")
    with intruder(strobe) as listener:
        listening(listener, f"{ROOT}/state/incident")
        until(lambda: state(listener, "incident"), 15)
        (topic, payload), seal = listener.heard[-1], listener.seals[-1]
    assert judge.verify(topic, payload, seal)
    assert not judge.verify(topic, payload.replace(b"incident", b"Incident"), seal)


def test_a_listener_that_is_revoked_hears_nothing_more_and_its_name_is_gone(
    lincoln: Deployment,
) -> None:
    strobe = enrolled(lincoln, "old-1", "incident")
    with intruder(strobe) as listener:
        listening(listener, f"{ROOT}/state/incident")
        until(lambda: state(listener, "incident"), 15)
        assert lincoln.made.gateway("revoke", "old-1").returncode == 0
        assert listener.wait_for("disconnected", 60)
    again = lincoln.made.gateway("enrol", "--listener", "old-1", "--hears", "incident")
    assert (again.returncode, "was revoked" in again.stderr) == (1, True)


def test_its_certificate_is_renewed_by_its_own_key_near_its_end_alone(lincoln: Deployment) -> None:
    enrolled(lincoln, "new-1", "incident")
    folder = lincoln.folder / "new-1"
    before = (folder / "unit.crt").read_bytes()
    said = run("tocsin-gateway", "renew-listener", folder)
    assert (said.returncode, said.stdout) == (0, "the certificate is not near its end yet\n")
    assert (folder / "unit.crt").read_bytes() == before
    assert not (lincoln.made.folder / "published/units/new-1.crt").exists()


def test_a_listener_takes_no_name_of_a_unit_or_of_the_gateway(lincoln: Deployment) -> None:
    for name in (A, "gateway", "standby", "UPPER"):
        said = lincoln.made.gateway("enrol", "--listener", name, "--hears", "incident")
        assert said.returncode == 1, name
    for hears in ("", "alert", "incident,progress"):
        said = lincoln.made.gateway("enrol", "--listener", "pa-9", "--hears", hears)
        assert "--hears incident,trouble" in said.stderr
    assert "pa-9" not in read_listeners(lincoln.made.settings().authority.listeners)  # type: ignore[union-attr]


def test_what_a_joined_listener_hears_changes_without_another_certificate(
    lincoln: Deployment,
) -> None:
    strobe = enrolled(lincoln, "changed-1", "trouble")
    said = lincoln.made.gateway("enrol", "--listener", "changed-1", "--hears", "incident")
    assert "hears incident" in said.stdout
    assert "no label" in said.stdout
    with intruder(strobe) as listener:
        listening(listener, f"{ROOT}/state/incident", f"{ROOT}/state/trouble")
        until(lambda: state(listener, "incident"), 25)
    assert encode(press_of(A)) not in {body for _, body in listener.heard}


def test_a_faulty_line_gives_nobody_a_right_and_takes_none(tmp_path: Path) -> None:
    file = tmp_path / "listeners"
    assert read_listeners(file) == {}
    file.write_text("pa-1 trouble\nPA incident\n#\npa-2 incident,all\npa-3\n")
    assert read_listeners(file) == {PA: ("trouble",)}
    write_listeners(file, {PA: ("incident", "trouble")})
    assert read_listeners(file) == {PA: ("incident", "trouble")}


def test_the_lists_of_the_broker_give_a_listener_few_topics_and_a_unit_its_own(
    lincoln: Deployment,
) -> None:
    listed = access_list(SITE, [UnitId("gone-1")], {PA: ("incident",), UnitId("gone-1"): ()})
    assert fault_of(listed) is None
    rules = listed.partition(f"user {PA}\n")[2].partition("user ")[0].splitlines()
    assert [each for each in rules if "read" in each] == [
        f"topic read {ROOT}/incident/#",
        f"topic read {ROOT}/state/incident/#",
    ]
    roles = json.loads(subscription_list(SITE, [A], {PA: ("incident",)}))["roles"]
    allowed = {role["rolename"]: [r["topic"] for r in role["acls"] if r["allow"]] for role in roles}
    assert allowed[A] == [progress_topic(SITE, A)]
    assert len(allowed[PA]) == 4
    own = lincoln.made.settings().authority
    assert own
    write_listeners(own.listeners, {**read_listeners(own.listeners), A: ("incident",)})
    assert A not in listeners_of(own)
