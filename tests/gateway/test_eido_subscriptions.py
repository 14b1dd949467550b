"""EIDO subscriptions: who is told what, what counts as taken, and what is sent again."""

import itertools
import json
from typing import Any

import pytest

from gateway.eido.subscription import Peer
from gateway.eido.subscriptions import RESEND, TRIES, Action, Drop, Say, Subscriptions
from gateway.work import Answered, Flight, Launch, Unanswered, Way
from wire.ids import IncidentId, Monotonic, Seconds

PSAP, OTHER = Peer(1), Peer(2)
ONE, TWO = (IncidentId(f"0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b00{n}") for n in (1, 2))
NEW = {"requestId": "r", "requestType": "EIDO", "requestSubType": "new"}


class Agency:
    """Subscriptions, and what subscribers were told in plain Python."""

    def __init__(self) -> None:
        numbers = itertools.count(1)
        self.all = Subscriptions(lambda: f"id-{next(numbers)}")
        self.told: list[tuple[Peer, Any]] = []

    def says(self, name: str, fields: Any, peer: Peer = PSAP, now: float = 0.0) -> list[Action]:
        return self.sort(self.all.heard(peer, json.dumps({name: fields}), Monotonic(now)))

    def subscribe(self, peer: Peer = PSAP, now: float = 0.0, **fields: Any) -> Any:
        """Subscribe; return the answer."""
        self.says("subscribe", NEW | fields, peer, now)
        return next(m["subscribeResponse"] for _, m in self.told if "subscribeResponse" in m)

    def launch(
        self, incident: IncidentId = ONE, version: int = 1, now: float = 0.0, closed: bool = False
    ) -> list[Action]:
        status = "Closed" if closed else "Active"
        body = json.dumps(
            {"v": version, "incidentStatusCommonRegistryText": [status]}, separators=(",", ":")
        )
        flight = Flight(Way("psap"), incident, version)
        return self.sort(self.all.launch(Launch(flight, body, Seconds(4.0)), Monotonic(now)))

    def tick(self, now: float) -> list[Action]:
        return self.sort(self.all.tick(Monotonic(now)))

    def sort(self, actions: list[Action]) -> list[Action]:
        """Keep what was said; return the rest."""
        self.told += [
            (each.peer, json.loads(each.text)) for each in actions if isinstance(each, Say)
        ]
        return [each for each in actions if not isinstance(each, Say)]

    def events(self) -> list[Any]:
        """The events since the last time, whoever they were for."""
        found, self.told = [m["event"] for _, m in self.told if "event" in m], []
        return found

    def takes(self, event: Any, peer: Peer = PSAP, status: int = 200) -> list[Action]:
        answer = {"transactionId": event["transactionId"], "statusCode": status, "statusText": "no"}
        return self.says("eventResponse", answer, peer)


def versions(event: Any) -> list[int]:
    return [document["v"] for document in event["notification"]]


def test_a_new_subscriber_is_told_at_once_of_all_that_is_open_even_if_it_is_nothing() -> None:
    agency = Agency()
    assert agency.subscribe()["statusCode"] == 200
    assert agency.events()[0]["notification"] == []
    agency.launch(ONE, 3)
    agency.launch(TWO, 5, closed=True)
    agency.events()
    agency.subscribe(OTHER)
    assert versions(agency.events()[0]) == [3]


def test_only_the_subscribers_200_is_a_receipt_and_it_covers_older_versions() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    assert agency.launch(version=1) == agency.launch(version=2) == []
    _, second = agency.events()
    outcomes = agency.takes(second)
    assert [(type(o), o.flight.version, o.status) for o in outcomes] == [  # type: ignore[union-attr]
        (Answered, 1, 200),
        (Answered, 2, 200),
    ]


def test_without_a_subscriber_a_report_is_not_delivered_and_says_why() -> None:
    agency = Agency()
    (outcome,) = agency.launch()
    assert isinstance(outcome, Unanswered)
    assert outcome.reason == "no agency has subscribed"


def test_a_version_taken_with_the_first_event_is_a_receipt_when_it_is_launched_again() -> None:
    agency = Agency()
    agency.launch(version=4)
    agency.subscribe()
    agency.takes(agency.events()[0])
    (outcome,) = agency.launch(version=4)
    assert isinstance(outcome, Answered)
    assert agency.events() == []


def test_a_refusal_is_no_receipt_and_waits_for_the_other_subscriber() -> None:
    agency = Agency()
    agency.subscribe(PSAP)
    agency.subscribe(OTHER)
    agency.events()
    agency.launch()
    mine, theirs = agency.events()
    assert agency.takes(mine, PSAP, 500) == []
    (outcome,) = agency.takes(theirs, OTHER, 404)
    assert isinstance(outcome, Answered)
    assert (outcome.status, outcome.body) == (404, b"no")


def test_nobody_can_answer_for_another() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    agency.launch()
    (event,) = agency.events()
    assert agency.takes(event, OTHER) == []
    assert len(agency.takes(event, PSAP)) == 1


def test_an_event_without_an_answer_is_sent_again_in_its_newest_state() -> None:
    agency = Agency()
    agency.subscribe()
    agency.takes(agency.events()[0])
    agency.launch(version=1, now=1)
    agency.launch(version=2, now=2)
    agency.events()
    assert agency.tick(1 + RESEND - 0.1) == []
    assert agency.events() == []
    agency.tick(1 + RESEND)
    assert [versions(event) for event in agency.events()] == [[2]]
    assert agency.all.next_due() == 2 + RESEND


def test_a_subscriber_that_never_answers_is_dropped_and_its_reports_come_back() -> None:
    agency = Agency()
    agency.subscribe()
    agency.takes(agency.events()[0])
    agency.launch()
    outcomes = [each for n in range(TRIES) for each in agency.tick((n + 1) * RESEND)]
    assert [type(each) for each in outcomes] == [Drop, Unanswered]
    assert agency.all.count == 0


def test_a_connection_that_ends_takes_its_subscriptions_and_hopes_along() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    agency.launch()
    (outcome,) = agency.all.gone(PSAP)
    assert isinstance(outcome, Unanswered)
    assert agency.all.count == 0
    assert agency.all.next_due() == float("inf")


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
    "text",
    ["", "[]", "{}", '{"subscribe":[]}', '{"a":{},"b":{}}', "[" * 60_000, '{"subscribe":{}}'],
)
def test_what_is_no_message_ends_the_connection(text: str) -> None:
    (action,) = Agency().all.heard(PSAP, text, Monotonic(0))
    assert isinstance(action, Drop)
    assert action.reason.isprintable()


def test_a_request_that_nobody_knows_is_said_to_be_unknown() -> None:
    agency = Agency()
    agency.says("requestAwareness", {"requestId": "7"})
    assert agency.told[0][1]["response"]["statusCode"] == 501


def test_a_closed_incident_is_forgotten_once_it_was_taken() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    agency.launch(version=2, closed=True)
    agency.takes(agency.events()[0])
    tracking = f"urn:emergency:uid:incidentid:{ONE.replace('-', '')}:lincoln.example"
    agency.told.clear()
    assert agency.subscribe(requestSubType="single", incidentId=tracking)["statusCode"] == 404
