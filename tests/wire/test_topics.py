"""Topics: a unit's are read as written; any other is refused."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.samples import attempt, names
from wire.errors import WireError
from wire.ids import IncidentId, SiteId, UnitId
from wire.topics import (
    Up,
    alert_topic,
    all_up,
    heartbeat_topic,
    incident_topic,
    progress_topic,
    read_up,
    trouble_topic,
)

SITE, UNIT = SiteId("lincoln"), UnitId("lincoln-204")


@given(names.map(SiteId), names.map(UnitId))
def test_what_a_unit_speaks_on_is_read_as_written(site: SiteId, unit: UnitId) -> None:
    assert read_up(site, alert_topic(site, unit)) == Up(unit, "alert")
    assert read_up(site, heartbeat_topic(site, unit)) == Up(unit, "heartbeat")


@given(st.text())
def test_any_topic_names_a_unit_or_is_refused(tail: str) -> None:
    for topic in (tail, f"tocsin/v1/lincoln/up/{tail}", f"tocsin/v1/lincoln/up/{UNIT}/{tail}"):
        if found := attempt(partial(read_up, SITE, topic)):
            assert topic == f"tocsin/v1/lincoln/up/{found.unit}/{found.kind}"


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "tocsin/v1/lincoln/up/",
        "tocsin/v1/lincoln/up//alert",
        "tocsin/v1/lincoln/up/+/alert",
        "tocsin/v1/lincoln/up/#",
        "tocsin/v1/lincoln/up/LINCOLN-204/alert",
        "tocsin/v1/lincoln/up/lincoln-204",
        "tocsin/v1/lincoln/up/lincoln-204/",
        "tocsin/v1/lincoln/up/lincoln-204/alert/",
        "tocsin/v1/lincoln/up/lincoln-204/alert\n",
        "tocsin/v1/lincoln/up/lincoln-204/progress",
        "tocsin/v1/lincoln/down/lincoln-204/alert",
        "tocsin/v1/monroe/up/lincoln-204/alert",
        "tocsin/v2/lincoln/up/lincoln-204/alert",
        "/tocsin/v1/lincoln/up/lincoln-204/alert",
    ],
)
def test_every_other_topic_is_refused(topic: str) -> None:
    with pytest.raises(WireError):
        read_up(SITE, topic)


def test_the_topics_stand_as_in_the_contract() -> None:
    assert [
        alert_topic(SITE, UNIT),
        heartbeat_topic(SITE, UNIT),
        progress_topic(SITE, UNIT),
        incident_topic(SITE, IncidentId("i")),
        trouble_topic(SITE, "database"),
        all_up(SITE),
    ] == [
        "tocsin/v1/lincoln/up/lincoln-204/alert",
        "tocsin/v1/lincoln/up/lincoln-204/heartbeat",
        "tocsin/v1/lincoln/down/lincoln-204/progress",
        "tocsin/v1/lincoln/incident/i",
        "tocsin/v1/lincoln/trouble/database",
        "tocsin/v1/lincoln/up/+/+",
    ]
