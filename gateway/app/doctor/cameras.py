"""Checks what the camera process leaves in memory: a recent picture, or the reason for none."""

from collections.abc import Iterable
from typing import Final

from gateway.cameras.frames import FrameFolder
from service.doctor.finding import Finding, good, problem
from wire.ids import CameraId, Wall

# At rest a camera gives a frame at least every few seconds; an older one shows what was.
_FRESH_S: Final = 10.0
_NO_PROCESS: Final = "`systemctl enable --now tocsin-cameras`"


def check_cameras(cameras: Iterable[CameraId], frames: FrameFolder, now: Wall) -> list[Finding]:
    """Say of each camera whether its newest picture shows what is."""
    return [_check(camera, frames, now) for camera in cameras]


def _check(camera: CameraId, frames: FrameFolder, now: Wall) -> Finding:
    check = f"camera {camera}"
    frame = frames.newest(camera)
    if frame is not None and abs(now - frame.taken_at) <= _FRESH_S:
        return good(check, f"a picture of {len(frame.jpeg) // 1000} kB, just taken")
    reason = frames.reason(camera)
    if reason is not None:
        return problem(
            check,
            reason,
            f'look at its power and cable, and at source and login of "{camera}" in'
            " /etc/tocsin/gateway.toml",
        )
    if frame is None:
        return problem(
            check, "the camera process has written no picture of this camera", _NO_PROCESS
        )
    return problem(check, f"the newest picture is {now - frame.taken_at:.0f} s old", _NO_PROCESS)
