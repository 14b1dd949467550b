"""How often each camera is asked, by the leases that others hold on it.  Pure."""

import logging
from collections.abc import Iterable

from gateway.cameras.events import Lease, Pace, Why
from wire.ids import CameraId

log = logging.getLogger(__name__)

_PACES = {Why.INCIDENT: Pace.INCIDENT, Why.VIEW: Pace.WATCHED, Why.TEST: Pace.WATCHED}


class PollingRates:
    """The rate of each camera by the latest leases; logs who tests a camera, once for each test."""

    def __init__(self) -> None:
        self._paces: dict[CameraId, Pace] = {}
        self._tests: set[Lease] = set()

    def update(self, leases: Iterable[Lease]) -> None:
        """Take these leases in place of the ones before."""
        self._paces, tests = {}, set()
        for lease in leases:
            pace = _PACES[lease.why]
            before = self.pace(lease.camera)
            self._paces[lease.camera] = min(before, pace, key=lambda each: each.value)
            if lease.why is Why.TEST:
                tests.add(lease)
        for test in tests - self._tests:
            log.warning("camera %s: tested by %s", test.camera, test.by)
        self._tests = tests

    def pace(self, camera: CameraId) -> Pace:
        """Return how often to ask `camera`."""
        return self._paces.get(camera, Pace.REST)
