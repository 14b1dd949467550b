"""Builds and runs the camera process, which `tocsin-gateway cameras` becomes (start.py)."""

import ctypes
import logging
import os
import queue
import signal
import time
from types import FrameType
from typing import Final

from gateway.cameras.frame_writer import FrameWriter, NotOurFolderError
from gateway.cameras.leases import HeldLeases, make_lease_folders
from gateway.cameras.loop import CameraLoop, Inbox
from gateway.cameras.picture_memory import PictureMemory, Share
from gateway.cameras.sources.address_policy import any_address, other_machines
from gateway.cameras.sources.http import HttpCamera
from gateway.cameras.sources.http_auth import Login
from gateway.cameras.sources.picamera import PiCamera
from gateway.cameras.sources.rtsp import RTSP_PATIENCE, Rtsp
from gateway.cameras.sources.source import Source
from gateway.cameras.sources.test_pattern import TestPicture
from gateway.cameras.supervisor import PATIENCE
from gateway.cameras.watch import Watch, WatchedCamera
from gateway.cameras.worker import Worker
from gateway.core.values import Now
from service.events import Stop
from service.exits import BAD_CONFIGURATION, GOOD
from service.notify import notify
from wire.ids import CameraId, Monotonic, Seconds, Wall

log = logging.getLogger(__name__)

# Where both share a processor, the alert path comes first.
_NICER: Final = 5
# Of malloc.h.
_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_RTSP: Final = ("rtsp", "rtsps")


def run_cameras(watch: Watch) -> int:
    """Keep the newest frame of every camera in the frames folder; return an exit code.

    Blocks until SIGTERM or SIGINT; to be called in the main thread.
    """
    try:
        folder = FrameWriter(watch.folder, watch.past)
        make_lease_folders(watch.leases)
    except (NotOurFolderError, OSError) as error:
        log.error("frames.directory cannot be used: %s", error)
        return BAD_CONFIGURATION
    os.nice(_NICER)
    _give_memory_back()
    inbox: Inbox = queue.SimpleQueue()
    memory = PictureMemory()
    _stop_on_signals(inbox)
    cameras = {each.id: each for each in watch.cameras}

    def start_worker(camera: CameraId, number: int) -> Worker:
        share = memory.share()
        return Worker(camera, number, source_of(cameras[camera], share), share, inbox.put)

    patience = {each: _patience(camera) for each, camera in cameras.items()}
    leases = HeldLeases(watch.leases)
    loop = CameraLoop(patience, start_worker, folder, leases, inbox, _clocks)
    notify("READY=1")
    log.info("ready")
    loop.run()
    notify("STOPPING=1")
    folder.clear()
    return GOOD


def source_of(camera: WatchedCamera, share: Share) -> Source:
    """Return the way to get pictures that the settings name; opens nothing yet."""
    if camera.source == "test:":
        return TestPicture(camera.id)
    kind, _, number = camera.source.partition(":")
    if kind == "picamera2":
        return PiCamera(int(number))
    login = Login(camera.user, camera.password_file) if camera.password_file else None
    policy = any_address if camera.allow_local else other_machines
    if kind in _RTSP:
        return Rtsp(camera.source, login, camera.ca, policy)
    return HttpCamera(camera.source, login, camera.ca, policy, share)


def _patience(camera: WatchedCamera) -> Seconds:
    return RTSP_PATIENCE if camera.source.partition(":")[0] in _RTSP else PATIENCE


def _give_memory_back() -> None:
    """Have large buffers come from the kernel and go back to it at once: of a heap for each thread
    every one would keep the largest picture that it ever saw.
    """
    allocator = ctypes.CDLL(None)
    allocator.mallopt(_M_ARENA_MAX, 2)
    allocator.mallopt(_M_MMAP_THRESHOLD, 262_144)


def _clocks() -> Now:
    return Now(Monotonic(time.monotonic()), Wall(time.time()))


def _stop_on_signals(inbox: Inbox) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        inbox.put(Stop())

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
