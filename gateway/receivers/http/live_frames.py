"""Live frames of an open incident, over connections that we open: the school opens no port.

A thread asks the receiver which cameras its people look at (long poll), others send the newest
frame of those.  Never on the alert path: it has connections of its own, does not write to the
resolver, and sends nothing while a report to this receiver is under way.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

from gateway.core.pictures.live import LiveSchedule
from gateway.core.values import Frame, Now
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.failures import Failures
from gateway.receivers.http.looks import LookPoller
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.signed import signed_request
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.reloading import CredentialsError
from gateway.receivers.resolver import ReadOnlyResolver, Resolver
from service.guard import guarded
from service.watched_thread import WatchedThread, must_end_within
from wire.clean import clean
from wire.errors import WireError
from wire.ids import CameraId, EndpointName, IncidentId, Monotonic, Seconds, Wall
from wire.live_frame import LiveFrame, write_frame
from wire.looks import Look

log = logging.getLogger(__name__)

# Two cameras at five a second, where a round trip takes no longer than most do.
_THREADS: Final = 2
_DEADLINE: Final = Seconds(8.0)
_HANGS_AFTER: Final = Seconds(60.0)
_PAUSE: Final = 0.05
_RENEW: Final = Seconds(1.0)
_ACCEPTED: Final = range(200, 300)
_NOBODY_LOOKS: Final = 410


class LivePictures(Protocol):
    """What may be shown of an incident, and the pictures of that; none of it waits for a camera."""

    def newest(self, camera: CameraId) -> Frame | None:
        """Return the camera's newest frame; None if there is none."""

    def may_see(self, endpoint: EndpointName, incident: IncidentId, camera: CameraId) -> bool:
        """True if the incident is open, the endpoint has been told, and the camera is of it."""

    def need(self, camera: CameraId) -> None:
        """Ask the camera more often for the next seconds."""


class LiveFrames:
    """Serves the endpoint at `url`; `is_busy` is true while a report to it is under way."""

    def __init__(
        self,
        endpoint: EndpointName,
        url: str,
        credentials: Credentials,
        resolver: Resolver,
        pictures: LivePictures,
        is_busy: Callable[[], bool],
        put: Callable[[Any], None],
    ) -> None:
        self._endpoint = endpoint
        self._credentials = credentials
        self._pictures = pictures
        self._is_busy = is_busy
        self._put = put
        self._clock = PeerClock()
        self._failures = Failures(endpoint, put)
        self._changed = threading.Condition()
        self._schedule = LiveSchedule()
        self._renewed = 0.0
        self._pause = threading.Event()
        make = partial(DeadlineConnection, url, lambda: credentials.tls, ReadOnlyResolver(resolver))
        self._poller = LookPoller(endpoint, make(), credentials, self._failures, self._watch, put)
        self._lines = [make() for _ in range(_THREADS)]

    def start(self) -> None:
        """Begin to ask, and to send, for as long as this process lives."""
        self._poller.start()
        for number, line in enumerate(self._lines):
            run = partial(self._run, line)
            WatchedThread(f"frames-{self._endpoint}-{number}", run).start()

    def _watch(self, looks: tuple[Look, ...]) -> None:
        """Take what the receiver says, and of that only what it may see."""
        may_see = partial(self._pictures.may_see, self._endpoint)
        allowed = [each for each in looks if may_see(each.incident, each.camera)]
        with self._changed:
            before = self._schedule.watched(_now())
            self._schedule.watch(allowed, _now())
            after = self._schedule.watched(_now())
            self._changed.notify_all()
        for incident, camera in set(after) - set(before):
            log.info("receiver %s looks at camera %s of %s", self._endpoint, camera, incident)
        for incident, camera in set(before) - set(after):
            log.info("receiver %s looks away from %s of %s", self._endpoint, camera, incident)

    def _run(self, line: DeadlineConnection) -> None:
        turn = guarded(partial(self._turn, line), self._put)
        while True:
            with must_end_within(_HANGS_AFTER):
                turn()

    def _turn(self, line: DeadlineConnection) -> None:
        """Send one frame, or wait a little; without anything to send until somebody looks."""
        with self._changed:
            watched = self._schedule.watched(_now())
            found = None if self._is_busy() else self._schedule.next(_now())
            if found is None:
                self._changed.wait(_PAUSE if watched else _RENEW)
        self._renew(watched)
        if found is None:
            return
        took = Seconds(0.0)
        try:
            took = self._serve(line, *found)
        finally:
            with self._changed:
                self._schedule.came_to(found[1], took, _now())

    def _renew(self, watched: list[tuple[IncidentId, CameraId]]) -> None:
        """Once a second: need these cameras, and look whether they may still be seen."""
        if not watched:
            self._failures.note("frames", None)
        if time.monotonic() - self._renewed < _RENEW:
            return
        self._renewed = time.monotonic()
        for incident, camera in watched:
            if self._pictures.may_see(self._endpoint, incident, camera):
                self._pictures.need(camera)
            else:
                self._stop(incident, camera)

    def _serve(self, line: DeadlineConnection, incident: IncidentId, camera: CameraId) -> Seconds:
        """Send the newest frame of a camera, if it is news; return how long that took."""
        frame, now = self._pictures.newest(camera), _now()
        with self._changed:
            is_news = frame and self._schedule.is_news(camera, frame.taken_at, now)
        if frame is None or not is_news:
            return Seconds(0.0)
        age = Seconds(max(0.0, now.wall - frame.taken_at))
        try:
            body = write_frame(LiveFrame(incident, camera, frame.taken_at, age, frame.jpeg))
        except WireError:
            return Seconds(0.0)
        with self._changed:
            self._schedule.leaves(camera, frame.taken_at, len(body), now)
        fault = self._post(line, incident, camera, body)
        if fault is not None:
            line.close()
        took = Seconds(time.monotonic() - now.mono)
        words = fault and f"the receiver took no live frame: {fault}"
        self._pause.wait(self._failures.note("frames", words))
        return took

    def _post(
        self, line: DeadlineConnection, incident: IncidentId, camera: CameraId, body: str
    ) -> str | None:
        """Send a frame; return in words why it was not taken."""
        try:
            request = signed_request(line, self._credentials, self._clock, "frame", body)
            response = line.exchange(request, _DEADLINE)
        except (NoResponseError, CredentialsError) as error:
            return clean(str(error))
        self._clock.heard(response.status, response.headers, Wall(time.time()))
        if response.status == _NOBODY_LOOKS:
            self._stop(incident, camera)
            return None
        return None if response.status in _ACCEPTED else f"HTTP {response.status}"

    def _stop(self, incident: IncidentId, camera: CameraId) -> None:
        with self._changed:
            self._schedule.stop(incident, camera)


def _now() -> Now:
    return Now(Monotonic(time.monotonic()), Wall(time.time()))
