"""A gateway: the production core on the production loop, built as `gateway.app.gateway` does."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from gateway.app.effects import EffectRunner
from gateway.app.inbox import Inbox
from gateway.app.loop import Loop
from gateway.app.ports import Ports
from gateway.config.register import parse_register
from gateway.core.delivery.channel import Channel
from gateway.core.delivery.outbox import Outbox
from gateway.core.dispatcher import BROKER, Dispatcher
from gateway.core.events import OperatorActed
from gateway.core.formats.report import ReportWriter
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.incidents.registry import Incidents
from gateway.core.supervision.troubles import Troubles
from gateway.core.values import ChannelId, Now
from gateway.store.receipts import Delivery
from gateway.store.saved_state import SavedState, held
from service.events import LinkDown, LinkUp
from tests.simulation.disk import Disk
from tests.simulation.network import Network
from tests.simulation.ports import Blind, Post, ReportSender
from tests.simulation.wall import SITE
from wire.gateway_troubles import DATABASE
from wire.ids import AlertId, EndpointName, IncidentId, Seconds
from wire.stage import Stage
from wire.trouble import TroubleName

REGISTER, _ = parse_register(
    "room,name,building,floor,unit,cameras,x,y\n"
    "204,Room 204,Main,2,lincoln-204,hall-2,10,20\n"
    "205,Room 205,Main,2,lincoln-205,,30,20\n"
)
A, B = EndpointName("county"), EndpointName("state")
CHANNELS = {ChannelId(A): A, ChannelId(f"{A}/backup"): A, ChannelId(B): B}
JOIN = Seconds(7200.0)
STANDBY_AFTER, BACKUP_AFTER = 4.0, 2.0
_SITE = {"id": SITE, "name": "Lincoln School", "address": None, "geo": None, "phone": ""}
_WRITER = ReportWriter(_SITE)
MakeOutbox = Callable[[Mapping[ChannelId, Channel]], Outbox]
MakeSender = Callable[[int, int, Network, Callable[[object], None]], ReportSender]


class Turns(Loop):
    """The loop, one turn at a time."""

    def turn(self, events: list[Any]) -> None:
        self._turn(events)


class Gateway:
    """Gateway `number`; 0 is the primary, 1 stands by and hears the primary's news."""

    def __init__(
        self,
        number: int,
        network: Network,
        disk: Disk,
        outbox: MakeOutbox,
        sender: MakeSender,
        clock: Callable[[], Now],
    ) -> None:
        self.number = number
        self.disk = disk
        self.life = 0
        self.alive = False
        self.overheard = True
        self._network = network
        self._make_outbox = outbox
        self._make_sender = sender
        self._clock = clock
        self.start()

    def start(self) -> None:
        """Start on what the disk holds."""
        self.life += 1
        self.alive = True
        now = self._clock()
        found = self._found(now)
        for incident in found.incidents:
            incident.resume(now)
        self.incidents = Incidents(SITE, JOIN)
        self.incidents.restore(found.incidents, found.closed, found.ended)
        self.troubles = Troubles(SITE)
        outbox = self._make_outbox(self._terms())
        dispatcher = Dispatcher(SITE, REGISTER, self.incidents, outbox, self.troubles, now)
        dispatcher.restored(found.incidents, found.receipts, now)
        self._inbox = Inbox()
        ports = self._ports()
        effects = EffectRunner(SITE, ports)
        self._loop = Turns(
            dispatcher,
            effects,
            ports.frames,
            self._inbox,
            self._clock,
            lambda: None,
            self._conditions,
            lambda _: None,
        )
        self.broker(up=True)
        self._look_for_actions()

    def crash(self) -> None:
        """The power is cut."""
        self.alive = False
        self.disk.crash()

    def breaks(self) -> None:
        """The power is cut, and the database will be found broken."""
        self.crash()
        self.disk = type(self.disk)()

    def broker(self, up: bool) -> None:
        """Its broker goes or comes."""
        self._is_linked = up
        self.hear(LinkUp(BROKER) if up else LinkDown(BROKER, "it was restarted"))

    def ask(self, deed: OperatorActed) -> None:
        """A person asks for something, which a start gives again until it is done."""
        if self.alive:
            self.disk.ask(deed)
            self._look_for_actions()

    def hear(self, event: Any) -> None:
        """Something lies in the inbox."""
        if self.alive:
            self._inbox.put(event)

    def turn(self) -> None:
        """Take what lies there."""
        if self.alive:
            self._loop.turn(self._taken())

    def pause(self) -> None:
        """A turn in which nothing lies there: what can wait is done."""
        if self.alive:
            self._loop.turn([])

    def commit(self) -> None:
        """The disk has its turn."""
        if self.alive:
            for note in self.disk.commit():
                self.hear(note)

    def status(self) -> dict[IncidentId, Delivery]:
        """Who has each incident, as `tocsin-gateway status` tells it, alive or not."""
        return self.disk.status([A, B])

    def risen(self) -> set[AlertId]:
        """What is open again although a person closed it, by the disk's own word."""
        closed = {name: n for name, (n, at) in self.disk.alerts.items() if at is Stage.CLOSED}
        return {
            name
            for name, presses in closed.items()
            if (incident := self.incidents.of_alert(name))
            and incident.alerts[name].stage < Stage.CLOSED
            and incident.alerts[name].presses <= presses
        }

    def _conditions(self) -> dict[TroubleName, str]:
        """What its link and its disk say of themselves."""
        stands = {BROKER: self._is_linked, DATABASE.name(): not self.disk.is_failing}
        return {TroubleName(name): "it fails" for name, is_good in stands.items() if not is_good}

    def _found(self, now: Now) -> SavedState:
        return held(self.disk.db, [A, B], now.mono)

    def _look_for_actions(self) -> None:
        for deed in self.disk.asked():
            self.hear(deed)

    def _taken(self) -> list[Any]:
        return self._inbox.take(0.0, sys.maxsize)

    def _ports(self) -> Ports:
        post = Post(self.number, self._network, lambda: self.overheard)
        sender = self._make_sender(self.number, self.life, self._network, self.hear)
        blind = Blind()
        first = post if self.number else None
        senders = dict.fromkeys(CHANNELS, sender)
        return Ports(post, self.disk, senders, blind, blind, blind, blind, first=first)

    def _terms(self) -> dict[ChannelId, Channel]:
        standby = self.number * STANDBY_AFTER
        return {
            channel: Channel(
                name, judge_receipt, _WRITER, Seconds(standby + BACKUP_AFTER * _stands_in(channel))
            )
            for channel, name in CHANNELS.items()
        }


def _stands_in(channel: ChannelId) -> bool:
    return channel.endswith("/backup")
