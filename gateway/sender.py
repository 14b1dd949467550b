"""Sends reports to one endpoint over requests and puts what came of each.  Decides nothing.

Some threads share the endpoint's kept-alive connections, so a report that hangs does not hold up
the next one.  A Standard Webhooks signature is made anew for each attempt.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

from requests import PreparedRequest, Request, RequestException
from standardwebhooks.webhooks import Webhook
from urllib3.exceptions import HTTPError

from gateway.cutoff import Attempt, Lookup, attempting, cuttable_session
from gateway.work import Answered, Flight, Launch, Unanswered
from service.guard import guarded
from wire.clean import clean

# Three reports at once and one with pictures: see delivery.MOST_FLIGHTS.
_THREADS: Final = 4
# A receipt for 5,000 alerts; anything longer is no receipt, and is not read.
_LONGEST_ANSWER: Final = 256_000
_CONNECT_S: Final = 2.0
_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "tocsin",
}


class Sender:
    """The sender of one endpoint; `secret` signs, None leaves reports unsigned (loopback only)."""

    def __init__(
        self,
        url: str,
        secret: str | None,
        ca: str | None,
        lookup: Lookup,
        put: Callable[[Any], None],
    ) -> None:
        self._url = url
        self._webhook = Webhook(secret) if secret else None
        self._session = cuttable_session(lookup, _THREADS)
        self._verify: str | bool = ca or True
        self._put = put
        self._inbox: SimpleQueue[Launch] = SimpleQueue()
        self._attempts: dict[Flight, Attempt] = {}

    def start(self) -> None:
        """Make ready, so that the first report finds its thread waiting."""
        for number in range(_THREADS):
            Thread(target=self._run, name=f"sender-{number}", daemon=True).start()

    def launch(self, launch: Launch) -> None:
        """Send a report; Answered or Unanswered is put when it is over."""
        self._attempts[launch.flight] = Attempt()
        self._inbox.put(launch)

    def abort(self, flight: Flight) -> None:
        """Cut a report off; its thread is free at once."""
        if attempt := self._attempts.get(flight):
            attempt.cut()

    def _run(self) -> None:
        attempt = guarded(self._attempt, self._put)
        request = Request("POST", self._url, _HEADERS).prepare()
        while True:
            attempt(request, self._inbox.get())

    def _attempt(self, request: PreparedRequest, launch: Launch) -> None:
        flight = launch.flight
        attempt = self._attempts[flight]
        try:
            with attempting(attempt):
                self._sign(request, launch)
                self._put(self._send(request, launch))
        except (RequestException, HTTPError, OSError) as error:
            late = f"no answer within {launch.deadline:g} s"
            self._put(Unanswered(flight, late if attempt.was_cut else clean(_words(error))))
        finally:
            if self._attempts.get(flight) is attempt:
                del self._attempts[flight]

    def _send(self, request: PreparedRequest, launch: Launch) -> Answered:
        response = self._session.send(
            request,
            stream=True,
            allow_redirects=False,
            timeout=(_CONNECT_S, launch.deadline),
            verify=self._verify,
        )
        body = response.raw.read(_LONGEST_ANSWER + 1, decode_content=False)
        if len(body) > _LONGEST_ANSWER:
            response.close()
            body = b""
        retry_after = response.headers.get("Retry-After")
        return Answered(launch.flight, response.status_code, body, retry_after)

    def _sign(self, request: PreparedRequest, launch: Launch) -> None:
        """Put the report into the request of this thread, which it uses again and again."""
        name = f"{launch.flight.incident}.{launch.flight.version}"
        now = datetime.fromtimestamp(int(time.time()), UTC)
        request.body = launch.body.encode()
        headers = request.headers
        headers["Content-Length"] = str(len(request.body))
        headers["webhook-id"] = name
        headers["webhook-timestamp"] = str(int(now.timestamp()))
        if self._webhook:
            headers["webhook-signature"] = self._webhook.sign(name, now, launch.body)


def _words(error: Exception) -> str:
    """The innermost reason, which says more than the library's wrapping."""
    reason: Any = error
    while (inner := getattr(reason, "reason", None) or _first(reason)) is not None:
        reason = inner
    return str(reason) or type(reason).__name__


def _first(error: object) -> Exception | None:
    args = getattr(error, "args", ())
    return args[0] if args and isinstance(args[0], Exception) else None
