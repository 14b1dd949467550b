"""Laws of EIDO subscriptions, whatever subscribers and reports do in whatever order."""

import itertools
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.effects import SendReport
from gateway.core.events import ResponseReceived, SendFailed
from gateway.core.values import ChannelId, ReportId
from gateway.receivers.eido.effects import Disconnect, NotifierEffect, Send
from gateway.receivers.eido.subscription import Peer
from gateway.receivers.eido.subscriptions import Subscriptions
from wire.ids import IncidentId, Monotonic, Seconds

PEERS = [Peer(1), Peer(2)]
INCIDENTS = [IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"), IncidentId("x")]

Step = tuple[str, int, int, bool]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["subscribe", *["launch"] * 3, "again", *["answer"] * 4, "gone", "tick", "abort"]
        ),
        st.integers(0, 1),
        st.integers(0, 5),
        st.booleans(),
    ),
    min_size=4,
    max_size=40,
)


class World:
    """Subscribers, reports and a clock; remembers what was taken and what was promised."""

    def __init__(self) -> None:
        numbers = itertools.count()
        self.all = Subscriptions(lambda: f"id-{next(numbers)}")
        self.now = 0.0
        self.version = 0
        self.events: list[tuple[Peer, str, dict[str, int]]] = []
        self.taken: dict[str, int] = {}
        self.waiting: list[ReportId] = []

    def step(self, what: str, which: int, number: int, good: bool) -> None:
        peer, incident = PEERS[which], INCIDENTS[which]
        if what == "subscribe":
            ask = {"requestId": "r", "requestType": "EIDO", "requestSubType": "new"}
            self.heed(self.hear(peer, {"subscribe": ask}))
        elif what == "launch":
            self.version += 1
            self.launch(ReportId(ChannelId("psap"), incident, self.version))
        elif what == "again" and self.version:
            self.launch(ReportId(ChannelId("psap"), incident, max(1, self.version - number)))
        elif what == "answer" and self.events:
            self.answer(*self.events.pop(number % len(self.events)), good)
        elif what == "gone":
            self.heed(self.all.disconnected(peer))
        elif what == "tick":
            self.now += number
            self.heed(self.all.tick(Monotonic(self.now)))
        elif what == "abort" and self.waiting:
            self.all.abort(self.waiting.pop(number % len(self.waiting)))

    def launch(self, flight: ReportId) -> None:
        if flight in self.waiting:
            return  # the outbox never has one twice
        self.waiting.append(flight)
        body = json.dumps({"i": flight.incident, "v": flight.version})
        self.heed(self.all.launch(SendReport(flight, body, Seconds(4.0)), Monotonic(self.now)))

    def answer(self, peer: Peer, name: str, told: dict[str, int], good: bool) -> None:
        if good:
            for incident, version in told.items():
                self.taken[incident] = max(version, self.taken.get(incident, 0))
        fields = {"transactionId": name, "statusCode": 200 if good else 500, "statusText": ""}
        self.heed(self.hear(peer, {"eventResponse": fields}))

    def hear(self, peer: Peer, message: Any) -> list[NotifierEffect]:
        return self.all.received(peer, json.dumps(message), Monotonic(self.now))

    def heed(self, actions: list[NotifierEffect]) -> None:
        for action in actions:
            if isinstance(action, ResponseReceived | SendFailed):
                self.waiting.remove(action.flight)  # at most one outcome, and none after an abort
                if isinstance(action, ResponseReceived) and action.status == 200:
                    assert self.taken.get(action.flight.incident, 0) >= action.flight.version
            elif isinstance(action, Send):
                self.see(action.peer, json.loads(action.text))
            elif isinstance(action, Disconnect):
                self.heed(self.all.disconnected(action.peer))

    def see(self, peer: Peer, message: Any) -> None:
        if event := message.get("event"):
            told = {each["i"]: each["v"] for each in event["notification"]}
            self.events.append((peer, event["transactionId"], told))


@settings(max_examples=400)
@given(STEPS)
def test_a_receipt_is_only_what_a_subscriber_took_and_each_report_has_one_end(
    steps: list[Step],
) -> None:
    world = World()
    world.step("subscribe", 0, 0, True)
    for step in steps:
        world.step(*step)


@given(STEPS)
def test_with_a_subscriber_that_answers_every_report_ends_well(steps: list[Step]) -> None:
    world = World()
    for step in steps:
        world.step(*step)
    world.step("subscribe", 0, 0, True)
    for flight in list(world.waiting):
        world.all.abort(flight)
    world.waiting.clear()
    for _ in range(4):
        while world.events:
            world.answer(*world.events.pop(), True)
        world.step("tick", 0, 5, True)
    for incident in INCIDENTS:
        world.version += 1
        world.launch(ReportId(ChannelId("psap"), incident, world.version))
        while world.events:
            world.answer(*world.events.pop(), True)
    assert world.waiting == []


@given(st.text(max_size=300) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_anything_that_is_said_ends_in_an_answer_or_a_drop(text: str) -> None:
    actions = World().all.received(PEERS[0], text, Monotonic(0))
    assert all(isinstance(each, Send | Disconnect) for each in actions)
