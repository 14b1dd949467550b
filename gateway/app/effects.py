"""Carries out the effects that the core returns, in their order.

Reports leave at once.  What the disk, the units and the school's listeners get is gathered here
until the loop has time for it.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from gateway.app.ports import Ports
from gateway.cameras.events import Why
from gateway.core.effects import (
    Announce,
    CancelReport,
    Effect,
    KeepDocuments,
    KeepMoments,
    ReceiverNotification,
    RequestFrames,
    Save,
    SavePastFrames,
    SavePicture,
    SaveTrouble,
    SendProgress,
    SendReport,
)
from wire.codec import encode
from wire.ids import CameraId, SiteId
from wire.messages import Progress
from wire.topics import is_incident, progress_topic, standby_topic

log = logging.getLogger(__name__)

# Units are told in a pause; if none comes, some of them all the same.
_MOST_PENDING: Final = 2000
_LEAST_SENT: Final = 64

IsIdle = Callable[[], bool]


class EffectRunner:
    """Acts through `ports`; owned by the loop."""

    def __init__(self, site: SiteId, ports: Ports) -> None:
        self._site = site
        self._ports = ports
        self._unsaved: list[Save] = []
        self._pending_progress: deque[SendProgress] = deque()
        self._pending_announcements: deque[Announce] = deque()

    @property
    def has_pending(self) -> bool:
        """True if the disk, a unit or a listener is still to get something."""
        return bool(self._unsaved or self._pending_progress or self._pending_announcements)

    @property
    def is_behind(self) -> bool:
        """True if so many units wait for their progress that it cannot wait for a pause."""
        return len(self._pending_progress) > _MOST_PENDING

    def run(self, effects: Iterable[Effect]) -> None:
        """Carry out these effects, or gather them for their turn."""
        for effect in effects:
            self._run(effect)

    def save(self) -> None:
        """Hand the disk all that it is to commit."""
        if self._unsaved:
            self._ports.store.keep(self._unsaved)
            self._unsaved = []

    def send_progress(self, is_idle: IsIdle) -> None:
        """Tell units how far their alerts got, some at least, and all while nothing is urgent."""
        sent = 0
        while self._pending_progress and (sent < _LEAST_SENT or is_idle()):
            unit, alert, stage, answer, presses, mode = self._pending_progress.popleft()
            payload = encode(Progress(alert, stage, presses, answer, mode))
            self._ports.link.publish_qos0(progress_topic(self._site, unit), payload)
            sent += 1

    def announce(self, is_idle: IsIdle) -> None:
        """Publish for listeners and the other gateway, some at least, and all in a pause."""
        sent = 0
        while self._pending_announcements and (sent < _LEAST_SENT or is_idle()):
            topic, payload, lasts = self._pending_announcements.popleft()
            if lasts is None:
                self._ports.link.publish_qos0(topic, payload)
            else:
                self._ports.link.publish_retained(topic, payload, lasts)
            if self._ports.first and is_incident(topic):
                self._ports.first.publish_qos0(standby_topic(self._site), payload)
            sent += 1

    def _run(self, effect: Effect) -> None:
        match effect:
            case SendReport():
                self._ports.senders[effect.flight.channel].launch(effect)
            case CancelReport(flight):
                self._ports.senders[flight.channel].abort(flight)
            case SendProgress():
                self._pending_progress.append(effect)
            case Announce():
                self._pending_announcements.append(effect)
            case RequestFrames(cameras):
                self._lease(cameras)
            case SavePicture() | SavePastFrames() | KeepDocuments() | KeepMoments():
                self._keep_aside(effect)
            case ReceiverNotification():
                self._notify(effect)
            case _:
                self._unsaved.append(effect)
                _log_trouble(effect)

    def _keep_aside(
        self, effect: SavePicture | SavePastFrames | KeepDocuments | KeepMoments
    ) -> None:
        """What no alert waits for has disks of its own."""
        if isinstance(effect, KeepDocuments | KeepMoments):
            self._ports.evidence.add(effect)
        else:
            self._ports.album.add(effect)

    def _lease(self, cameras: tuple[CameraId, ...]) -> None:
        for camera in cameras:
            self._ports.leases.renew(camera, Why.INCIDENT)

    def _notify(self, notification: ReceiverNotification) -> None:
        for centre in self._ports.centres:
            centre.note(notification)


def _log_trouble(saved: Save) -> None:
    if not isinstance(saved, SaveTrouble):
        return
    if saved.ended is None:
        log.warning("trouble %s: %s", saved.name, saved.detail)
    else:
        log.info("trouble %s is over", saved.name)
