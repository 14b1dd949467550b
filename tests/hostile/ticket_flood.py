"""A TLS server that pours session tickets or new keys (RFC 8446, 4.6.1 and 4.6.3) for ever once it
was spoken to, and reads nothing more.
"""

import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SHUT_RDWR, create_server, socket

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_TICKET = b"\4" + struct.pack(">I", 14)[1:] + struct.pack(">IIBH1sH", 7200, 1, 0, 1, b"t", 0)
_TICKETS = _TICKET * (16_384 // len(_TICKET)) + b"\x16"
# "Here is my new key, and I want one of yours" (4.6.3), and a byte for the application.
_UPDATE, _BYTE = b"\x18\0\0\1\1\x16", b"x\x17"


class Seal:
    """Makes records of what a server says, from the first one after the handshake."""

    def __init__(self, secret: bytes, cipher: str) -> None:
        self._secret = secret
        self._kind = hashes.SHA384() if "384" in cipher else hashes.SHA256()
        self._length = 32 if "256_GCM" in cipher else 16
        self._start()

    def record(self, said: bytes) -> bytes:
        """The next record."""
        head = b"\x17\3\3" + struct.pack(">H", len(said) + 16)
        nonce = int.from_bytes(self._iv, "big") ^ self._number
        self._number += 1
        return head + self._key.encrypt(nonce.to_bytes(12, "big"), said, head)

    def renew(self) -> None:
        """The next record is under a new key."""
        self._secret = self._expand(b"traffic upd", self._kind.digest_size)
        self._start()

    def _start(self) -> None:
        self._number = 0
        self._key = AESGCM(self._expand(b"key", self._length))
        self._iv = self._expand(b"iv", 12)

    def _expand(self, label: bytes, length: int) -> bytes:
        full = b"tls13 " + label
        info = struct.pack(">HB", length, len(full)) + full + b"\0"
        return HKDFExpand(self._kind, length, info).derive(self._secret)


def tickets(seal: Seal) -> Iterator[bytes]:
    """Records of tickets alone."""
    while True:
        yield seal.record(_TICKETS)


def key_updates(seal: Seal) -> Iterator[bytes]:
    """New keys without end, each of which wants an answer, and now and then a byte."""
    while True:
        said = bytearray()
        while len(said) < 40_000:
            said += seal.record(_UPDATE)
            seal.renew()
        yield bytes(said) + seal.record(_BYTE)


@contextmanager
def pouring_tickets(
    cert: Path, what: Callable[[Seal], Iterator[bytes]] = tickets
) -> Iterator[tuple[int, list[int]]]:
    """The port, and how often each connection was sent something of it."""
    keys, poured = cert.with_suffix(".keylog"), list[int]()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, cert.with_suffix(".key"))
    tls.minimum_version, tls.num_tickets = ssl.TLSVersion.TLSv1_3, 0
    tls.keylog_filename = str(keys)

    def accept(server: socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=pour, args=(server.accept()[0],), daemon=True).start()

    def pour(line: socket) -> None:
        with suppress(OSError), line:
            seal = _greet(line, tls, keys)
            place = len(poured)
            poured.append(0)
            for said in what(seal):
                line.sendall(said)
                poured[place] += 1

    with create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield server.getsockname()[1], poured
        server.shutdown(SHUT_RDWR)


def _greet(line: socket, context: ssl.SSLContext, keys: Path) -> Seal:
    """Shake hands, hear the first word, and return how a record is sealed then."""
    came, leaves = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(came, leaves, server_side=True)

    def go_on(step: Callable[[], object]) -> None:
        is_done = False
        while not is_done:
            with suppress(ssl.SSLWantReadError):
                step()
                is_done = True
            line.sendall(leaves.read())
            if not is_done:
                came.write(line.recv(65536))

    go_on(tls.do_handshake)
    seal = _seal_of(keys, str((tls.cipher() or ("",))[0]))
    go_on(lambda: tls.read(65536))
    return seal


def _seal_of(keys: Path, cipher: str) -> Seal:
    lines = [each.split() for each in keys.read_text().splitlines()]
    secret = next(each[2] for each in reversed(lines) if each[0] == "SERVER_TRAFFIC_SECRET_0")
    return Seal(bytes.fromhex(secret), cipher)
