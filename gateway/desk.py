"""What the gateway makes of each event: whom it concerns, and the work that follows.  Pure."""

import logging
from collections import Counter
from typing import Any, Final

from gateway.alertpath import AlertPath
from gateway.notice import Notice
from gateway.notices import UNIT_LOST, Notices, manual_test
from gateway.outbox import Outbox
from gateway.register import Register
from gateway.seals import NO_KEYRING, Keyring, doubt_of
from gateway.supervision import Supervision
from gateway.troubles import Troubles
from gateway.work import (
    Abort,
    ActionTaken,
    Answered,
    Condition,
    KeepIncident,
    Kept,
    Launch,
    Now,
    StoreFailed,
    StoreWell,
    Taken,
    Unanswered,
    Work,
)
from service.events import Arrived, CallbackFailed, LinkDown, LinkUp, Unheard
from wire.clean import clean
from wire.codec import decode
from wire.errors import WireError
from wire.ids import EndpointName, Monotonic, SiteId, UnitId
from wire.messages import Heartbeat, News
from wire.seal import UNSEALED, Seals
from wire.topics import read_up

log = logging.getLogger(__name__)

# The links by their names, which are also those of the troubles when one is down.
BROKER: Final = "broker"
OTHER_GATEWAY: Final = "other-gateway"
_MOST_NAMED: Final = 20
# The trouble of a revoked unit that is still heard; over once it has been silent for so long.
REVOKED: Final = "revoked-unit"
_REVOKED_SILENT: Final = 60.0


class Desk:
    """The whole core of the gateway behind one question: what now?"""

    def __init__(
        self,
        site: SiteId,
        path: AlertPath,
        outbox: Outbox,
        troubles: Troubles,
        supervision: Supervision,
        keyring: Keyring = NO_KEYRING,
        other_gateway: Seals = UNSEALED,
    ) -> None:
        self.path = path
        self.unread: Counter[str] = Counter()
        self._site = site
        self._revoked_at = Monotonic(0.0)
        self._outbox = outbox
        self._troubles = troubles
        self._notices = Notices()
        self._supervision = supervision
        self._keyring = keyring
        self._other_gateway = other_gateway

    def hear(self, event: Any, now: Now) -> list[Work]:
        """Return the work that follows from one event of the inbox."""
        match event:
            case Arrived():
                return self._arrived(event, now)
            case Kept():
                return self.path.kept(event, now)
            case Answered() | Taken():
                return self.path.answered(event, now)
            case Unanswered():
                return self.path.unanswered(event, now)
            case ActionTaken():
                return self._acted(event, now)
            case StoreFailed(reason):
                return self.path.store_failed(reason, now)
            case StoreWell():
                return self.path.store_works(now)
            case _:
                return self._about_a_part(event, now)

    def launches(self, now: Now) -> list[Launch | Abort | KeepIncident]:
        """Return the reports that leave now."""
        return self._outbox.launches(now)

    def tick(self, now: Now) -> list[Work]:
        """Return the work that time alone brings."""
        work = [*self.path.tick(now), *self.path.pictures.tick(now)]
        if now.mono - self._revoked_at > _REVOKED_SILENT:
            work += self._troubles.end(REVOKED, now.wall)
        lost = self._supervision.lost(now.mono)
        if lost is not None:
            work += self._units("units-lost", "not heard of", lost, now)
            work += self._units("units-in-trouble", "troubled", self._supervision.troubled(), now)
            work += self._news_for_centres(lost, now)
        return work

    def next_due(self) -> Monotonic:
        """When there may be work without an event."""
        return min(self._outbox.next_due(), self.path.pictures.next_due())

    def take_register(self, register: Register, now: Now) -> None:
        """Use another register from now on."""
        self.path.register = register
        self._supervision.expect(register.by_unit, now.mono)

    def misconfigured(self, reason: str, now: Now) -> list[Work]:
        """New settings were refused; the last good ones stay in force."""
        return self._troubles.start("settings", reason, now.wall)

    def configured(self, now: Now) -> list[Work]:
        """The settings in force are those in the files."""
        return self._troubles.end("settings", now.wall)

    def _arrived(self, event: Arrived, now: Now) -> list[Work]:
        if event.retained:
            self._count_unread("a retained message", "planted there", event.topic)
            return []
        if event.link == OTHER_GATEWAY:
            return self._news(event, now)
        try:
            unit, kind = read_up(self._site, event.topic)
        except WireError as error:
            self._count_unread("a topic", str(error), event.topic)
            return []
        if unit in self.path.register.revoked:
            return self._revoked_speaks(unit, now)
        if kind == "alert":
            return self.path.arrived(unit, event, now)
        return self._beat(unit, event, now)

    def _revoked_speaks(self, unit: UnitId, now: Now) -> list[Work]:
        """Not taken in: whoever has that unit's key may be anybody."""
        self._revoked_at = now.mono
        words = f"{unit} is revoked, and somebody speaks by its key"
        return self._troubles.start(REVOKED, words, now.wall)

    def _beat(self, unit: UnitId, event: Arrived, now: Now) -> list[Work]:
        try:
            message = decode(event.payload)
        except WireError as error:
            self._count_unread("a heartbeat", str(error), event.topic)
            return []
        if not isinstance(message, Heartbeat) or message.unit != unit:
            self._count_unread("a heartbeat", "not of the unit whose topic it came on", event.topic)
            return []
        trouble = f"seal-{unit}"
        if doubt := doubt_of(self._keyring, unit, event):
            self._count_unread("a heartbeat", doubt, event.topic)
            known = unit in self.path.register.by_unit
            words = f"a heartbeat of {unit} is not believed: {doubt}"
            return self._troubles.start(trouble, words, now.wall) if known else []
        self._supervision.beat(message, now.mono)
        return [*self._troubles.end(trouble, now.wall), *self.path.remind(unit, message.open)]

    def _news(self, event: Arrived, now: Now) -> list[Work]:
        try:
            news = decode(event.payload)
        except WireError as error:
            self._count_unread("news of the other gateway", str(error), event.topic)
            return []
        if not isinstance(news, News):
            return []
        if not self._other_gateway.fits(event.topic, event.payload, event.seal):
            self._count_unread("news of the other gateway", "without its seal", event.topic)
            return []
        if news.what == "pressed":
            self.path.named_elsewhere(news)
        if news.what == "delivered":
            return self.path.delivered_elsewhere(EndpointName(news.by), news.alerts, now)
        if news.what in ("confirmed", "closed") and news.by and news.alerts:
            return self.path.answering.acted_elsewhere(news, now)
        return []

    def _about_a_part(self, event: Any, now: Now) -> list[Work]:
        wall = now.wall
        match event:
            case Condition(name, None):
                return self._troubles.end(name, wall)
            case Condition(name, str(detail)):
                return self._troubles.start(name, detail, wall)
            case LinkUp(link):
                log.info("%s is there", link)
                work = self._troubles.end(link, wall)
                told = (*self.path.link_up(), *self._troubles.again()) if link == BROKER else ()
                return [*work, *told]
            case LinkDown(link, reason):
                return self._troubles.start(link, reason, wall)
            case CallbackFailed(where, error):
                return self._troubles.start("fault-in-program", f"{where}: {error}", wall)
            case Unheard():
                return []  # a unit that is away has nobody to hear its progress
        raise TypeError(f"nobody is here for {type(event).__name__}")

    def _news_for_centres(self, lost: list[UnitId], now: Now) -> list[Notice]:
        troubles = self._supervision.own_troubles
        own = [(unit, each) for unit in self._supervision.troubled() for each in troubles(unit)]
        units = [*((unit, UNIT_LOST) for unit in lost), *own]
        rooms = self.path.register.by_unit
        return self._notices.look(self._troubles.standing, units, rooms, now.wall)

    def _acted(self, taken: ActionTaken, now: Now) -> list[Work]:
        work = self.path.answering.acted(taken, now)
        if taken.what == "try-lines":
            work.append(manual_test(taken.by, now.wall))
        return work

    def _units(self, name: str, words: str, units: list[UnitId], now: Now) -> list[Work]:
        if not units:
            return self._troubles.end(name, now.wall)
        named = ", ".join(
            " ".join((unit, *self._supervision.own_troubles(unit))) for unit in units[:_MOST_NAMED]
        )
        return self._troubles.start(name, f"{len(units)} units {words}: {named}", now.wall)

    def _count_unread(self, what: str, why: str, topic: str) -> None:
        """Say so once of each kind: whoever sends rubbish must fill neither log nor memory."""
        self.unread[what] += 1
        if self.unread[what] == 1:
            words = "unreadable, and from now on only counted: %s: %s (%s)"
            log.warning(words, what, clean(why), clean(topic))
