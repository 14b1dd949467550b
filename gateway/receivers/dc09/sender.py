"""Sends events, one by one, to one receiver of an alarm-receiving centre, and supervises it.

One thread owns all that is decided here; lanes (`lane.py`) send, and put what came of it into its
inbox.  A receiver takes one event at a time: only in a storm more lanes than one are used, and only
as long as the receiver answers on all of them.  A report comes before all else, and cuts short what
is sent in the background (`background_lane.py`).  Reports that fail go back to the outbox, which
tries again.
"""

import logging
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

from gateway.core.effects import CancelReport, ReceiverNotification, SendReport
from gateway.core.events import Acknowledged, ChannelProbed
from gateway.core.formats.dc09.events import AlarmEvent, EventWriter, Token, message_of, read_events
from gateway.core.formats.dc09.frame import Message
from gateway.core.values import ChannelId, Exchange, ReportId
from gateway.receivers.dc09.background_lane import BackgroundLane, Supervision
from gateway.receivers.dc09.errors import Dc09Error
from gateway.receivers.dc09.lane import Job, JobDone, Lane
from gateway.receivers.dc09.line_supervisor import LineSupervisor
from gateway.receivers.dc09.pending_reports import Outcome, PendingReports
from gateway.receivers.dc09.sequence_store import SequenceStore
from service.guard import guarded
from service.watched_thread import WatchedThread
from wire.clean import clean
from wire.ids import Monotonic, Seconds

log = logging.getLogger(__name__)

# Partly acknowledged reports are answered before the outbox gives them up.
_MARGIN: Final = Seconds(0.3)
_LONGEST_BACKGROUND: Final = Seconds(4.0)
# What is under way in the background has so long to end when a report comes: a receiver that is
# there answers within that, and its connection is kept.
_GRACE: Final = Seconds(0.1)
# More rooms than one incident of one class, or of one corridor: then every lane is used.
_STORM: Final = 8
# A receiver that did not answer on several lanes gets one for so long.
_ONE_LANE_FOR: Final = Seconds(600.0)
# The outbox tries again within 5 s: so long an alarm is owed after a report went back to it.
_OWED_FOR: Final = Seconds(6.0)
# A report is often followed by another: lanes stay open so long, and nothing else is begun.
_MORE_WITHIN: Final = Seconds(1.0)
_SHORTEST_WAIT: Final = Seconds(0.01)
_NEVER: Final = Monotonic(float("inf"))


_Item = SendReport | CancelReport | ReceiverNotification | JobDone


class ReceiverSettings(NamedTuple):
    """What was agreed with a receiver: how events are written, and how the line is tested, by
    `supervision` after `every` seconds of silence, by a test event each `test_every`; notices wait
    `after` so long.
    """

    token: Token
    supervision: Supervision
    every: Seconds
    after: Seconds
    test_every: Seconds


class Dc09Sender:
    """Sends to one receiver of an alarm-receiving centre over `lanes`, mostly the first."""

    def __init__(
        self,
        channel: ChannelId,
        settings: ReceiverSettings,
        lanes: Sequence[Lane],
        store: SequenceStore,
        writer: EventWriter,
        put: Callable[[Any], None],
    ) -> None:
        self._channel = channel
        self._token = settings.token
        self._lanes = lanes
        self._store = store
        self._writer = writer
        self._put = put
        self._inbox: SimpleQueue[_Item] = SimpleQueue()
        self._reports = PendingReports(store.has_taken)
        background = BackgroundLane(*settings[1:], self._periodic_test, _now())
        self._supervisor = LineSupervisor(channel, background, store.has_taken)
        self._busy: dict[Lane, Job] = {}
        self._cut: Job | None = None
        self._cut_at = _NEVER
        self._owed_until = self._one_lane_until = Monotonic(0.0)

    def start(self) -> None:
        """Begin to send, with a link test."""
        self._store.start()
        for number, lane in enumerate(self._lanes, start=1):
            lane.start(f"dc09-{self._channel}-{number}", self._inbox.put, self._put)
        WatchedThread(f"dc09-{self._channel}", self._run).start()

    def stop(self, within: float) -> None:
        """Keep what the centre took, or give up after `within` seconds."""
        self._store.stop(within)

    def launch(self, launch: SendReport) -> None:
        """Send the events of a report that are new; puts Acknowledged or SendFailed in the end."""
        self._inbox.put(launch)

    def note(self, notice: ReceiverNotification) -> None:
        """Tell of a trouble or a test when there is no report to tell."""
        self._inbox.put(notice)

    def abort(self, flight: ReportId) -> None:
        """Forget a report: its deadline has passed."""
        self._inbox.put(CancelReport(flight))

    def _run(self) -> None:
        turn = guarded(self._turn, self._put)
        while True:
            turn()

    def _turn(self) -> None:
        for item in self._received():
            self._handle(item)
        self._cut_background()
        for outcome in self._reports.outcomes(_now()):
            self._put_outcome(outcome)
        if condition := self._supervisor.condition(_now()):
            self._put(condition)
        self._assign()

    def _received(self) -> list[_Item]:
        """Wait for the inbox until something is due; return all that lies in it."""
        found: list[_Item] = []
        try:
            found.append(self._inbox.get(timeout=self._wait()))
            while True:
                found.append(self._inbox.get_nowait())
        except Empty:
            return found

    def _wait(self) -> float | None:
        due = min(self._reports.next_due(_now()), self._cut_at if self._cut is None else _NEVER)
        if not (self._reports or self._busy):
            due = max(self._supervisor.next_due(), self._owed_until)
        return None if due == _NEVER else max(due - _now(), _SHORTEST_WAIT)

    def _handle(self, item: _Item) -> None:
        match item:
            case SendReport(flight, body, deadline):
                until = Monotonic(_now() + deadline - _MARGIN)
                self._reports.accept(flight, read_events(body), until, _now())
                if any(job.is_background for job in self._busy.values()):
                    self._cut_at = min(self._cut_at, Monotonic(_now() + _GRACE))
            case CancelReport(flight):
                self._reports.discard(flight)
            case ReceiverNotification():
                if event := self._writer.of_notice(item):
                    self._supervisor.add(event, _now())
            case JobDone():
                self._done(item)

    def _assign(self) -> None:
        """Give every lane that may be used and is free something to send."""
        if not self._reports:
            self._use_background()
            return
        for lane in self._usable_lanes():
            if lane not in self._busy and (found := self._reports.next_event(_now())):
                event, until = found
                self._submit(lane, Job(self._message(event), event, until, False))

    def _usable_lanes(self) -> Sequence[Lane]:
        is_storm = self._reports.open_events() > _STORM
        return self._lanes if is_storm and _now() >= self._one_lane_until else self._lanes[:1]

    def _use_background(self) -> None:
        """Send what can wait, unless an alarm is owed."""
        if self._busy or _now() < self._owed_until:
            return
        for lane in self._lanes[1:]:
            lane.close()
        what = self._supervisor.next(_now())
        if what is not None:
            event = what if isinstance(what, AlarmEvent) else None
            until = Monotonic(_now() + _LONGEST_BACKGROUND)
            self._submit(self._lanes[0], Job(self._message(event), event, until, True))

    def _submit(self, lane: Lane, job: Job) -> None:
        self._busy[lane] = job
        lane.submit(job)

    def _cut_background(self) -> None:
        """A report does not wait for an answer to what is less urgent, if it does not come soon."""
        if self._cut is None and _now() >= self._cut_at:
            self._cut = self._busy[self._lanes[0]]
            self._lanes[0].cut()

    def _done(self, done: JobDone) -> None:
        lane, job, error, exchange = done
        del self._busy[lane]
        was_cut, self._cut, self._cut_at = job is self._cut, None, _NEVER
        if error is None and job.event:
            self._acknowledged(job.event, job.message.sequence, exchange)
        elif job.event is None and (error is None or error.answered):
            self._supervisor.test_answered(_now())
            self._put(ChannelProbed(self._channel, None))
        elif error and not job.is_background and job.event:
            self._alarm_failed(lane, job.event, error)
        elif error and not was_cut:  # else it says nothing of the line
            self._supervisor.background_failed(job.event, error, _now())

    def _acknowledged(self, event: AlarmEvent, number: int, exchange: Exchange | None) -> None:
        self._store.mark_taken(event.name)
        self._reports.acknowledged(event, exchange)
        self._supervisor.event_acknowledged(event, _now())
        log.info("%s took event %04d: %s", self._channel, number, clean(event.data))

    def _alarm_failed(self, lane: Lane, event: AlarmEvent, error: Dc09Error) -> None:
        if self._busy or lane is not self._lanes[0]:
            log.warning("%s is not content with several connections, and gets one", self._channel)
            self._one_lane_until = Monotonic(_now() + _ONE_LANE_FOR)
            self._reports.failed(event)
        elif error.refused:
            self._reports.refused(event, _now())
        else:
            self._reports.failed(event)
            self._supervisor.alarm_failed(error)
            for outcome in self._reports.give_up(clean(str(error)), _now()):
                self._put_outcome(outcome)

    def _put_outcome(self, outcome: Outcome) -> None:
        """Hand a report back; what is left of it is owed until the outbox tries again."""
        is_whole = isinstance(outcome, Acknowledged) and not outcome.lacking
        done = is_whole or self._reports.has_refused(_now())
        self._owed_until = Monotonic(_now() + (_MORE_WITHIN if done else _OWED_FOR))
        self._put(outcome)

    def _message(self, event: AlarmEvent | None) -> Message:
        if event is None:
            return Message("NULL", self._store.next_number(self._channel))
        return message_of(self._token, self._store.number(self._channel, event.name), event)

    def _periodic_test(self) -> AlarmEvent:
        return self._writer.periodic_test(f"periodic-test/{self._channel}/{time.time():.0f}")


def _now() -> Monotonic:
    return Monotonic(time.monotonic())
