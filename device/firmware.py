"""Builds the parts of the wall unit, runs the loop, and stops them in reverse order."""

from __future__ import annotations

import logging
import queue
import uuid
import zlib
from collections.abc import Mapping
from typing import Any, Final

from device import clock
from device.gpio import GpioPanel
from device.health import Health
from device.journal import Journal
from device.loop import Loop
from device.ports import Gateway, Topics
from device.sensors import Sensors
from device.settings import DeviceSettings
from device.unit import Unit
from service.events import LinkDown, Stop
from service.notify import Watchdog, notify
from service.sealed import SigningLink, seals_by, signer_with
from service.threaded_link import ThreadedLink
from wire.ids import BootId, Monotonic, RoomId, Seconds, SiteId, UnitId
from wire.topics import alert_topic, heartbeat_topic, progress_topic

log = logging.getLogger(__name__)

# A network thread that keeps dying cannot be repaired here: a new process may do better.
_MOST_REVIVALS: Final = 3


class Firmware:
    """One wall unit on the pins of `factory`, a gpiozero factory.

    Raises gpiozero's errors for pins that cannot be had, OSError for certificates that cannot be
    used.  Edges count from here on, everything else from `run` on.
    """

    def __init__(self, settings: DeviceSettings, factory: Any) -> None:
        site, unit = SiteId(settings.site), UnitId(settings.unit)
        room, boot = RoomId(settings.room), BootId(str(uuid.uuid4()))
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        put = self._inbox.put
        self._links = _links(settings, put)
        self._journal = Journal(settings.journal.path, clock.machine_boot(), put)
        self._sensors = Sensors(put)
        self._panel = GpioPanel(settings, factory, clock.monotonic, put)
        self._revivals = 0
        # The journal proves nothing here: to be restarted for a dead disk would lose the alert
        # that this disk did not take.  The loop proves itself by feeding the watchdog.
        self._watchdog = Watchdog({"links": self._links_live})
        self._loop = Loop(
            inbox=self._inbox,
            panel=self._panel,
            journal=self._journal,
            gateways=_sealed(settings, self._links),
            seals={
                name: seals_by(gateway.gateway_cert)
                for name, gateway in zip(self._links, settings.gateway, strict=True)
            },
            topics=Topics(
                alert_topic(site, unit), heartbeat_topic(site, unit), progress_topic(site, unit)
            ),
            clock=clock,
            unit=Unit(unit, room, boot, _spread(unit)),
            health=Health(unit, room, boot, self._links, clock.monotonic()),
            hold=Seconds(settings.button.hold_seconds),
            silent=settings.silent,
            prove=self._prove,
        )

    def run(self) -> None:
        """Run the wall unit until `stop`, or raise ButtonLostError."""
        self._journal.start()
        for link in self._links.values():
            link.start()
        self._sensors.start()
        notify("READY=1")
        log.info("ready")
        try:
            self._loop.run()
            self._panel.close()
        finally:
            notify("STOPPING=1")
            for link in self._links.values():
                link.stop()
            self._journal.stop()

    def stop(self) -> None:
        """End `run` within 2 s; from any thread, or a signal handler."""
        self._inbox.put(Stop())

    def renewed(self) -> None:
        """Use a new certificate from the next connection on; from any thread, raises OSError."""
        for link in self._links.values():
            link.renewed()

    def _prove(self, now: Monotonic) -> None:
        """The loop turns and the button was read: feed the watchdog, if the rest is well, too."""
        for part in self._watchdog.tick(now):
            log.error("no progress in %s: the watchdog will restart the unit", part)

    def _links_live(self, _now: Monotonic) -> bool:
        for name, link in self._links.items():
            if not link.alive():
                self._revivals += 1
                log.error("%s: the network thread died and is started again", name)
                self._inbox.put(LinkDown(name, "the network thread died"))
                link.revive()
        return self._revivals <= _MOST_REVIVALS


def _links(settings: DeviceSettings, put: Any) -> Mapping[str, ThreadedLink]:
    """A link to each gateway; its client id is its own even if two lead to one broker."""
    site, unit = SiteId(settings.site), UnitId(settings.unit)
    topics = [progress_topic(site, unit)]
    return {
        f"gateway-{n}": ThreadedLink(
            f"gateway-{n}", broker, unit if n == 1 else f"{unit}.{n}", topics, put
        )
        for n, broker in enumerate(settings.gateway, start=1)
    }


def _sealed(settings: DeviceSettings, links: Mapping[str, ThreadedLink]) -> Mapping[str, Gateway]:
    """The links, each sealing with the key that its gateway knows this unit by, if there is one."""
    keys = [gateway.key for gateway in settings.gateway]
    signers = {key: signer_with(key) for key in set(keys) if key}
    return {
        name: SigningLink(link, signers[key]) if key else link
        for (name, link), key in zip(links.items(), keys, strict=True)
    }


def _spread(unit: UnitId) -> float:
    """A number from -1 to 1 of the unit's own, so that no two repeat in step."""
    return zlib.crc32(unit.encode()) / 2**31 - 1
