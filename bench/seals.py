"""The cost of a seal: to make one at a unit, to verify one, and a storm, at the gateway."""

import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from bench.outcome import Fault
from bench.table import Row, seconds, spread
from service.seal import Signer, Verifier
from wire.codec import encode
from wire.ids import AlertId, BootId, RoomId, SiteId, UnitId
from wire.messages import Alert
from wire.topics import alert_topic

T = TypeVar("T")
R = TypeVar("R")

_STORM: Final = 2000
_TOPIC: Final = alert_topic(SiteId("lincoln"), UnitId("lincoln-204"))


def measure(_contenders: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """Seal and judge a storm of alerts `rounds` times, without a network or a disk."""
    key = generate_private_key(SECP256R1())
    signer, verifier = Signer(key), Verifier(key.public_key())
    making: list[float] = []
    judging: list[float] = []
    storms: list[float] = []
    for _ in range(rounds):
        payloads = [_payload() for _ in range(_STORM)]
        seals = _timed(making, payloads, lambda each: signer.seal(_TOPIC, each))
        sealed = list(zip(payloads, seals, strict=True))
        began = time.perf_counter()
        good = _timed(judging, sealed, lambda each: verifier.verify(_TOPIC, *each))
        storms.append(time.perf_counter() - began)
        assert all(good)
    return [
        Row("a seal made", {"tocsin": spread(making)}),
        Row("a seal judged", {"tocsin": spread(judging)}),
        Row(f"{_STORM} seals judged", {"tocsin": seconds(statistics.median(storms))}),
    ], []


def _timed(times: list[float], each: Sequence[T], do: Callable[[T], R]) -> list[R]:
    results: list[R] = []
    for one in each:
        began = time.perf_counter()
        results.append(do(one))
        times.append(time.perf_counter() - began)
    return results


def _payload() -> bytes:
    name, boot = AlertId(str(uuid.uuid4())), BootId(str(uuid.uuid4()))
    unit, room = UnitId("lincoln-204"), RoomId("204")
    return encode(Alert(name, unit, room, "panic", boot, 1, None, None, 1))
