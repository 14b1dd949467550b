"""Starts the camera process in the place of the one that read the settings, and of its memory."""

import os
import sys
from typing import Final, NoReturn

from gateway.cameras.watch import Watch, WatchedCamera, leave
from gateway.config.camera_process import CameraProcessSettings
from gateway.config.settings import CameraSettings
from wire.ids import CameraId, Seconds

_PROCESS: Final = "gateway.cameras"


def start_cameras(settings: CameraProcessSettings) -> NoReturn:
    """Become the process that asks the cameras; raises OSError."""
    past = Seconds(settings.pictures.pre_event_seconds)
    frames, cameras = settings.frames, tuple(map(_camera, settings.camera))
    watch = Watch(frames.pictures, frames.leases, past, cameras)
    file = leave(watch)
    sys.stderr.flush()
    # -P: the folder that it is started in gives it no code.
    os.execv(sys.executable, [sys.executable, "-P", "-m", _PROCESS, str(file)])  # noqa: S606


def _camera(each: CameraSettings) -> WatchedCamera:
    name = CameraId(each.id)
    return WatchedCamera(
        name, each.source, each.user, each.password_file, each.ca, each.allow_local
    )
