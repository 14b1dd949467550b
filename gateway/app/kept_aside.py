"""Builds what keeps pictures and documents of incidents: disks of their own, no alert waits for."""

from collections.abc import Callable
from functools import partial

from gateway.cameras.frames import FrameFolder
from gateway.config.settings import GatewaySettings
from gateway.core.events import HealthStatus
from gateway.core.values import Now
from gateway.store.evidence.writer import EvidenceWriter, Times
from gateway.store.pictures.writer import PictureWriter
from gateway.store.retained import retained
from service.clock import believable, kernel_is_synchronised
from service.events import CallbackFailed
from wire.ids import Seconds, Wall

Put = Callable[[HealthStatus | CallbackFailed], None]
Clock = Callable[[], Now]


def make_album(
    settings: GatewaySettings, frames: FrameFolder, put: Put, clock: Clock
) -> PictureWriter:
    """Return what keeps pictures."""
    pictures = settings.pictures
    return PictureWriter(
        settings.album,
        frames,
        Seconds(pictures.pre_event_seconds),
        pictures.retention_days,
        put,
        clock,
        is_clock_set,
    )


def make_evidence(settings: GatewaySettings, put: Put, clock: Clock) -> EvidenceWriter:
    """Return what keeps the documents that endpoints acknowledged."""
    return EvidenceWriter(
        settings.store.evidence,
        Times(settings.store.retention_days, settings.pictures.retention_days),
        partial(retained, settings.store.path),
        put,
        clock,
        is_clock_set,
    )


def is_clock_set(now: Wall) -> bool:
    """True if the wall clock can be believed: nothing is deleted by one that cannot."""
    return believable(now, kernel_is_synchronised())
