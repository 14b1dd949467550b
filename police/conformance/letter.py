"""Puts a report into its envelope as a gateway does, or wrongly in the way that a step asks for.

Signatures are those of the `standardwebhooks` package.
"""

import json
import secrets
import uuid
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

from police.conformance.case import SampleReport, Step
from police.conformance.sample import alert_ids, write_report
from wire.ids import Wall

# Made anew in each run: no receiver knows it.
_STRANGER: Final = Webhook("whsec_" + b64encode(secrets.token_bytes(32)).decode())


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and the alerts that its receipt must name."""

    body: bytes
    headers: Mapping[str, str]
    alerts: tuple[str, ...]


class Writer:
    """Writes the letters of one incident; `secret` None leaves them unsigned."""

    def __init__(self, incident: uuid.UUID, secret: str | None) -> None:
        self._incident = incident
        self._ours = Webhook(secret) if secret else None

    def letters(self, step: Step, now: Wall) -> Iterator[Letter]:
        """Yield all that `step` sends, in its order."""
        for number in range(step.times):
            yield self._letter(
                step, _grown(step.report, number) if step.grows else step.report, now
            )

    def _letter(self, step: Step, report: SampleReport, now: Wall) -> Letter:
        body = step.body
        if body is None:
            body = json.dumps(write_report(self._incident, report, now), ensure_ascii=False)
        name = f"{self._incident}.{step.webhook_id or report.version}"
        headers = self._headers(step, name, body, now)
        if step.tampered == "body":
            body = body.replace("TEST", "BEST")
        alerts = () if step.body else alert_ids(self._incident, report)
        return Letter(body.encode(), headers, alerts)

    def _headers(self, step: Step, name: str, body: str, now: Wall) -> Mapping[str, str]:
        at = datetime.fromtimestamp(int(now) - step.seconds_ago, UTC)
        signers = {"ours": self._ours, "stranger": _STRANGER}
        signatures = [each.sign(name, at, body) for who in step.signed if (each := signers[who])]
        headers = {
            "content-type": "application/json",
            "user-agent": "tocsin-police conformance",
            "webhook-id": f"{name}0" if step.tampered == "webhook-id" else name,
            "webhook-timestamp": str(int(at.timestamp()) + (step.tampered == "webhook-timestamp")),
        }
        return headers | ({"webhook-signature": " ".join(signatures)} if signatures else {})


def _grown(report: SampleReport, number: int) -> SampleReport:
    more = {"version": report.version + number, "more_rooms": report.more_rooms + number}
    return report.model_copy(update=more)
