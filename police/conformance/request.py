"""Signs a report as a gateway does, or wrongly in the way that a step asks for.

Signatures are those of the `standardwebhooks` package.
"""

import json
import secrets
import uuid
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

from police.conformance.case import SampleFrame, SampleReport, Step
from police.conformance.jpeg import draw_test
from police.conformance.sample import alert_ids, write_report
from wire.ids import CameraId, IncidentId, Seconds, Wall
from wire.live_frame import LiveFrame, write_frame

# Made anew in each run: no receiver knows it.
_STRANGER: Final = Webhook("whsec_" + b64encode(secrets.token_bytes(32)).decode())


_FRAME_AGE: Final = Seconds(0.2)


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """What is sent, and the alerts that its receipt must name.

    With `after` it is a question instead: for what dispatchers answered after that number.
    """

    body: bytes
    headers: Mapping[str, str]
    alerts: tuple[str, ...] = ()
    after: int | None = None


class RequestSigner:
    """Writes and signs the requests of one incident; `secret` None leaves them unsigned."""

    def __init__(self, incident: uuid.UUID, secret: str | None) -> None:
        self._id = incident
        self._ours = Webhook(secret) if secret else None
        self._before: Sequence[SampleRequest] = ()

    @property
    def incident(self) -> str:
        """The id of the incident."""
        return str(self._id)

    def reports(self, step: Step, now: Wall) -> Sequence[SampleRequest]:
        """Return all reports that `step` sends, in their order."""
        if not step.again:
            self._before = [
                self._report(step, _grown(step.report, number) if step.grows else step.report, now)
                for number in range(step.times)
            ]
        return self._before

    def question(self, step: Step, after: int, named: int, now: Wall) -> SampleRequest:
        """Return the question for answers, or looks, after a number; its id names `named`."""
        name = f"{'looks' if step.looks else 'answers'}.{named}.{secrets.token_hex(8)}"
        headers = self._headers(step, name, "", now)
        return SampleRequest(b"", headers, after=after)

    def frame(self, step: Step, asked: SampleFrame, now: Wall) -> SampleRequest:
        """Return a live frame of this incident."""
        body = step.body
        if body is None:
            jpeg = draw_test(asked.camera, asked.size)
            taken_at = Wall(now - _FRAME_AGE)
            camera = CameraId(asked.camera)
            frame = LiveFrame(IncidentId(self.incident), camera, taken_at, _FRAME_AGE, jpeg)
            body = write_frame(frame)
        headers = self._headers(step, f"frame.{secrets.token_hex(8)}", body, now)
        return SampleRequest(body.encode(), headers | {"content-type": "application/json"})

    def _report(self, step: Step, report: SampleReport, now: Wall) -> SampleRequest:
        body = step.body
        if body is None:
            body = json.dumps(write_report(self._id, report, now), ensure_ascii=False)
        name = f"{self._id}.{step.webhook_id or report.version}"
        headers = self._headers(step, name, body, now) | {"content-type": "application/json"}
        if step.tampered == "body":
            body = body.replace("TEST", "BEST")
        alerts = () if step.body else alert_ids(self._id, report)
        return SampleRequest(body.encode(), headers, alerts)

    def _headers(self, step: Step, name: str, body: str, now: Wall) -> dict[str, str]:
        at = datetime.fromtimestamp(int(now) - step.seconds_ago, UTC)
        signers = {"ours": self._ours, "stranger": _STRANGER}
        signatures = [each.sign(name, at, body) for who in step.signed if (each := signers[who])]
        headers = {
            "user-agent": "tocsin-police conformance",
            "webhook-id": f"{name}0" if step.tampered == "webhook-id" else name,
            "webhook-timestamp": str(int(at.timestamp()) + (step.tampered == "webhook-timestamp")),
        }
        return headers | ({"webhook-signature": " ".join(signatures)} if signatures else {})


def _grown(report: SampleReport, number: int) -> SampleReport:
    more = {"version": report.version + number, "more_rooms": report.more_rooms + number}
    return report.model_copy(update=more)
