"""The gateway's whole core, built as `run` builds it but without a single adapter."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.config.register import parse_register
from gateway.core.delivery.channel import Channel
from gateway.core.delivery.outbox import Outbox
from gateway.core.dispatcher import Dispatcher
from gateway.core.effects import Effect, SaveAlert, SendProgress, SendReport
from gateway.core.events import Committed, ResponseReceived, StoredState
from gateway.core.formats.report import ReportWriter
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.incidents.authenticity import NO_KEYRING, Keyring
from gateway.core.incidents.registry import Incidents
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import ChannelId, Now
from service.events import MessageReceived
from wire.codec import encode
from wire.ids import (
    AlertId,
    BootId,
    EndpointName,
    Monotonic,
    RoomId,
    Seconds,
    SiteId,
    UnitId,
    Wall,
)
from wire.messages import Alert
from wire.seal import UNSEALED, Verifier
from wire.stage import Answer, Stage
from wire.topics import alert_topic

SITE = SiteId("lincoln")
POLICE = EndpointName("county-911")
EPOCH = 1_790_000_000.0
REGISTER, _ = parse_register(
    "room,name,building,floor,unit,cameras,x,y\n"
    "204,Room 204,Main,2,lincoln-204,hall-2,10,20\n"
    "205,Room 205,Main,2,lincoln-205,,30,20\n"
)

WRITER = ReportWriter(
    {"id": SITE, "name": "Lincoln School", "address": None, "geo": None, "phone": ""}
)


def at(seconds: float) -> Now:
    """`seconds` after the test began, by both clocks."""
    return Now(Monotonic(1000.0 + seconds), Wall(EPOCH + seconds))


def alert(wall: str = "204", presses: int = 1, name: str | None = None, **more: Any) -> Alert:
    """A press of the button in room `wall`, as its unit tells it 10 ms after the first edge."""
    fields: dict[str, Any] = {
        "alert": AlertId(name or str(uuid.uuid4())),
        "unit": UnitId(f"lincoln-{wall}"),
        "room": RoomId(wall),
        "kind": "panic",
        "boot": BootId(str(uuid.uuid4())),
        "seq": 1,
        "age": Seconds(0.01),
        "pressed_at": None,
        "presses": presses,
    }
    return Alert(**{**fields, **more})


class Core:
    """A gateway's core with one question for each thing that can happen to it."""

    def __init__(
        self,
        endpoints: Sequence[EndpointName] = (POLICE,),
        join: float = 7200.0,
        channels: Mapping[ChannelId, Channel] | None = None,
        keyring: Keyring = NO_KEYRING,
        other_gateway: Verifier = UNSEALED,
    ) -> None:
        self.troubles = Troubles(SITE)
        self.incidents = Incidents(SITE, Seconds(join))
        each = {ChannelId(name): Channel(name, judge_receipt, WRITER) for name in endpoints}
        self.outbox = Outbox(channels or each)
        self.dispatcher = Dispatcher(
            SITE,
            REGISTER,
            self.incidents,
            self.outbox,
            self.troubles,
            at(0),
            keyring,
            other_gateway,
        )

    def hear(self, message: Alert | bytes, now: Now, unit: str | None = None) -> list[Effect]:
        """A message comes on its unit's alert topic."""
        payload = message if isinstance(message, bytes) else encode(message)
        name = UnitId(unit or (message.unit if isinstance(message, Alert) else "lincoln-204"))
        event = MessageReceived(
            "broker", alert_topic(SITE, name), payload, now.mono, retained=False
        )
        return self.dispatcher.handle(event, now)

    def tick(self, now: Now) -> list[Effect]:
        """Time passes, as the loop lets it."""
        return [effect for part in self.dispatcher.pending for effect in part(now)]

    def launches(self, now: Now) -> list[SendReport]:
        """The reports that leave now."""
        return [work for work in self.dispatcher.reports(now) if isinstance(work, SendReport)]

    def report(self, now: Now) -> Any:
        """The one report that leaves now, as a document."""
        (launch,) = self.launches(now)
        return json.loads(launch.body)

    def keep(self, work: list[Effect], now: Now) -> list[Effect]:
        """The disk takes the alerts among `work`."""
        kept = [
            StoredState(w.id, w.unit, Stage.RECEIVED, Answer.NONE, w.presses)
            for w in work
            if isinstance(w, SaveAlert)
        ]
        return self.dispatcher.handle(Committed(tuple(kept)), now)

    def receipt(
        self, launch: SendReport, now: Now, alerts: list[str] | None = None
    ) -> list[Effect]:
        """The endpoint takes a report and names its alerts, or `alerts`."""
        named = [each["id"] for each in json.loads(launch.body)["alerts"]]
        body = json.dumps({"receipt": "r-1", "alerts": named if alerts is None else alerts})
        return self.dispatcher.handle(ResponseReceived(launch.flight, 200, body.encode()), now)

    def delivered(self, message: Alert, now: Now) -> SendReport:
        """A press that the disk has and that the endpoint has taken, in the report returned."""
        self.keep(self.hear(message, now), now)
        (launch,) = self.launches(now)
        self.receipt(launch, now)
        return launch


def told(work: list[Effect]) -> list[Stage]:
    """The stages that units are told in `work`."""
    return [each.stage for each in work if isinstance(each, SendProgress)]


def answers_told(work: list[Effect]) -> list[tuple[Stage, Answer]]:
    """The stages that units are told in `work`, each with who has answered."""
    return [(each.stage, each.answer) for each in work if isinstance(each, SendProgress)]
