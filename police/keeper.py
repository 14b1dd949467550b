"""The one thread that opens letters, keeps reports and answers.  Answers only what is committed.

What came while a commit was under way goes into the next one, so that a storm of senders costs a
few fsyncs, and one sender alone waits for no other.
"""

import json
import logging
import queue
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from police.receiver import Envelope, Letter, Refused, SenderName, open_letter
from police.report import Report
from police.signature import Signatures
from police.store import Store
from wire.clean import clean
from wire.errors import WireError
from wire.ids import IncidentId, Wall

log = logging.getLogger(__name__)

# Letters of one commit: a bound on what one lost power supply makes their senders repeat.
_MOST_AT_ONCE: Final = 64

Answer = bytes | Refused


class Delivery(NamedTuple):
    """A report as it came off the network; `answer` is called once, from the keeper's thread."""

    envelope: Envelope
    body: bytes
    at: Wall
    answer: Callable[[Answer], None]


class Said(NamedTuple):
    """What a dispatcher answered; `kept` is called once, from the keeper's thread."""

    sender: SenderName
    incident: IncidentId
    what: str
    by: str
    text: str
    at: Wall
    kept: Callable[[bool], None]


class Change(NamedTuple):
    """An incident is not what it was."""

    sender: SenderName
    incident: IncidentId
    version: int


@dataclass(frozen=True, slots=True)
class _Opened:
    delivery: Delivery
    letter: Letter
    digest: bytes
    report: Report


class Keeper:
    """Owns the writing side of the store; `run` blocks until `stop`."""

    def __init__(
        self, store: Store, signatures: Signatures, changed: Callable[[Change], None]
    ) -> None:
        self._store = store
        self._signatures = signatures
        self._changed = changed
        self._inbox: queue.SimpleQueue[Delivery | Said | None] = queue.SimpleQueue()

    def put(self, work: Delivery | Said) -> None:
        """Hand over a report, or an answer; never waits."""
        self._inbox.put(work)

    def stop(self) -> None:
        """Ask `run` to return once all that was put before is answered."""
        self._inbox.put(None)

    def run(self) -> None:
        """Take letters until asked to stop."""
        going = True
        while going:
            batch = self._next()
            going = None not in batch
            self._serve([each for each in batch if isinstance(each, Delivery)])
            for each in batch:
                if isinstance(each, Said):
                    self._hear(each)

    def _hear(self, said: Said) -> None:
        """Keep a dispatcher's answer and say whether that went well."""
        try:
            with self._store.transaction():
                kept = self._store.keep_answer(*said[:6])
        except sqlite3.Error as error:
            log.critical("an answer was not kept: %s", error)
            kept = False
        if kept:
            self._changed(Change(said.sender, said.incident, 0))
        said.kept(kept)

    def _serve(self, batch: Sequence[Delivery]) -> None:
        """Answer each of `batch`, whatever it makes this program do: the next one must be taken."""
        try:
            opened = [self._open(each) for each in batch]
            self._take([each for each in opened if each is not None])
        except Exception:
            log.exception("a report could not be handled")
            for each in batch:
                each.answer(Refused(500, "the receiver has a fault; send it again"))

    def _next(self) -> list[Delivery | Said | None]:
        batch = [self._inbox.get()]
        while len(batch) < _MOST_AT_ONCE and not self._inbox.empty():
            batch.append(self._inbox.get())
        return batch

    def _open(self, delivery: Delivery) -> _Opened | None:
        try:
            sender = self._signatures.signer(delivery.envelope, delivery.body)
        except WireError as error:
            delivery.answer(Refused(401, str(error)))
            return None
        letter = Letter(sender, delivery.envelope.webhook_id, delivery.body, delivery.at)
        report = open_letter(letter)
        if isinstance(report, Refused):
            delivery.answer(report)
            return None
        return _Opened(delivery, letter, letter.digest(), report)

    def _take(self, batch: Sequence[_Opened]) -> None:
        """Keep all of `batch` with one commit; where that fails, each by itself."""
        if not batch:
            return
        try:
            with self._store.transaction():
                taken = [(each, *self._keep(each)) for each in batch]
        except (sqlite3.Error, UnicodeError) as error:
            self._take_singly(batch, error)
            return
        for each, receipt, fresh in taken:
            if fresh:  # first, so that whoever holds the receipt finds the report shown
                self._changed(Change(each.letter.sender, each.report.incident, each.report.version))
            each.delivery.answer(receipt)
        for opened in [each for each, _, fresh in taken if fresh]:
            _log(opened)

    def _take_singly(self, batch: Sequence[_Opened], error: Exception) -> None:
        if len(batch) == 1:
            log.critical("a report was not kept, its sender will repeat it: %s", error)
            batch[0].delivery.answer(Refused(503, "the report could not be kept; send it again"))
            return
        for each in batch:
            self._take([each])

    def _keep(self, opened: _Opened) -> tuple[bytes, bool]:
        """Return the receipt, and whether the report is news."""
        letter, report = opened.letter, opened.report
        if (receipt := self._store.receipt(letter, opened.digest)) is not None:
            return receipt, False
        late = report.version < self._store.version(letter.sender, report.incident)
        receipt = _receipt(report)
        self._store.keep(letter, opened.digest, report, receipt, late)
        return receipt, True


def _log(opened: _Opened) -> None:
    letter, report = opened.letter, opened.report
    log.info(
        "report %d of incident %s from %s: %d alerts, %d pictures",
        report.version, report.incident, letter.sender, len(report.alerts), len(report.pictures),
    )  # fmt: skip
    for reason in report.dropped:
        log.warning("a picture from %s was dropped: %s", letter.sender, clean(reason))


def _receipt(report: Report) -> bytes:
    fields: dict[str, object] = {"receipt": str(uuid.uuid4()), "alerts": list(report.alerts)}
    if report.dropped:
        fields["pictures_dropped"] = list(report.dropped)
    return json.dumps(fields, separators=(",", ":")).encode()
