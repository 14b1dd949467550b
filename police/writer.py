"""The one thread that verifies, stores and answers reports.  Answers only what is committed.

What came while a commit was under way goes into the next one, so that a storm of senders costs a
few fsyncs, and one sender alone waits for no other.
"""

import logging
import queue
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from police.receipt import receipt_of, renewed, what_is_held
from police.receiver import Refused, ReportHeaders, SenderName, SignedReport, read_signed
from police.report import Report
from police.retention import Keep
from police.signature import Signatures
from police.store import ReportStore
from wire.clean import clean
from wire.errors import WireError
from wire.ids import AlertId, IncidentId, Wall
from wire.mark_fields import Marking

log = logging.getLogger(__name__)

# Reports of one commit: a bound on what one lost power supply makes their senders repeat.
_MOST_AT_ONCE: Final = 64
_SWEEP_EVERY_S: Final = 3600.0

Reply = bytes | Refused


class ReceivedReport(NamedTuple):
    """A report as it came off the network; `answer` is called once, from the writer's thread."""

    headers: ReportHeaders
    body: bytes
    at: Wall
    answer: Callable[[Reply], None]


class DispatcherAnswer(NamedTuple):
    """What a dispatcher answered who had the alerts `seen` on the screen, with their presses.

    `kept` is called once, from the writer's thread.
    """

    sender: SenderName
    incident: IncidentId
    what: str
    by: str
    text: str
    at: Wall
    seen: Mapping[AlertId, int] | None
    marking: Marking | None
    kept: Callable[[bool], None]


class Change(NamedTuple):
    """An incident is not what it was."""

    sender: SenderName
    incident: IncidentId
    version: int


@dataclass(frozen=True, slots=True)
class _Verified:
    received: ReceivedReport
    signed: SignedReport
    digest: bytes
    report: Report


class StoreWriter:
    """Owns the writing side of the store; `run` blocks until `stop`."""

    def __init__(
        self,
        store: ReportStore,
        signatures: Signatures,
        changed: Callable[[Change], None],
        keep: Keep,
    ) -> None:
        self._store = store
        self._keep = keep
        self._sweep_at = 0.0
        self._signatures = signatures
        self._changed = changed
        self._inbox: queue.SimpleQueue[ReceivedReport | DispatcherAnswer | None] = (
            queue.SimpleQueue()
        )

    def put(self, work: ReceivedReport | DispatcherAnswer) -> None:
        """Hand over a report, or an answer; never waits."""
        self._inbox.put(work)

    def stop(self) -> None:
        """Ask `run` to return once all that was put before is answered."""
        self._inbox.put(None)

    def run(self) -> None:
        """Take reports until asked to stop."""
        going = True
        while going:
            batch = self._next()
            going = None not in batch
            self._serve([each for each in batch if isinstance(each, ReceivedReport)])
            for each in batch:
                if isinstance(each, DispatcherAnswer):
                    self._save_answer(each)
            if time.monotonic() >= self._sweep_at:
                self._sweep()

    def _sweep(self) -> None:
        """Delete some of what is kept no longer, and go on soon if there is more."""
        try:
            with self._store.transaction():
                more = self._store.sweep(self._keep, Wall(time.time()))
        except sqlite3.Error as error:
            log.error("old reports were not deleted: %s", error)
            more = False
        self._sweep_at = time.monotonic() + (0.0 if more else _SWEEP_EVERY_S)

    def _save_answer(self, answer: DispatcherAnswer) -> None:
        """Keep a dispatcher's answer and say whether that went well."""
        try:
            with self._store.transaction():
                kept = self._store.save_answer(*answer[:8])
        except sqlite3.Error as error:
            log.critical("answer to incident %s was not saved: %s", answer.incident, error)
            kept = False
        if kept:
            self._changed(Change(answer.sender, answer.incident, 0))
        answer.kept(kept)

    def _serve(self, batch: Sequence[ReceivedReport]) -> None:
        """Answer each of `batch`, whatever it makes this program do: the next one must be taken."""
        try:
            verified = [self._verify(each) for each in batch]
            self._commit([each for each in verified if each is not None])
        except Exception:
            names = ", ".join(each.headers.webhook_id for each in batch)
            log.exception("reports %s could not be handled: the receiver has a fault", names)
            for each in batch:
                each.answer(Refused(500, "the receiver has a fault; send it again"))

    def _next(self) -> list[ReceivedReport | DispatcherAnswer | None]:
        wait = max(self._sweep_at - time.monotonic(), 0.0)
        try:
            batch = [self._inbox.get(timeout=wait)]
        except queue.Empty:
            return []
        while len(batch) < _MOST_AT_ONCE and not self._inbox.empty():
            batch.append(self._inbox.get())
        return batch

    def _verify(self, received: ReceivedReport) -> _Verified | None:
        try:
            sender = self._signatures.signer(received.headers, received.body)
        except WireError as error:
            received.answer(Refused(401, str(error)))
            return None
        signed = SignedReport(sender, received.headers.webhook_id, received.body, received.at)
        report = read_signed(signed)
        if isinstance(report, Refused):
            received.answer(report)
            return None
        return _Verified(received, signed, signed.digest(), report)

    def _commit(self, batch: Sequence[_Verified]) -> None:
        """Keep all of `batch` with one commit; where that fails, each by itself."""
        if not batch:
            return
        try:
            with self._store.transaction():
                taken = [(each, *self._save(each)) for each in batch]
        except (sqlite3.Error, UnicodeError) as error:
            self._commit_singly(batch, error)
            return
        for each, receipt, fresh in taken:
            if fresh:  # first, so that a report with a receipt is on the page already
                self._changed(Change(each.signed.sender, each.report.incident, each.report.version))
            each.received.answer(receipt)
        for verified in [each for each, _, fresh in taken if fresh]:
            _log(verified)

    def _commit_singly(self, batch: Sequence[_Verified], error: Exception) -> None:
        if len(batch) == 1:
            (only,) = batch
            name, sender = only.signed.webhook_id, only.signed.sender
            log.critical(
                "report %s from %s was not saved, it will repeat it: %s", name, sender, error
            )
            only.received.answer(Refused(503, "the report could not be saved; send it again"))
            return
        for each in batch:
            self._commit([each])

    def _save(self, verified: _Verified) -> tuple[bytes, bool]:
        """Return the receipt, and whether the report is news."""
        signed, report = verified.signed, verified.report
        version = self._store.version(signed.sender, report.incident)
        held = what_is_held(
            max(version, report.version), self._store.newer_moves(signed.sender, report)
        )
        if (receipt := self._store.receipt(signed, verified.digest)) is not None:
            return renewed(receipt, held), False
        late = report.version < version
        receipt = receipt_of(report, held)
        self._store.save(signed, verified.digest, report, receipt, late)
        return receipt, True


def _log(verified: _Verified) -> None:
    signed, report = verified.signed, verified.report
    log.info(
        "report %d of incident %s from %s: %d alerts, %d pictures",
        report.version, report.incident, signed.sender, len(report.alerts), len(report.pictures),
    )  # fmt: skip
    for reason in report.dropped:
        log.warning("picture in report %s was dropped: %s", signed.webhook_id, clean(reason))
