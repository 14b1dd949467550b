"""A camera that streams video over RTSP.  Its stream is played in a process of its own
(rtsp_player.py), which outlives a stream that ends, is ended when it hangs, and is started anew
when it is gone.
"""

import importlib.util
import json
import socket
import subprocess
import threading
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from gateway.cameras.events import Pace, Shot
from gateway.cameras.sources.address_policy import AddressPolicy, allowed_addresses, any_address
from gateway.cameras.sources.http_auth import Login
from gateway.cameras.sources.player_protocol import (
    FINAL_REASON,
    KEY_FRAME,
    NEWEST,
    PICTURE,
    receive,
)
from gateway.cameras.sources.source import CameraError
from service.helper import DOORS, Helper, child_helper, helper_at
from service.notify import is_service
from service.packages import reinstall
from wire.clean import clean
from wire.ids import Seconds, Wall

# A player may have to start, connect, and wait for a key frame.
RTSP_PATIENCE: Final = Seconds(10.0)

_PORT: Final = 554
_PLAYER: Final = "gateway.cameras.sources.rtsp_player"
_DOOR: Final = DOORS / "player.sock"
_LACKING: Final = f"PyAV is not installed: `{reinstall()}`"
_NO_DOOR: Final = (
    "its player would have the camera process's user: `systemctl restart tocsin-player.socket`"
)
# What a player needs of the environment: no proxy, and nothing of systemd's.
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")
_LONGEST_REASON: Final = 200


class Rtsp:
    """The stream at `url`, behind a login or not; `ca` is a file of whom to trust for rtsps.

    At `door` systemd gives each player a user of its own, where it does.
    """

    def __init__(
        self,
        url: str,
        login: Login | None,
        ca: Path | None = None,
        policy: AddressPolicy = any_address,
        door: Path = _DOOR,
    ) -> None:
        self._url = url
        self._login = login
        self._ca = ca
        self._policy = policy
        self._door = door
        self._lock = threading.Lock()
        self._player: Helper | None = None
        self._plays = False
        self._is_cut = False

    def take(self, pace: Pace, /) -> Shot:
        """Return the next key frame, or if it is pressing the newest frame; raises CameraError."""
        with self._lock:
            self._is_cut = False
        try:
            return self._ask(self._player or self._started(), pace)
        except (OSError, EOFError) as error:
            self.close()
            raise CameraError("the stream's player could not be started, or has ended") from error

    def cut(self) -> None:
        """Kill the player: the wait ends with it."""
        with self._lock:
            self._is_cut = True
            if self._player:
                self._player.kill()

    def close(self) -> None:
        """End the player."""
        with self._lock:
            player, self._player, self._plays = self._player, None, False
        if player:
            player.close()

    def _started(self) -> Helper:
        if importlib.util.find_spec("av") is None:
            raise CameraError(_LACKING)
        player = helper_at(self._door) or _child()
        with self._lock:
            self._player = player
            if self._is_cut:
                player.kill()
        return player

    def _ask(self, player: Helper, pace: Pace) -> Shot:
        if not self._plays:
            player.orders.write(self._stream())
            self._plays = True
        player.orders.write(KEY_FRAME if pace is Pace.REST else NEWEST)
        player.orders.flush()
        answer = receive(player.answers)
        if answer.kind == FINAL_REASON:
            self.close()
        if answer.kind != PICTURE:
            self._plays = False
            raise CameraError(clean(answer.content.decode(errors="replace"), _LONGEST_REASON))
        return Shot(answer.content, Wall(answer.at))

    def _stream(self) -> bytes:
        """Send the stream's address and its current login; raises CameraError and OSError.

        Whom to trust is sent itself, for a player may not read our files.
        """
        url = _at_its_address(self._url, self._policy)
        user, password = self._login.words() if self._login else ("", "")
        trusted = self._ca.read_text(encoding="ascii") if self._ca else ""
        said = {"url": url, "user": user, "password": password, "ca": trusted}
        return json.dumps(said).encode() + b"\n"


def _child() -> Helper:
    """Return a player of our own user, who has every camera's password: never as a service."""
    if is_service():
        raise CameraError(_NO_DOOR)
    return child_helper(_PLAYER, _ENVIRONMENT, subprocess.DEVNULL)


def _at_its_address(url: str, policy: AddressPolicy) -> str:
    """Name the address that was judged, not the host that a resolver may answer otherwise.

    Under TLS the host stays, for the certificate is of it: who has none gets no further.
    """
    parts = urlsplit(url)
    try:
        address = allowed_addresses(parts.hostname or "", parts.port or _PORT, policy)[0]
    except socket.gaierror as error:
        raise CameraError("the camera's name cannot be looked up; give its IP address") from error
    if parts.scheme == "rtsps":
        return url
    host = f"[{address}]" if ":" in address else address
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))
