"""Builds and runs the camera process, `tocsin-gateway cameras`."""

import logging
import os
import queue
import signal
import time
from collections.abc import Mapping
from types import FrameType
from typing import Final

from gateway.cameras.folder import FrameWriter, NotOurFolderError
from gateway.cameras.httpcamera import HttpCamera
from gateway.cameras.login import Login
from gateway.cameras.loop import CameraLoop, Inbox
from gateway.cameras.picamera import PiCamera
from gateway.cameras.reach import anywhere, elsewhere
from gateway.cameras.rtsp import RTSP_PATIENCE, Rtsp
from gateway.cameras.source import Source
from gateway.cameras.test import TestPicture
from gateway.cameras.watch import PATIENCE
from gateway.cameras.worker import Worker
from gateway.settings import Camera, GatewaySettings
from gateway.wanted import WantedFolder
from gateway.work import Now
from service.events import Stop
from service.exits import BAD_CONFIGURATION, GOOD
from service.notify import notify
from wire.ids import CameraId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

# Where both share a processor, the alert path comes first.
_NICER: Final = 5
_RTSP: Final = ("rtsp", "rtsps")


def run_cameras(settings: GatewaySettings) -> int:
    """Keep the newest frame of every camera in the frames folder; return an exit code.

    Blocks until SIGTERM or SIGINT; to be called in the main thread.
    """
    try:
        folder = FrameWriter(settings.frames.folder, Seconds(settings.pictures.before_seconds))
    except (NotOurFolderError, OSError) as error:
        log.error("frames.folder cannot be used: %s", error)
        return BAD_CONFIGURATION
    os.nice(_NICER)
    inbox: Inbox = queue.SimpleQueue()
    _stop_on_signals(inbox)
    cameras: Mapping[CameraId, Camera] = {CameraId(each.id): each for each in settings.camera}

    def hire(camera: CameraId, number: int) -> Worker:
        return Worker(camera, number, source_of(cameras[camera]), inbox.put)

    patience = {each: _patience(camera) for each, camera in cameras.items()}
    wanted = WantedFolder(settings.frames.folder)
    loop = CameraLoop(patience, hire, folder, wanted, inbox, _clocks)
    notify("READY=1")
    log.info("ready")
    loop.run()
    notify("STOPPING=1")
    folder.clear()
    return GOOD


def source_of(camera: Camera) -> Source:
    """Return the way to get pictures that the settings name; opens nothing yet."""
    if camera.source == "test:":
        return TestPicture(CameraId(camera.id))
    kind, _, number = camera.source.partition(":")
    if kind == "picamera2":
        return PiCamera(int(number))
    login = Login(camera.user, camera.password_file) if camera.password_file else None
    reach = anywhere if camera.allow_local else elsewhere
    if kind in _RTSP:
        return Rtsp(camera.source, login, camera.ca, reach)
    return HttpCamera(camera.source, login, camera.ca, reach)


def _patience(camera: Camera) -> Seconds:
    return RTSP_PATIENCE if camera.source.partition(":")[0] in _RTSP else PATIENCE


def _clocks() -> Now:
    return Now(Monotonic(time.monotonic()), Wall(time.time()))


def _stop_on_signals(inbox: Inbox) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        inbox.put(Stop())

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
