"""Proves that messages pass through the broker: what is published comes back.

One connection to the listener in the broker's own folder, which stays: a broker whose connections
are all taken by strangers still serves those that it has, and so it does this one.  Never waits:
a broker that is frozen must not freeze who judges it.
"""

import os
import secrets
import socket
from pathlib import Path
from typing import Final

from gateway.trust.broker.acl import SUPERVISOR
from gateway.trust.broker.files import SOCKET

# MQTT 3.1.1: the packets that are sent, and their flags.
_CONNECT: Final = 0x10
_PUBLISH: Final = 0x30
_SUBSCRIBE: Final = 0x82
_LEVEL: Final = 4
_USER_PASSWORD_CLEAN: Final = 0xC2
_KEEPALIVE_S: Final = 30
_PIECE: Final = 4096


class RoundTrip:
    """Publishes on `topic` at the broker in `folder`, as its supervisor with `password`."""

    def __init__(self, folder: Path, topic: str, password: str) -> None:
        self._folder = folder
        self._topic = topic.encode()
        self._password = password.encode()
        self._word = b""
        self._came = b""
        self._socket: socket.socket | None = None

    def turn(self) -> bool:
        """Send a word; True if one came back since the last turn.  Never waits, never raises."""
        try:
            self._socket = self._socket or self._connected()
            has_come = self._take(self._socket)
            self._socket.sendall(_packet(_PUBLISH, _text(self._topic) + self._word))
        except BlockingIOError:
            return False  # it has not even read what it was sent before
        except OSError:
            self.close()
            return False
        return has_come

    def close(self) -> None:
        """End the connection; the next turn makes another."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._came = None, b""

    def _connected(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.setblocking(False)
        try:
            _connect(made, self._folder)
            made.sendall(self._greeting())
        except OSError:
            made.close()
            raise
        # Of this connection alone: what an earlier one sent proves nothing.
        self._word = secrets.token_bytes(8)
        return made

    def _greeting(self) -> bytes:
        name = _text(SUPERVISOR.encode())
        head = _text(b"MQTT") + bytes([_LEVEL, _USER_PASSWORD_CLEAN]) + _number(_KEEPALIVE_S)
        login = _packet(_CONNECT, head + name + name + _text(self._password))
        return login + _packet(_SUBSCRIBE, _number(1) + _text(self._topic) + b"\0")

    def _take(self, broker: socket.socket) -> bool:
        has_come = False
        while some := _received(broker):
            self._came += some
            has_come = has_come or self._word in self._came
            self._came = self._came[-len(self._word) :]
        return has_come


def _connect(made: socket.socket, folder: Path) -> None:
    """By a handle on the folder: the name of a socket may have 107 bytes at most."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        made.connect(f"/proc/self/fd/{handle}/{SOCKET}")
    finally:
        os.close(handle)


def _received(broker: socket.socket) -> bytes:
    """Return what is there, nothing if nothing is; raises OSError once the broker has closed."""
    try:
        some = broker.recv(_PIECE)
    except BlockingIOError:
        return b""
    if not some:
        raise ConnectionResetError("the broker closed the connection")
    return some


def _packet(kind: int, body: bytes) -> bytes:
    """A packet of MQTT; ours are short, so its length may have two bytes at most."""
    high, low = divmod(len(body), 128)
    return bytes([kind, low | 0x80, high] if high else [kind, low]) + body


def _text(text: bytes) -> bytes:
    return _number(len(text)) + text


def _number(value: int) -> bytes:
    return value.to_bytes(2, "big")
