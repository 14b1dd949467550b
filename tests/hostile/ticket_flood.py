"""A TLS server that pours session tickets (RFC 8446, 4.6.1) for ever once it was spoken to."""

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
_RECORD = _TICKET * (16_384 // len(_TICKET)) + b"\x16"
_HEAD = b"\x17\3\3" + struct.pack(">H", len(_RECORD) + 16)

Seal = Callable[[int], bytes]


@contextmanager
def pouring_tickets(cert: Path) -> Iterator[tuple[int, list[int]]]:
    """The port, and how many records of tickets each connection was sent."""
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
            number, place = 0, len(poured)
            poured.append(0)
            while True:
                line.sendall(seal(number))
                number = poured[place] = number + 1

    with create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield server.getsockname()[1], poured
        server.shutdown(SHUT_RDWR)


def _greet(line: socket, context: ssl.SSLContext, keys: Path) -> Seal:
    """Shake hands, hear the first word, and return how a record of tickets is sealed then."""
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
    kind = hashes.SHA384() if "384" in cipher else hashes.SHA256()

    def expand(label: bytes, length: int) -> bytes:
        full = b"tls13 " + label
        info = struct.pack(">HB", length, len(full)) + full + b"\0"
        return HKDFExpand(kind, length, info).derive(bytes.fromhex(secret))

    key, start = AESGCM(expand(b"key", 32 if "256_GCM" in cipher else 16)), expand(b"iv", 12)

    def seal(number: int) -> bytes:
        nonce = int.from_bytes(start, "big") ^ number
        return _HEAD + key.encrypt(nonce.to_bytes(12, "big"), _RECORD, _HEAD)

    return seal
