"""An agency that subscribes to EIDOs, in plain Python, and documents long enough to be split."""

import itertools
import json
from typing import Any

from gateway.core.effects import SendReport
from gateway.core.formats.eido import EidoWriter
from gateway.core.values import ChannelId, ReportId, Room
from gateway.receivers.eido.effects import NotifierEffect, Send
from gateway.receivers.eido.subscription import Peer
from gateway.receivers.eido.subscriptions import (
    Subscriptions,
)
from tests.formats.test_eido import ISSUER, incident_in
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

    def says(
        self, name: str, fields: Any, peer: Peer = PSAP, now: float = 0.0
    ) -> list[NotifierEffect]:
        return self.sort(self.all.received(peer, json.dumps({name: fields}), Monotonic(now)))

    def subscribe(self, peer: Peer = PSAP, now: float = 0.0, **fields: Any) -> Any:
        """Subscribe; return the answer."""
        self.says("subscribe", NEW | fields, peer, now)
        return next(m["subscribeResponse"] for _, m in self.told if "subscribeResponse" in m)

    def launch(
        self, incident: IncidentId = ONE, version: int = 1, now: float = 0.0, closed: bool = False
    ) -> list[NotifierEffect]:
        status = "Closed" if closed else "Active"
        body = json.dumps(
            {"v": version, "incidentStatusCommonRegistryText": [status]}, separators=(",", ":")
        )
        flight = ReportId(ChannelId("psap"), incident, version)
        return self.sort(self.all.launch(SendReport(flight, body, Seconds(4.0)), Monotonic(now)))

    def tick(self, now: float) -> list[NotifierEffect]:
        return self.sort(self.all.tick(Monotonic(now)))

    def sort(self, actions: list[NotifierEffect]) -> list[NotifierEffect]:
        """Keep what was said; return the rest."""
        self.told += [
            (each.peer, json.loads(each.text)) for each in actions if isinstance(each, Send)
        ]
        return [each for each in actions if not isinstance(each, Send)]

    def events(self) -> list[Any]:
        """The events since the last call, of all peers."""
        found, self.told = [m["event"] for _, m in self.told if "event" in m], []
        return found

    def takes(self, event: Any, peer: Peer = PSAP, status: int = 200) -> list[NotifierEffect]:
        answer = {"transactionId": event["transactionId"], "statusCode": status, "statusText": "no"}
        return self.says("eventResponse", answer, peer)


def versions(event: Any) -> list[int]:
    return [document["v"] for document in event["notification"]]


def long_document(rooms: int) -> str:
    """A document of an incident in so many rooms, as the writer makes it."""
    incident = incident_in(
        *(Room(str(number), f"R{number}", "1", "Main") for number in range(rooms))
    )
    return EidoWriter(ISSUER, "Lincoln School", lambda *_: "x" * 1200).write(incident, 1, (), ())
