"""Supervises the line to a receiver: what it is sent between reports, how it stands.  Pure."""

import logging
from collections.abc import Callable
from typing import Final

from gateway.core.events import HealthStatus
from gateway.core.formats.dc09.events import AlarmEvent
from gateway.core.values import ChannelId
from gateway.receivers.dc09.background_lane import BackgroundLane
from gateway.receivers.dc09.errors import Dc09Error
from gateway.receivers.dc09.line_status import LineStatus
from wire.clean import clean
from wire.ids import Monotonic
from wire.receiver_troubles import RECEIVER_LINE

log = logging.getLogger(__name__)

_UNKNOWN: Final = ""


class LineSupervisor:
    """The background of one channel; `has_taken` says what the centre took before."""

    def __init__(
        self, channel: ChannelId, background: BackgroundLane, has_taken: Callable[[str], bool]
    ) -> None:
        self._channel = channel
        self._background = background
        self._has_taken = has_taken
        self._status = LineStatus()
        self._reported: str | None = _UNKNOWN

    def add(self, event: AlarmEvent, now: Monotonic) -> None:
        """Something to tell once."""
        self._background.add(event, now)

    def next(self, now: Monotonic) -> AlarmEvent | str | None:
        """Return what is to be sent now: an event, LINK_TEST, or nothing."""
        what = self._background.next(now)
        while isinstance(what, AlarmEvent) and self._has_taken(what.name):
            self._background.sent(what)  # the other receiver of the centre has it
            what = self._background.next(now)
        return what

    def next_due(self) -> Monotonic:
        """When there may be something to send."""
        return self._background.next_due()

    def event_acknowledged(self, event: AlarmEvent, now: Monotonic) -> None:
        """The receiver took an event, of a report or of the background."""
        self._background.sent(event)
        self._background.acknowledged(now)
        self._status.event_acknowledged()

    def test_answered(self, now: Monotonic) -> None:
        """The receiver answered a link test, in whatever way."""
        self._background.acknowledged(now)
        self._status.test_answered()

    def alarm_failed(self, error: Dc09Error) -> None:
        """An event of a report was not acknowledged."""
        if not error.answered:
            self._status.event_failed(clean(str(error)))

    def background_failed(self, event: AlarmEvent | None, error: Dc09Error, now: Monotonic) -> None:
        """An event of the background was not acknowledged; None: a link test was not answered."""
        reason = clean(str(error))
        if event is None:
            self._background.link_test_failed(now)
            self._status.test_failed(reason)
        elif error.refused:
            log.warning(
                "%s cannot process %s (DUH), and is not asked again", self._channel, event.name
            )
            self._background.sent(event)
        else:
            self._background.event_failed(event, now)
            if error.answered:
                self._status.event_refused(reason)
            else:
                self._status.event_failed(reason)

    def condition(self, now: Monotonic) -> HealthStatus | None:
        """Return how the line stands, if that is other than it was reported last."""
        fault = self._status.fault(now)
        if fault == self._reported:
            return None
        self._reported = fault
        return HealthStatus(RECEIVER_LINE.name(self._channel), fault)
