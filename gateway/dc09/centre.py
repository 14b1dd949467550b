"""The way to one receiver of an alarm-receiving centre: tells it events one by one, supervises it.

One thread, for a receiver takes one frame at a time.  A report comes before all else, and cuts
short what is said in the calm between reports (`calm.py`).  Reports that fail go back to the
outbox, which tries again.
"""

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

from gateway.dc09.calm import Calm
from gateway.dc09.errand import Errand
from gateway.dc09.ledger import Ledger
from gateway.dc09.line import Line, LineError, Receiver, Transport
from gateway.formats.dc09.events import Event, EventWriter, Token, message_of, read_events
from gateway.formats.dc09.frame import Message
from gateway.notice import Notice
from gateway.transport import Directory
from gateway.work import Abort, Condition, Flight, Launch, Way
from service.guard import guarded
from wire.clean import clean
from wire.ids import Monotonic, Seconds

log = logging.getLogger(__name__)

# A receiver that cannot process an event is not asked again at once; the backup is.
_REFUSED_FOR: Final = Seconds(60.0)
# Partly acknowledged reports are answered before the outbox gives them up.
_MARGIN: Final = Seconds(0.3)
_LONGEST_CALM: Final = Seconds(4.0)


class Post(NamedTuple):
    """Where a receiver listens, and how often it wants to hear from us: a link test after
    `supervise` seconds of silence, a test event every `test_every`, notices `after` so long.
    """

    host: str
    port: int
    transport: Transport
    token: Token
    supervise: Seconds
    test_every: Seconds
    after: Seconds


class Centre:
    """A way to an alarm-receiving centre."""

    def __init__(
        self,
        way: Way,
        post: Post,
        line: Line,
        ledger: Ledger,
        directory: Directory,
        writer: EventWriter,
        put: Callable[[Any], None],
    ) -> None:
        self._way = way
        self._post = post
        self._line = line
        self._ledger = ledger
        self._directory = directory
        self._put = put
        self._writer = writer
        self._inbox: SimpleQueue[Launch | Abort | Notice] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_calm = False
        self._calm = Calm(post.supervise, post.after, post.test_every, self._periodic, _now())
        self._errands: dict[Flight, Errand] = {}
        self._refused: dict[str, Monotonic] = {}
        self._fault: str | None = ""

    def start(self) -> None:
        """Begin to send, with a link test."""
        self._ledger.start()
        threading.Thread(target=self._run, name=f"dc09-{self._way}", daemon=True).start()

    def launch(self, launch: Launch) -> None:
        """Tell the events of a report that were not yet; Taken or Unanswered is put in the end."""
        self._inbox.put(launch)
        with self._lock:
            if self._is_calm:
                self._line.cut()

    def note(self, notice: Notice) -> None:
        """Tell of a trouble or a test when there is no report to tell."""
        self._inbox.put(notice)

    def abort(self, flight: Flight) -> None:
        """Forget a report: its deadline has passed."""
        self._inbox.put(Abort(flight))

    def _run(self) -> None:
        turn = guarded(self._turn, self._put)
        while True:
            self._take_in()
            turn()

    def _take_in(self) -> None:
        """Take what lies in the inbox; wait for it until a link test is due."""
        wait = 0.0 if self._errands else max(self._calm.next_due() - _now(), 0.0)
        try:
            self._begin(self._inbox.get(timeout=wait) if wait else self._inbox.get_nowait())
            while True:
                self._begin(self._inbox.get_nowait())
        except Empty:
            return

    def _begin(self, work: Launch | Abort | Notice) -> None:
        if isinstance(work, Notice):
            if event := self._writer.of_notice(work):
                self._calm.add(event, _now())
            return
        if isinstance(work, Abort):
            self._errands.pop(work.flight, None)
            return
        until = Monotonic(_now() + work.deadline - _MARGIN)
        self._errands[work.flight] = Errand(work.flight, read_events(work.body), until)

    def _turn(self) -> None:
        errand = next(iter(self._errands.values()), None)
        if errand is None:
            self._use_the_calm()
            return
        event = next((each for each in errand.events if self._is_open(each)), None)
        if event is None or _now() >= errand.until:
            self._settle(errand, "the receiver has not acknowledged all of it in time")
            return
        try:
            self._tell(event, errand.until)
        except LineError as error:
            if error.refused:
                self._refused[event.name] = Monotonic(_now() + _REFUSED_FOR)
            else:
                self._fail(str(error))
        except OSError as error:
            self._fail(str(error) or type(error).__name__)

    def _is_open(self, event: Event) -> bool:
        return not self._ledger.has_taken(event.name) and not self._is_refused(event)

    def _is_refused(self, event: Event) -> bool:
        return _now() < self._refused.get(event.name, 0.0)

    def _tell(self, event: Event, until: Monotonic) -> None:
        number = self._ledger.number(self._way, event.name)
        self._send(message_of(self._post.token, number, event), until)
        self._ledger.take(event.name)
        self._refused.pop(event.name, None)
        log.info("%s took event %04d: %s", self._way, number, clean(event.data))

    def _fail(self, reason: str) -> None:
        """Nothing gets through: every report goes back to the outbox."""
        for errand in list(self._errands.values()):
            self._settle(errand, reason)

    def _settle(self, errand: Errand, reason: str) -> None:
        """Say what came of a report."""
        del self._errands[errand.flight]
        if any(map(self._is_refused, errand.events)):
            reason = "the receiver cannot process this event (DUH)"
        self._put(errand.outcome(self._ledger.has_taken, clean(reason)))

    def _use_the_calm(self) -> None:
        """Tell what can wait; a report that comes meanwhile cuts it short, and has its turn."""
        what = self._calm.next(_now())
        if isinstance(what, Event) and self._ledger.has_taken(what.name):
            self._calm.told(what)
        elif what is not None and self._enter_calm():
            try:
                self._tell_calmly(what)
            except LineError as error:
                self._calm_failed(what, error)
            except OSError as error:
                self._calm_failed(what, LineError(str(error) or type(error).__name__))
            finally:
                self._leave_calm()

    def _enter_calm(self) -> bool:
        with self._lock:
            self._is_calm = self._inbox.empty()
            return self._is_calm

    def _leave_calm(self) -> None:
        with self._lock:
            self._is_calm = False
            self._line.begin()

    def _tell_calmly(self, what: Event | str) -> None:
        until = Monotonic(_now() + _LONGEST_CALM)
        if isinstance(what, Event):
            self._tell(what, until)
            self._calm.told(what)
        else:
            self._send(Message("NULL", self._ledger.passing(self._way)), until)

    def _calm_failed(self, what: Event | str, error: LineError) -> None:
        if isinstance(what, Event) and error.refused:
            log.warning("%s cannot process %s (DUH), and is not asked again", self._way, what.name)
            self._calm.told(what)
        elif self._inbox.empty():  # else it was cut short, which says nothing of the line
            self._calm.failed(_now())
            self._say(f"the line is tested in vain: {clean(str(error))}")

    def _periodic(self) -> Event:
        return self._writer.periodic_test(f"periodic-test/{self._way}/{time.time():.0f}")

    def _send(self, message: Message, until: Monotonic) -> None:
        """Return when `message` is acknowledged; raises LineError or OSError."""
        post = self._post
        addresses = self._directory.get(post.host)
        if not addresses:
            raise LineError(f"the name {post.host} could not be resolved yet")
        receiver = Receiver(addresses[0], post.port, post.transport)
        try:
            self._line.send(receiver, message, until)
        except OSError:
            self._directory.failed(post.host, addresses[0])
            raise
        self._directory.worked(post.host, addresses[0])
        self._calm.heard(_now())
        self._say(None)

    def _say(self, fault: str | None) -> None:
        """Tell how the path stands, when that has changed."""
        if fault != self._fault:
            self._fault = fault
            self._put(Condition(f"path-{self._way}", fault))


def _now() -> Monotonic:
    return Monotonic(time.monotonic())
