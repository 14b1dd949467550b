"""Brokers for tests of the link: real Mosquittos on loopback, plain or with certificates."""

import datetime
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.broker import Broker
from service.threaded_link import ThreadedLink
from simulator.broker import free_port, start_broker
from simulator.process import end, start
from tests.waiting import patience, until

E = TypeVar("E")

_TLS = """\
listener {port} 127.0.0.1
require_certificate true
use_identity_as_username true
tls_version tlsv1.2
cafile {folder}/ca.crt
certfile {folder}/broker.crt
keyfile {folder}/broker.key
"""


class Heard:
    """A link's inbox; waits for the events that a test asks for and forgets the others."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Any] = SimpleQueue()

    def next(self, kind: type[E], within: float = 5.0) -> E:
        """The next event of `kind`; fails the test if none comes."""
        deadline = time.monotonic() + patience(within)
        while True:
            event = self.queue.get(timeout=max(0.001, deadline - time.monotonic()))
            if isinstance(event, kind):
                return event

    def all_now(self) -> list[Any]:
        """Everything that has come until now."""
        events = []
        while not self.queue.empty():
            events.append(self.queue.get())
        return events


@contextmanager
def linked(
    broker: Broker, name: str, *topics: str, put: Callable[[Any], None] | None = None
) -> Iterator[tuple[ThreadedLink, Heard]]:
    """A link that is started and, in the end, stopped to the last of its threads."""
    heard = Heard()
    link = ThreadedLink("broker", broker, name, topics, put or heard.queue.put)
    link.start()
    try:
        yield link, heard
    finally:
        link.stop()
        until(lambda: not link.alive())


class Plain:
    """A broker that can be killed and brought back on its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.settings = Broker(url=f"mqtt://127.0.0.1:{self._port}")
        self.start()

    def start(self) -> None:
        self.process = start_broker(self._folder, self._port)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def plain(folder: Path) -> Iterator[Plain]:
    broker = Plain(folder)
    try:
        yield broker
    finally:
        end(broker.process)


@contextmanager
def refusing() -> Iterator[tuple[Broker, SimpleQueue[bytes]]]:
    """A broker that lets everybody in, refuses every subscription, and keeps what it is sent."""
    sent: SimpleQueue[bytes] = SimpleQueue()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.recv(1000)
                line.sendall(b"\x20\x03\0\0\0")  # CONNACK: welcome
                subscribe = line.recv(1000)
                line.sendall(b"\x90\x04" + subscribe[2:4] + b"\0\x87")  # SUBACK: not authorized
                while packet := line.recv(1000):
                    sent.put(packet)

        threading.Thread(target=serve, daemon=True).start()
        yield Broker(url=f"mqtt://127.0.0.1:{server.getsockname()[1]}"), sent


class Authority(NamedTuple):
    """A throwaway certificate authority."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign(
        self, folder: Path, name: str, ends: int = 2099, begins: int = 1970, host: str = ""
    ) -> None:
        """Write `name`.crt, its key and ca.crt into `folder`.

        The certificate is for 127.0.0.1, and `host` if there is one; it is good for the years from
        `begins` to `ends`.
        """
        folder.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _draft(name, self.certificate.subject, key, begins, ends)
        address = x509.IPAddress(IPv4Address("127.0.0.1"))
        alternative = x509.SubjectAlternativeName(
            [address, *([x509.DNSName(host)] if host else [])]
        )
        basic = x509.BasicConstraints(ca=False, path_length=None)
        builder = builder.add_extension(basic, critical=True)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        signed = _identified(builder.add_extension(alternative, critical=False), key, self.key)
        (folder / "ca.crt").write_bytes(_pem(self.certificate))
        (folder / f"{name}.crt").write_bytes(_pem(signed))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def new_authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "school")])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    builder = _draft("school", name, key).add_extension(authority, critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True), critical=True)
    return Authority(key, _identified(builder, key, key))


def secure_settings(port: int, folder: Path, name: str) -> Broker:
    return Broker(
        url=f"mqtts://127.0.0.1:{port}",
        ca=folder / "ca.crt",
        cert=folder / f"{name}.crt",
        key=folder / f"{name}.key",
    )


@contextmanager
def secure(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A broker of the authority whose ca.crt, broker.crt and broker.key lie in `folder`."""
    configuration = folder / "mosquitto.conf"
    user = "user root\n" if folder.owner() == "root" else ""
    configuration.write_text(_TLS.format(folder=folder, port=port) + user)
    process = start(["/usr/sbin/mosquitto", "-c", str(configuration)], folder / "mosquitto.log")
    try:
        yield process
    finally:
        end(process)


def kill_thread_in(heard: Heard, on: type) -> Callable[[Any], None]:
    """A `put` that ends the thread that first brings an event of kind `on`."""
    armed = threading.Event()

    def put(event: Any) -> None:
        heard.queue.put(event)
        if isinstance(event, on) and not armed.is_set():
            armed.set()
            raise SystemExit

    return put


def _draft(
    name: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: int = 1970,
    ends: int = 2099,
) -> x509.CertificateBuilder:
    epoch = datetime.datetime.fromtimestamp(0, datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(epoch.replace(year=begins))
        .not_valid_after(epoch.replace(year=ends))
    )


def _identified(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    issuer: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Sign with the key identifiers that strict verification asks for."""
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    other = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
    builder = builder.add_extension(own, critical=False).add_extension(other, critical=False)
    return builder.sign(issuer, hashes.SHA256())


def _usage(digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
