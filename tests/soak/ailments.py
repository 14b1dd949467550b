"""What befalls the school: struck, and over when it is mended."""

import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any, NamedTuple

from service.broker import Broker
from service.events import LinkUp
from service.threaded_link import ThreadedLink
from tests.faults.disk import hanging_disk
from tests.faults.school import GATEWAYS_ADDRESS, School
from tests.faults.slowline import SlowLine
from tests.powercut.syscalls import refused
from tests.waiting import patience, until
from wire.ids import SiteId, UnitId
from wire.topics import heartbeat_topic

Mend = Callable[[], None]
Strike = Callable[[School], Mend]

# Bytes a second of a line as it is, and of one that is slow.
FAST, SLOW = 1e9, 2000.0
_RUBBISH = 1000


class Ailment(NamedTuple):
    """A fault, and how many seconds it lasts.  Two that befall the same `parts` are one at a time;
    one of the units waits until they hold all presses on disk.
    """

    strike: Strike
    lasts: float
    parts: frozenset[str]


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


def hung(name: str) -> Strike:
    """No sync of a process's disk comes to its end."""

    def strike(school: School) -> Mend:
        hangs = ExitStack()
        log = school.folder / f"{name}.strace"
        hangs.enter_context(hanging_disk(school.running[name].pid, log))
        return hangs.close

    return strike


def slow(line: SlowLine) -> Strike:
    """The line to the police carries next to nothing."""

    def strike(_: School) -> Mend:
        line.rate = SLOW
        return lambda: setattr(line, "rate", FAST)

    return strike


def rubbish(number: int) -> Strike:
    """Somebody sends what cannot be read, if there is a broker to send it to."""

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


def ailments(gateways: int, line: SlowLine) -> Mapping[str, Ailment]:
    """Return all that can befall a school of so many gateways, by name."""
    found = {
        "police killed": Ailment(killed("police", School.start_police), 3.0, _of("police")),
        "police frozen": Ailment(frozen("police"), 8.0, _of("police")),
        "line slow": Ailment(slow(line), 8.0, _of("line")),
        "units killed": Ailment(killed("units", School.start_units), 0.0, _of("units")),
    }
    for number in range(gateways):
        found |= _of_gateway(number)
    return found


def _of_gateway(number: int) -> Iterator[tuple[str, Ailment]]:
    gateway, broker, store = f"gateway-{number}", f"broker-{number}", f"store-{number}"

    def launch(school: School) -> None:
        school.launch_gateway(number)

    def start_broker(school: School) -> None:
        school.start_broker(number)

    # What holds or traces a process's disk is over before the process dies.
    yield f"{gateway} killed", Ailment(killed(gateway, launch), 1.0, _of(gateway, store))
    yield f"{gateway} frozen", Ailment(frozen(gateway), 8.0, _of(gateway))
    yield f"{broker} killed", Ailment(killed(broker, start_broker), 1.0, _of(broker))
    yield f"{broker} frozen", Ailment(frozen(broker), 8.0, _of(broker))
    yield f"{store} locked", Ailment(locked(number), 5.0, _of(store))
    yield f"{broker} hears rubbish", Ailment(rubbish(number), 1.0, _of(broker))
    if not refused():
        yield f"{gateway} on a hung disk", Ailment(hung(gateway), 8.0, _of(gateway, store))


def _of(*parts: str) -> frozenset[str]:
    return frozenset(parts)
