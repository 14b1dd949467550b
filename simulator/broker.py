"""A Mosquitto of our own on a free port, for the demo, the tests and the benchmark.

Never the system's instance: that one may be somebody's.  Tests and benchmark run it without TLS and
accounts, which is why it listens on loopback alone; the demo as `tocsin-gateway init` sets it up.
"""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from service.mosquitto import COMMON
from simulator.process import ProcessError, end, last_words, start

_ANSWERS_WITHIN_S: Final = 5.0

# Any client may connect and say anything: for a broker on loopback alone.
_OPEN: Final = f"{COMMON}allow_anonymous true\n"


def free_port() -> int:
    """Return a TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_broker(folder: Path, port: int, also: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """Start Mosquitto on 127.0.0.1:`port`, and on that port of the loopback addresses in `also`,
    and return once it answers.

    Its configuration and log are kept in `folder`.  Raises ProcessError if it is not installed,
    ends, or does not answer within 5 s.  Call it from a thread that outlives the broker.
    """
    listeners = (f"listener {port} {address}\nmax_qos 1\n" for address in ("127.0.0.1", *also))
    return _start(folder, "".join((_OPEN, *listeners, _keep_user())), port)


def start_founded_broker(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The same with the configuration that `tocsin-gateway init` made in `folder`."""
    made = (folder / "broker/mosquitto.conf").read_text(encoding="utf-8")
    return _start(folder, re.sub(r"(?m)^user .*\n", _keep_user(), made), port)


def _start(folder: Path, settings: str, port: int) -> subprocess.Popen[bytes]:
    configuration, log = folder / "mosquitto.conf", folder / "mosquitto.log"
    configuration.write_text(settings)
    broker = start([_find_mosquitto(), "-c", str(configuration)], log)
    pause, deadline = threading.Event(), time.monotonic() + _ANSWERS_WITHIN_S
    while not _answers(port):
        if broker.poll() is not None or time.monotonic() > deadline:
            end(broker)
            raise ProcessError(f"mosquitto does not answer on port {port}:\n{last_words(log)}")
        pause.wait(0.005)
    return broker


def _find_mosquitto() -> str:
    # Debian keeps it where only root's PATH looks.
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
    if found := shutil.which("mosquitto", path=path):
        return found
    raise ProcessError("mosquitto is not installed; on Debian: apt-get install mosquitto")


def _keep_user() -> str:
    # As root it would become `mosquitto`, who may not enter a folder of ours.
    return "user root\n" if os.geteuid() == 0 else ""


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
