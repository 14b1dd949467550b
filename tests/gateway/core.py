"""The gateway's whole core, built as `run` builds it but without a single adapter."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.alertpath import AlertPath
from gateway.desk import Desk
from gateway.incidents import Incidents
from gateway.outbox import Outbox, Terms
from gateway.register import read_register
from gateway.report import ReportWriter
from gateway.seals import NO_KEYRING, Keyring
from gateway.supervision import Supervision
from gateway.troubles import Troubles
from gateway.work import Answered, KeepAlert, Kept, Launch, Now, Tell, Way, Work
from service.events import Arrived
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
from wire.seal import UNSEALED, Seals
from wire.stage import Stage
from wire.topics import alert_topic

SITE = SiteId("lincoln")
POLICE = EndpointName("county-911")
EPOCH = 1_790_000_000.0
REGISTER, _ = read_register(
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
        ways: Mapping[Way, Terms] | None = None,
        keyring: Keyring = NO_KEYRING,
        other_gateway: Seals = UNSEALED,
    ) -> None:
        self.troubles = Troubles(SITE)
        self.incidents = Incidents(SITE, Seconds(join))
        each = {Way(name): Terms(name, "echo", WRITER) for name in endpoints}
        self.outbox = Outbox(ways or each)
        self.path = AlertPath(SITE, REGISTER, self.incidents, self.outbox, self.troubles, keyring)
        supervision = Supervision(REGISTER.by_unit, at(0).mono)
        self.desk = Desk(
            SITE, self.path, self.outbox, self.troubles, supervision, keyring, other_gateway
        )

    def hear(self, message: Alert | bytes, now: Now, unit: str | None = None) -> list[Work]:
        """A message comes on its unit's alert topic."""
        payload = message if isinstance(message, bytes) else encode(message)
        name = UnitId(unit or (message.unit if isinstance(message, Alert) else "lincoln-204"))
        event = Arrived("broker", alert_topic(SITE, name), payload, now.mono, retained=False)
        return self.desk.hear(event, now)

    def launches(self, now: Now) -> list[Launch]:
        """The reports that leave now."""
        return [work for work in self.desk.launches(now) if isinstance(work, Launch)]

    def report(self, now: Now) -> Any:
        """The one report that leaves now, as a document."""
        (launch,) = self.launches(now)
        return json.loads(launch.body)

    def keep(self, work: list[Work], now: Now) -> list[Work]:
        """The disk takes the alerts among `work`."""
        kept = [(w.id, w.unit, Stage.RECEIVED, w.presses) for w in work if isinstance(w, KeepAlert)]
        return self.desk.hear(Kept(tuple(kept)), now)

    def receipt(self, launch: Launch, now: Now, alerts: list[str] | None = None) -> list[Work]:
        """The endpoint takes a report and names its alerts, or `alerts`."""
        named = [each["id"] for each in json.loads(launch.body)["alerts"]]
        body = json.dumps({"receipt": "r-1", "alerts": named if alerts is None else alerts})
        return self.desk.hear(Answered(launch.flight, 200, body.encode(), None), now)


def told(work: list[Work]) -> list[Stage]:
    """The stages that units are told in `work`."""
    return [each.stage for each in work if isinstance(each, Tell)]
