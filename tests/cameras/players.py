"""The players of RTSP streams that a test's process has started."""

import os
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bench.cost import children_of
from gateway.cameras.events import Pace
from gateway.cameras.sources.rtsp import Rtsp
from gateway.cameras.sources.source import CameraError


def players() -> dict[int, str]:
    """This process's players, with what a list of processes shows of each."""
    found = {}
    for child in children_of(os.getpid()):
        with suppress(OSError):  # it ended meanwhile
            shown = Path(f"/proc/{child}/cmdline").read_bytes() + b"\n"
            shown += Path(f"/proc/{child}/environ").read_bytes()
            if b"gateway.cameras.sources.rtsp_player" in shown:
                found[child] = shown.decode(errors="replace")
    return found


def reason_of(source: Rtsp) -> str:
    with closing(source), pytest.raises(CameraError) as caught:
        source.take(Pace.REST)
    return str(caught.value)
