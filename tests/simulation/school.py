"""A gateway: the production core, built as `gateway.run` and turned as `gateway.loop` does."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.alertpath import AlertPath
from gateway.desk import BROKER, Desk
from gateway.incidents import Incidents
from gateway.notice import Notice
from gateway.outbox import RESTART_GAP, Outbox, Terms
from gateway.register import read_register
from gateway.report import ReportWriter
from gateway.rows import held
from gateway.supervision import Supervision
from gateway.troubles import Troubles
from gateway.work import (
    Abort,
    Announce,
    Follow,
    KeepPast,
    KeepPicture,
    Launch,
    Now,
    Tell,
    Unanswered,
    Way,
    Work,
)
from service.events import Arrived, LinkUp
from tests.simulation.disk import Disk
from tests.simulation.network import Network, ToGateway, ToPolice, ToUnit
from tests.simulation.wall import SITE
from wire.codec import encode
from wire.ids import EndpointName, Seconds
from wire.messages import Progress

REGISTER, _ = read_register(
    "room,name,building,floor,unit,cameras,x,y\n"
    "204,Room 204,Main,2,lincoln-204,,10,20\n"
    "205,Room 205,Main,2,lincoln-205,,30,20\n"
)
A, B = EndpointName("county"), EndpointName("state")
WAYS = {Way(A): A, Way(f"{A}/backup"): A, Way(B): B}
_SITE = {"id": SITE, "name": "Lincoln School", "address": None, "geo": None, "phone": ""}
_WRITER = ReportWriter(_SITE)
STANDBY_AFTER, BACKUP_AFTER = 4.0, 2.0
MakeOutbox = Callable[[Mapping[Way, Terms]], Outbox]


class Gateway:
    """Gateway `number`; 0 is the primary, 1 stands by and hears the primary's news."""

    def __init__(
        self, number: int, network: Network, disk: Disk, outbox: MakeOutbox, now: Now
    ) -> None:
        self.number = number
        self.disk = disk
        self.life = 0
        self.alive = False
        self.news = True
        self._network = network
        self._make_outbox = outbox
        self.start(now)

    def start(self, now: Now) -> None:
        """Start on what the disk holds."""
        self.life += 1
        self.alive = True
        found = held(self.disk.db, [A, B], now.mono)
        for incident in found.incidents:
            incident.version += RESTART_GAP
        self.incidents = incidents = Incidents(SITE, Seconds(7200.0))
        incidents.restore(found.incidents, found.closed)
        outbox = self._make_outbox(self._terms())
        troubles = Troubles(SITE)
        path = AlertPath(SITE, REGISTER, incidents, outbox, troubles)
        path.restored(found.incidents, found.receipts, now)
        supervision = Supervision(REGISTER.by_unit, now.mono)
        self.desk = Desk(SITE, path, outbox, troubles, supervision)
        self.hear(LinkUp(BROKER), now)

    def crash(self) -> None:
        """The power is cut."""
        self.alive = False
        self.disk.crash()

    def arrived(self, letter: ToGateway, now: Now) -> None:
        """A message of a unit, or of the other gateway."""
        if self.alive:
            self.hear(Arrived(letter.link, letter.topic, letter.payload, now.mono, False), now)

    def hear(self, event: Any, now: Now) -> None:
        """One event, and what follows: reports first, then the disk gets its work."""
        self._do(self.desk.hear(event, now), now)
        self.turn(now)

    def turn(self, now: Now) -> None:
        """Reports leave; then what can wait."""
        self._do(list(self.desk.launches(now)), now)
        self._do(self.desk.tick(now), now)
        self._do(list(self.desk.path.announcements(now)), now)

    def commit(self, now: Now) -> None:
        """The disk has its turn."""
        for note in self.disk.commit():
            self.hear(note, now)

    def _do(self, work: list[Any], now: Now) -> None:
        for each in work:
            self._carry_out(each, now)

    def _carry_out(self, work: Work, now: Now) -> None:
        match work:
            case Launch(flight, body, _):
                self._network.send(ToPolice(self.number, self.life, flight, body))
            case Abort(flight):
                self._network.cut(flight, self.number)
                self.hear(Unanswered(flight, "no answer in time"), now)
            case Tell(unit, alert, stage, presses):
                payload = encode(Progress(alert, stage, presses))
                self._network.send(ToUnit(unit, payload))
            case Announce(topic, payload):
                if self.number == 0 and self.news and "/incident/" in topic:
                    self._network.send(ToGateway(1, "other-gateway", topic, payload))
            case Follow() | KeepPicture() | KeepPast() | Notice():
                return  # neither pictures nor alarm centres are simulated
            case _:
                self.disk.keep([work])

    def _terms(self) -> dict[Way, Terms]:
        standby = self.number * STANDBY_AFTER
        return {
            way: Terms(name, "echo", _WRITER, Seconds(standby + BACKUP_AFTER * _stands_in(way)))
            for way, name in WAYS.items()
        }


def _stands_in(way: Way) -> bool:
    return way.endswith("/backup")
