"""A thread with a connection to a receiver: sends one message after the other.

It decides nothing; the outcome of each message is put into the sender's inbox.
"""

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Final, NamedTuple

from gateway.core.formats.dc09.events import AlarmEvent
from gateway.core.formats.dc09.frame import Message
from gateway.core.values import Exchange
from gateway.receivers.dc09.connection import Dc09Connection, Receiver, Transport
from gateway.receivers.dc09.errors import Dc09Error
from gateway.receivers.resolver import Resolver
from service.events import CallbackFailed
from service.guard import guarded
from service.watched_thread import WatchedThread, must_end_within
from wire.ids import Monotonic, Seconds

# No message is under way for longer: a lane that is hangs.
_HANGS_AFTER: Final = Seconds(120.0)


class Address(NamedTuple):
    """Where a receiver listens, as the settings name it."""

    host: str
    port: int
    transport: Transport


class Job(NamedTuple):
    """A message to send before `until`; no `event`: it is a link test."""

    message: Message
    event: AlarmEvent | None
    until: Monotonic
    is_background: bool


class JobDone(NamedTuple):
    """What came of a job: acknowledged by this `exchange` if there is no `error`."""

    lane: "Lane"
    job: Job
    error: Dc09Error | None
    exchange: Exchange | None = None


class Lane:
    """One message under way at a time; `submit` and `close` belong to one thread."""

    def __init__(self, address: Address, connection: Dc09Connection, resolver: Resolver) -> None:
        self._address = address
        self._connection = connection
        self._resolver = resolver
        self._jobs: SimpleQueue[Job] = SimpleQueue()

    def start(
        self, name: str, done: Callable[[JobDone], None], put: Callable[[CallbackFailed], None]
    ) -> None:
        """Begin to send; each job ends with a JobDone, what fails beside it is `put`."""
        WatchedThread(name, partial(self._run, done, put)).start()

    def submit(self, job: Job) -> None:
        """Send a message; the one before must be done."""
        self._connection.begin()
        self._jobs.put(job)

    def cut(self) -> None:
        """Give up the message under way."""
        self._connection.cut()

    def close(self) -> None:
        """Close the connection; no message must be under way."""
        self._connection.close()

    def _run(self, done: Callable[[JobDone], None], put: Callable[[CallbackFailed], None]) -> None:
        safely = guarded(self._do, put)
        while True:
            job = self._jobs.get()
            with must_end_within(_HANGS_AFTER):
                safely(job, done)

    def _do(self, job: Job, done: Callable[[JobDone], None]) -> None:
        failed = Dc09Error("the program failed, not the receiver")
        outcome = JobDone(self, job, failed)
        try:
            outcome = self._outcome(job)
        finally:
            done(outcome)

    def _outcome(self, job: Job) -> JobDone:
        try:
            return JobDone(self, job, None, self._send(job))
        except Dc09Error as error:
            return JobDone(self, job, error)
        except (OSError, ValueError) as error:  # ValueError: it does not fit into a frame
            return JobDone(self, job, Dc09Error(str(error) or type(error).__name__))

    def _send(self, job: Job) -> Exchange:
        address = self._address
        hosts = self._resolver.get(address.host)
        if not hosts:
            raise Dc09Error(f"the name {address.host} could not be resolved yet")
        receiver = Receiver(hosts[0], address.port, address.transport)
        try:
            exchange = self._connection.send(receiver, job.message, job.until)
        except OSError:
            self._resolver.failed(address.host, hosts[0])
            raise
        self._resolver.worked(address.host, hosts[0])
        return exchange
