"""A revoked unit: unheard within five seconds though it is connected, out within sixty for good."""

import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest

from device.settings import DeviceSettings
from service.events import LinkDown, LinkUp, MessageReceived
from service.link import Link
from service.settings import load
from tests.service.brokers import Heard, linked
from tests.trust.founded import School, school
from tests.waiting import patience
from wire.ids import SiteId, UnitId
from wire.topics import alert_topic, all_up

SITE, UNIT = SiteId("lincoln"), UnitId("lincoln-204")
TOPIC = alert_topic(SITE, UNIT)


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[School]:
    with school(tmp_path / "gateway") as made:
        made.rooms("204")
        made.start("broker")
        made.start("ca")
        yield made


def last_heard(link: Link, heard: Heard) -> float:
    """When a link that goes on speaking was heard for the last time: two seconds of silence on."""
    last = time.monotonic()
    while time.monotonic() - last < 2.0:
        link.publish(TOPIC, b"after")
        try:
            if isinstance(heard.queue.get(timeout=patience(0.1)), MessageReceived):
                last = time.monotonic()
        except Empty:
            continue
    return last


def test_revocation_bites_a_connected_unit_and_then_shows_it_out(
    lincoln: School, tmp_path: Path
) -> None:
    lincoln.join(lincoln.code("204"), tmp_path / "unit")
    broker = load(tmp_path / "unit/device.toml", DeviceSettings).gateway[0]
    with (
        linked(lincoln.identity("gateway"), "gateway", all_up(SITE)) as (_, heard),
        linked(broker, "unit") as (link, unit),
    ):
        heard.next(LinkUp)
        unit.next(LinkUp)
        link.publish(TOPIC, b"before")
        assert heard.next(MessageReceived).payload == b"before"
        assert lincoln.gateway("revoke", UNIT).returncode == 0
        revoked_at = time.monotonic()
        assert last_heard(link, heard) - revoked_at < 5.0
        unit.next(LinkDown, within=60.0)  # disconnected
        unit.next(LinkDown, within=20.0)  # and not let in again
        assert not link.up


def test_a_revoked_name_is_never_enrolled_again(lincoln: School) -> None:
    lincoln.join(lincoln.code("204"), lincoln.folder / "unit")
    lincoln.gateway("revoke", UNIT)
    said = lincoln.gateway("enrol", "204")
    assert said.returncode == 1


def test_nobody_is_revoked_who_is_not_there(lincoln: School) -> None:
    said = lincoln.gateway("revoke", "lincoln-2O4".lower())
    assert said.returncode == 1
    assert "there is no unit" in said.stderr
