"""Those who attack a school, from its own network, with a certificate or without."""

import socket
import ssl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from service.broker import Broker
from service.message_properties import seal_of
from service.tls import client_tls
from tests.waiting import patience
from wire.seal import NO_SEAL, USER_PROPERTY, Seal

# A student's laptop: no more than what stands on the school's own network.
CONNECT = {
    4: bytes.fromhex("101000044d5154540402003c000478787878"),
    5: bytes.fromhex("101100044d5154540502003c00000478787878"),
}
_CONNACK = 0x20


class Intruder:
    """Somebody with a certificate, genuine or not, who keeps to no rule of ours."""

    def __init__(
        self, identity: Broker, version: int = 5, name: str = "", user: str | None = None
    ) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.seals: list[Seal] = []
        self._notes: SimpleQueue[str] = SimpleQueue()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            name or uuid.uuid4().hex[:20],
            protocol=MQTTProtocolVersion(version),
        )
        self.client.tls_set_context(client_tls(identity.ca, identity.cert, identity.key))
        if user is not None:
            self.client.username_pw_set(user)
        self.client.on_connect = lambda *_: self._notes.put("connected")
        self.client.on_message = self._on_message
        self.client.on_publish = lambda *_: self._notes.put("published")
        self.client.on_subscribe = lambda *_: self._notes.put("subscribed")
        self.client.on_disconnect = lambda *_: self._notes.put("disconnected")
        self.client.connect(identity.host, identity.port, keepalive=20)
        self.client.loop_start()

    def wait_for(self, what: str, within: float = 5.0) -> bool:
        """True if it came within that time, whatever else comes meanwhile."""
        end = time.monotonic() + patience(within)
        try:
            while self._notes.get(timeout=max(end - time.monotonic(), 0.001)) != what:
                pass
        except Empty:
            return False
        return True

    def publish(
        self,
        topic: str,
        payload: bytes,
        qos: int = 1,
        retain: bool = False,
        seal: Seal = NO_SEAL,
        noise: int = 0,
    ) -> None:
        """Say anything anywhere, under `noise` further user properties (MQTT 5 alone)."""
        pairs = [("noise", "x")] * noise + ([(USER_PROPERTY, seal)] if seal else [])
        properties = None
        if pairs:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.UserProperty = pairs
        self.client.publish(topic, payload, qos, retain, properties)

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self.seals.append(seal_of(message))
        self.heard.append((message.topic, bytes(message.payload)))


@contextmanager
def intruder(identity: Broker, version: int = 5, **more: Any) -> Iterator[Intruder]:
    found = Intruder(identity, version, **more)
    try:
        yield found
    finally:
        found.leave()


def connack(port: int, tls: ssl.SSLContext | None, version: int = 5) -> bool:
    """True if the broker lets somebody in who shows what is in `tls`."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            spoken = tls.wrap_socket(line, server_hostname="127.0.0.1") if tls else line
            with spoken:
                spoken.settimeout(patience(5))
                spoken.sendall(CONNECT[version])
                return spoken.recv(1)[:1] == bytes([_CONNACK])
    except OSError:
        return False
