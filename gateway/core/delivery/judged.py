"""What an endpoint's answer says of the incident that it was told of.  Pure."""

from typing import Final

from gateway.core.events import Acknowledged, ResponseReceived
from gateway.core.formats.receipt import Judge, Receipt, Refusal
from gateway.core.incidents.incident import Incident
from gateway.core.values import ReportId

NOT_NAMED: Final = "the receipt does not name the alerts of the report"


def overtaken(flight: ReportId, receipt: Receipt) -> Refusal:
    """Return the refusal that it is to hold a newer version which nobody here told."""
    return Refusal(
        f"the receiver holds version {receipt.held} of the incident, newer than the"
        f" {flight.version} that it was told; it is told again above that",
        held=receipt.held,
        moves=receipt.moves,
    )


def judged(
    judge: Judge, answer: ResponseReceived | Acknowledged, incident: Incident | None
) -> Receipt | Refusal:
    """Return an answer by its channel's judge; a receipt for none of the alerts is none."""
    if isinstance(answer, Acknowledged):
        return Receipt(answer.number, answer.alerts)
    verdict = judge(answer)
    named = verdict.alerts if isinstance(verdict, Receipt) else None
    if named is not None and incident and named.isdisjoint(incident.named):
        # Also where no alert was owed any more: it is the receipt of some other report.
        return Refusal(NOT_NAMED)
    return verdict
