"""EIDO subscriptions: who is told what, for how long, and which requests are refused."""

from typing import Any

import pytest

from gateway.receivers.eido.effects import Disconnect
from gateway.receivers.eido.subscriptions import (
    MOST_MALFORMED,
)
from tests.gateway.eido_agency import NEW, ONE, OTHER, PSAP, TWO, Agency, versions
from wire.ids import Monotonic


def test_a_new_subscriber_is_told_at_once_of_all_that_is_open_even_if_it_is_nothing() -> None:
    agency = Agency()
    assert agency.subscribe()["statusCode"] == 200
    assert agency.events()[0]["notification"] == []
    agency.launch(ONE, 3)
    agency.launch(TWO, 5, closed=True)
    agency.events()
    agency.subscribe(OTHER)
    assert versions(agency.events()[0]) == [3]


def test_a_subscription_ends_when_it_has_expired_and_not_before_if_it_was_renewed() -> None:
    agency = Agency()
    granted = agency.subscribe(expires=60)
    assert granted["expires"] == 60
    agency.takes(agency.events()[0])
    renewed = agency.says("subscribe", {**granted, "requestId": "again", "expires": 60}, now=50)
    assert renewed == []
    agency.told.clear()
    agency.tick(109)
    assert agency.all.count == 1
    agency.tick(110)
    assert agency.all.count == 0
    assert agency.told[0][1]["terminate"]["subscriptionId"] == granted["subscriptionId"]


@pytest.mark.parametrize(("asked", "granted"), [(None, 3600), (1, 60), (-5, 60), (10**9, 86_400)])
def test_how_long_a_subscription_lasts_is_bounded(asked: int | None, granted: int) -> None:
    agency = Agency()
    agency.says("subscribe", NEW if asked is None else NEW | {"expires": asked})
    assert agency.told[0][1]["subscribeResponse"]["expires"] == granted


def test_unsubscribing_ends_it_and_the_second_time_there_is_none() -> None:
    agency = Agency()
    name = agency.subscribe()["subscriptionId"]
    for status in (200, 481):
        agency.told.clear()
        agency.says("unsubscribe", {"requestId": "u", "subscriptionId": name})
        assert agency.told[0][1]["unsubscribeResponse"]["statusCode"] == status


def test_one_incident_can_be_asked_for_and_nothing_else_is_told() -> None:
    agency = Agency()
    agency.launch(ONE, 2)
    tracking = f"urn:emergency:uid:incidentid:{ONE.replace('-', '')}:lincoln.example"
    agency.subscribe(requestSubType="single", incidentId=tracking)
    assert versions(agency.events()[0]) == [2]
    agency.launch(TWO, 1)
    assert agency.events() == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"requestType": "OTHER"}, 400),
        ({"requestSubType": "all"}, 400),
        ({"requestSubType": "single"}, 400),
        ({"incidentId": "x"}, 400),
        ({"requestSubType": "single", "incidentId": "x"}, 404),
        ({"requestSubType": "resource"}, 406),
        ({"qualFilter": "/incident"}, 406),
        ({"subscriptionId": "none"}, 481),
    ],
)
def test_what_cannot_be_granted_is_refused_with_its_code(fields: Any, status: int) -> None:
    assert Agency().subscribe(**fields)["statusCode"] == status


def test_one_connection_gets_eight_subscriptions_and_no_more() -> None:
    agency = Agency()
    for status in [200] * 8 + [503]:
        agency.told.clear()
        assert agency.subscribe()["statusCode"] == status


@pytest.mark.parametrize(
    ("text", "answer", "request_id"),
    [
        ("", "response", ""),
        ("[]", "response", ""),
        ("{}", "response", ""),
        ('{"a":{},"b":{}}', "response", ""),
        ("[" * 60_000, "response", ""),
        ('{"subscribe":[]}', "subscribeResponse", ""),
        ('{"subscribe":{}}', "subscribeResponse", ""),
        ('{"unsubscribe":{"requestId":"7"}}', "unsubscribeResponse", "7"),
        ('{"eventResponse":{"transactionId":"t"}}', "response", ""),
    ],
)
def test_what_is_no_message_is_answered_with_400_and_ends_no_subscription(
    text: str, answer: str, request_id: str
) -> None:
    agency = Agency()
    agency.subscribe()
    agency.told.clear()
    assert agency.sort(agency.all.received(PSAP, text, Monotonic(0))) == []
    ((_, message),) = agency.told
    assert list(message) == [answer]
    assert (message[answer]["statusCode"], message[answer]["requestId"]) == (400, request_id)
    assert agency.all.count == 1


def test_a_subscriber_that_sends_nothing_but_rubbish_is_disconnected() -> None:
    agency = Agency()
    agency.subscribe()
    outcomes = [
        each
        for _ in range(MOST_MALFORMED + 1)
        for each in agency.sort(agency.all.received(PSAP, "rubbish", Monotonic(0)))
    ]
    assert [type(each) for each in outcomes] == [Disconnect]
    assert agency.all.count == 0


def test_a_request_that_nobody_knows_is_said_to_be_unknown() -> None:
    agency = Agency()
    agency.says("requestAwareness", {"requestId": "7"})
    assert agency.told[0][1]["response"]["statusCode"] == 501
