"""Sends reports by one way to an endpoint and puts what came of each.  Decides nothing.

Some threads have a connection each, so a report that hangs does not hold up the next one.  A
Standard Webhooks signature is made anew for each attempt, by the clock of whoever verifies it: ours
may be years off, and that must not cost an alert.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from requests import PreparedRequest, Request, RequestException

from gateway.papers import Papers
from gateway.transport import Directory, Line, session_over
from gateway.work import Answered, Flight, Launch, Unanswered
from service.guard import guarded
from wire.clean import clean

# Three reports at once and one with pictures: see delivery.MOST_FLIGHTS.
_THREADS: Final = 4
# Our clock may be at fault: who refuses says what time it is, and the next try believes it.
_REFUSED: Final = range(400, 500)
_HEADERS: Final = {"Accept-Encoding": "identity", "User-Agent": "tocsin"}


class Sender:
    """The sender to `url`; `papers` sign, and say whom to trust and who we are.

    `media` is the media type of what is sent.
    """

    def __init__(
        self,
        url: str,
        papers: Papers,
        directory: Directory,
        put: Callable[[Any], None],
        media: str = "application/json",
    ) -> None:
        self._papers = papers
        self._put = put
        self._desks = [
            _Desk(url, media, Line(url, lambda: papers.tls, directory)) for _ in range(_THREADS)
        ]
        self._lock = Lock()
        self._ahead = 0.0
        self._flights: dict[Flight, _Desk] = {}

    def start(self) -> None:
        """Make ready, so that the first report finds its thread waiting."""
        for number, desk in enumerate(self._desks):
            Thread(target=self._run, args=(desk,), name=f"sender-{number}", daemon=True).start()

    def launch(self, launch: Launch) -> None:
        """Send a report; Answered or Unanswered is put when it is over."""
        with self._lock:
            desk = min(self._desks, key=lambda desk: desk.load)
            desk.load += 1
            self._flights[launch.flight] = desk
        desk.inbox.put(launch)

    def abort(self, flight: Flight) -> None:
        """Cut a report off, or take it back if it has not left; its thread is free at once."""
        with self._lock:
            desk = self._flights.pop(flight, None)
            if desk and desk.flying == flight:
                desk.line.cut()

    def _run(self, desk: "_Desk") -> None:
        attempt = guarded(self._attempt, self._put)
        while True:
            attempt(desk, desk.inbox.get())
            with self._lock:
                desk.load -= 1
                desk.flying = None

    def _attempt(self, desk: "_Desk", launch: Launch) -> None:
        flight = launch.flight
        with self._lock:
            if self._flights.get(flight) is not desk:
                return  # it was taken back before it left
            desk.line.begin()
            desk.flying = flight
        try:
            self._sign(desk.request, launch)
            response = desk.session.send(
                desk.request, stream=True, allow_redirects=False, timeout=launch.deadline
            )
            if response.status_code in _REFUSED:
                self._ahead = _ahead(response.headers.get("Date", ""))
            wait = response.headers.get("Retry-After")
            self._put(Answered(flight, response.status_code, response.raw.read(), wait))
        except RequestException as error:
            late = f"no answer within {launch.deadline:g} s"
            self._put(Unanswered(flight, late if desk.line.was_cut else clean(str(error))))
        finally:
            with self._lock:
                if self._flights.get(flight) is desk:  # else it was relaunched, by another desk
                    del self._flights[flight]

    def _sign(self, request: PreparedRequest, launch: Launch) -> None:
        """Put the report into the request of this thread, which it uses again and again."""
        name = f"{launch.flight.incident}.{launch.flight.version}"
        now = datetime.fromtimestamp(int(time.time() + self._ahead), UTC)
        request.body = launch.body.encode()
        headers = request.headers
        headers["Content-Length"] = str(len(request.body))
        headers["webhook-id"] = name
        headers["webhook-timestamp"] = str(int(now.timestamp()))
        if signature := self._papers.sign(name, now, launch.body):
            headers["webhook-signature"] = signature


def _ahead(date: str) -> float:
    """How many seconds the clock of whoever refused us is ahead of ours; 0 if it does not say."""
    try:
        return parsedate_to_datetime(date).timestamp() - time.time()
    except ValueError:
        return 0.0


class _Desk:
    """One thread's own things; the first idle one gets a report, so its connection stays warm."""

    def __init__(self, url: str, media: str, line: Line) -> None:
        self.line = line
        self.session = session_over(line)
        self.request = Request("POST", url, {"Content-Type": media, **_HEADERS}).prepare()
        self.inbox: SimpleQueue[Launch] = SimpleQueue()
        self.load = 0
        self.flying: Flight | None = None
