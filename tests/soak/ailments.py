"""What befalls the school, one thing at a time: struck, and over when it is mended."""

import signal
import sqlite3
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import Any, NamedTuple

from service.broker import Broker
from service.events import LinkUp
from service.threaded_link import ThreadedLink
from tests.faults.school import GATEWAYS_ADDRESS, School
from tests.waiting import patience, until
from wire.ids import SiteId, UnitId
from wire.topics import heartbeat_topic

Mend = Callable[[], None]
Strike = Callable[[School], Mend]

_RUBBISH = 1000


class Ailment(NamedTuple):
    """A fault, and how many seconds it lasts; one of the `wall` strikes the units themselves."""

    strike: Strike
    lasts: float
    wall: bool = False


def killed(name: str, start: Callable[[School], None]) -> Strike:
    """The process dies at once; mended, it starts again as a supervisor would have it."""

    def strike(school: School) -> Mend:
        school.signal(name, signal.SIGKILL)
        return lambda: start(school)

    return strike


def frozen(name: str) -> Strike:
    """The process stands still, with all its connections."""

    def strike(school: School) -> Mend:
        school.signal(name, signal.SIGSTOP)
        return lambda: school.signal(name, signal.SIGCONT)

    return strike


def locked(number: int) -> Strike:
    """Another process holds the store of a gateway."""

    def strike(school: School) -> Mend:
        db = sqlite3.connect(school.store(number), isolation_level=None, timeout=10)
        db.execute("BEGIN EXCLUSIVE")
        return db.close

    return strike


def rubbish(number: int) -> Strike:
    """Somebody sends what cannot be read."""

    def strike(school: School) -> Mend:
        events: SimpleQueue[Any] = SimpleQueue()
        broker = Broker(url=f"mqtt://{GATEWAYS_ADDRESS}:{school.ports[number]}")
        link = ThreadedLink("rubbish", broker, "rubbish", [], events.put)
        link.start()
        until(lambda: isinstance(events.get(timeout=patience(5)), LinkUp))
        topic = heartbeat_topic(SiteId("lincoln"), UnitId("lincoln-999"))
        for each in range(_RUBBISH):
            link.publish(topic, bytes([each % 256]) * (each % 200))
        return link.stop

    return strike


AILMENTS: Mapping[str, Ailment] = {
    "gateway killed": Ailment(killed("gateway-0", School.start_gateway), 1.0),
    "standby killed": Ailment(killed("gateway-1", lambda school: school.start_gateway(1)), 1.0),
    "gateway frozen": Ailment(frozen("gateway-0"), 8.0),
    "standby frozen": Ailment(frozen("gateway-1"), 8.0),
    "broker killed": Ailment(killed("broker-0", School.start_broker), 1.0),
    "second broker killed": Ailment(killed("broker-1", lambda school: school.start_broker(1)), 1.0),
    "broker frozen": Ailment(frozen("broker-0"), 8.0),
    "police killed": Ailment(killed("police", School.start_police), 3.0),
    "police frozen": Ailment(frozen("police"), 8.0),
    "units killed": Ailment(killed("units", School.start_units), 0.0, wall=True),
    "store locked": Ailment(locked(0), 5.0),
    "rubbish": Ailment(rubbish(0), 1.0),
}
