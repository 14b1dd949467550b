"""Tries carriers, each attempt in a process of its own, which ends by its deadline.

A carrier that hangs, drips or takes memory holds no other one, and is gone with its process.
"""

import json
import logging
import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Final, NamedTuple

from gateway.core.notices.words import Words
from gateway.notices.record import NoticeId, TryAnswer
from gateway.notices.roster import CarrierName
from wire.ids import Monotonic, Seconds

DEADLINE: Final = Seconds(20.0)
# Each has some megabytes of its own.
_MOST_AT_ONCE: Final = 40
# What one may hold, for an answer can be of any size; the code of a carrier takes some 50.
_MOST_MEMORY: Final = 150_000_000
_MOST_BYTES: Final = 4_000
_REAPED_WITHIN: Final = 1.0
_CONTEXT: Final = multiprocessing.get_context("fork")

Carry = Callable[[str, Words], tuple[bool, str]]


class CarrierTry(NamedTuple):
    """One notice over one carrier."""

    notice: NoticeId
    carrier: CarrierName
    url: str
    words: Words


class _Running(NamedTuple):
    attempt: CarrierTry
    process: ForkProcess
    ends_at: Monotonic


class CarrierSender:
    """Runs attempts by `carry`; to be used in a process that has no other thread."""

    def __init__(self, carry: Carry, deadline: Seconds = DEADLINE) -> None:
        self._carry = carry
        self._deadline = deadline
        self._waiting: deque[CarrierTry] = deque()
        self._running: dict[Connection, _Running] = {}

    def launch(self, attempt: CarrierTry) -> None:
        """Try it as soon as there is room; returns at once."""
        self._waiting.append(attempt)

    def wait(self, now: Monotonic, seconds: Seconds) -> list[TryAnswer]:
        """Return what came within `seconds`, as soon as anything did."""
        while self._waiting and len(self._running) < _MOST_AT_ONCE:
            self._begin(self._waiting.popleft(), now)
        ready = wait([*self._running], timeout=seconds)
        answers = [self._answer(each) for each in ready if isinstance(each, Connection)]
        return [*answers, *self._overdue(now)]

    def stop(self) -> None:
        """End all that runs; what came of it is not known."""
        for line in [*self._running]:
            self._end(line).process.kill()

    def _begin(self, attempt: CarrierTry, now: Monotonic) -> None:
        ours, theirs = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=_attempt, args=(self._carry, attempt, theirs))
        process.start()
        theirs.close()
        self._running[ours] = _Running(attempt, process, Monotonic(now + self._deadline))

    def _answer(self, line: Connection) -> TryAnswer:
        attempt = self._running[line].attempt
        try:
            reached, words = json.loads(line.recv_bytes(_MOST_BYTES))
        except (EOFError, OSError, ValueError):
            reached, words = False, "the attempt ended without an answer"
        self._end(line)
        return TryAnswer(attempt.notice, attempt.carrier, reached is True, str(words))

    def _overdue(self, now: Monotonic) -> Iterator[TryAnswer]:
        for line, (attempt, _, ends_at) in [*self._running.items()]:
            if now >= ends_at:
                self._end(line)
                words = f"no answer within {self._deadline:g} s"
                yield TryAnswer(attempt.notice, attempt.carrier, False, words)

    def _end(self, line: Connection) -> _Running:
        running = self._running.pop(line)
        line.close()
        running.process.kill()
        running.process.join(_REAPED_WITHIN)
        return running


def _attempt(carry: Carry, attempt: CarrierTry, line: Connection) -> None:
    """What the process of an attempt does; it says one thing and ends."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    # What a library says there may hold addresses; one that fails ends without an answer.
    logging.getLogger().handlers.clear()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    os.environ.pop("NOTIFY_SOCKET", None)
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    line.send_bytes(json.dumps(carry(attempt.url, attempt.words)).encode())
