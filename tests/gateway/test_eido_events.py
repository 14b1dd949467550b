"""EIDO events: what counts as a receipt, what is sent again, what is split."""

import json

from gateway.core.effects import SendReport
from gateway.core.events import ResponseReceived, SendFailed
from gateway.core.values import ChannelId, ReportId
from gateway.receivers.eido.effects import Disconnect, Send
from gateway.receivers.eido.subscriptions import (
    LONGEST_EVENT,
    RESEND,
    TRIES,
)
from tests.formats.eido import check
from tests.gateway.eido_agency import ONE, OTHER, PSAP, Agency, long_document, versions
from wire.ids import Monotonic, Seconds


def test_only_the_subscribers_200_is_a_receipt_and_it_covers_older_versions() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    assert agency.launch(version=1) == agency.launch(version=2) == []
    _, second = agency.events()
    outcomes = agency.takes(second)
    assert [(type(o), o.flight.version, o.status) for o in outcomes] == [  # type: ignore[union-attr]
        (ResponseReceived, 1, 200),
        (ResponseReceived, 2, 200),
    ]


def test_without_a_subscriber_a_report_is_not_delivered_and_says_why() -> None:
    agency = Agency()
    (outcome,) = agency.launch()
    assert isinstance(outcome, SendFailed)
    assert outcome.reason == "no agency has subscribed"


def test_a_version_taken_with_the_first_event_is_a_receipt_when_it_is_launched_again() -> None:
    agency = Agency()
    agency.launch(version=4)
    agency.subscribe()
    agency.takes(agency.events()[0])
    (outcome,) = agency.launch(version=4)
    assert isinstance(outcome, ResponseReceived)
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
    assert isinstance(outcome, ResponseReceived)
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
    assert [type(each) for each in outcomes] == [Disconnect, SendFailed]
    assert agency.all.count == 0


def test_a_connection_that_ends_takes_its_subscriptions_and_hopes_along() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    agency.launch()
    (outcome,) = agency.all.disconnected(PSAP)
    assert isinstance(outcome, SendFailed)
    assert agency.all.count == 0
    assert agency.all.next_due() == float("inf")


def test_a_long_incident_is_told_in_several_events_each_of_which_clients_take() -> None:
    agency, document = Agency(), long_document(1000)
    agency.subscribe()
    agency.events()
    flight = ReportId(ChannelId("psap"), ONE, 1)
    says = agency.all.launch(SendReport(flight, document, Seconds(4.0)), Monotonic(0))
    assert all(isinstance(say, Send) and len(say.text) < 2 * LONGEST_EVENT for say in says)
    agency.sort(says)
    events = agency.events()
    assert len(events) > 2
    parts = [part for event in events for part in event["notification"]]
    for part in parts:
        check(part)
    whole = json.loads(document)
    for name in ("locationComponent", "notesComponent"):
        told = {item["$id"] for part in parts for item in part.get(name, [])}
        assert told == {item["$id"] for item in whole[name]}


def test_a_long_incident_is_taken_when_every_event_of_it_is() -> None:
    agency = Agency()
    agency.subscribe()
    agency.takes(agency.events()[0])
    flight = ReportId(ChannelId("psap"), ONE, 1)
    says = agency.all.launch(SendReport(flight, long_document(1000), Seconds(4.0)), Monotonic(0))
    agency.sort(says)
    *first, last = agency.events()
    assert [agency.takes(event) for event in first] == [[] for _ in first]
    (outcome,) = agency.takes(last)
    assert isinstance(outcome, ResponseReceived)


def test_a_closed_incident_is_forgotten_once_it_was_taken() -> None:
    agency = Agency()
    agency.subscribe()
    agency.events()
    agency.launch(version=2, closed=True)
    agency.takes(agency.events()[0])
    tracking = f"urn:emergency:uid:incidentid:{ONE.replace('-', '')}:lincoln.example"
    agency.told.clear()
    assert agency.subscribe(requestSubType="single", incidentId=tracking)["statusCode"] == 404
