"""One MQTT 5 connection that reconnects by itself, over paho.  Decides nothing: it puts events.

Who runs it says how it waits: a thread of its own (`threaded_link.py`) or its owner's poll
(`polled_link.py`).

Clean start, no session, no will: durability is the journals' job, and a PUBACK is no receipt.  What
is retained is for others, is told anew before it ends, and none of it is taken here.  What cannot
leave now is dropped, and so is what the broker has not acknowledged when the connection ends,
because its owner sends it anew on LinkUp: no backlog grows while a broker is away,
and no message leaves again with an age that is out of date.
"""

from __future__ import annotations

import logging
import socket
import ssl
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from service.broker import Broker
from service.events import LinkDown, LinkUp, MessageReceived, NoSubscribers
from service.guard import guarded
from service.link_failure import reason_for
from service.message_properties import properties_of, seal_of
from service.strict_tls import verify_strictly
from service.tls_socket import TlsSockets
from wire.ids import Monotonic, Seconds
from wire.seal import NO_SEAL, Seal

log = logging.getLogger(__name__)

# A frozen broker is noticed after two of these: 9 s (docs/decisions/broker-link.md).
KEEPALIVE_S: Final = 5
# paho's own default of 1 to 120 s leaves a unit silent for two minutes after a broker's return.
RECONNECT_S: Final = (1, 3)
_CONNECT_S: Final = 3.0
# Under TLS 1.3 a broker that does not take our certificate says so only by closing.
_REFUSED_AT_LOGIN: Final = (
    "certificate: the broker closed the connection when it saw ours: has it expired, is it revoked,"
    " or of another authority?"
)
# MQTT 5, 3.4.2.1: the broker took it and has nobody to give it to.
_NO_SUBSCRIBER: Final = 0x10


class Link(ABC):
    """A connection to one broker, subscribed to `topics`; thread-safe, never blocks, never raises.

    `put` takes MessageReceived, LinkUp, LinkDown, NoSubscribers and CallbackFailed, from the thread
    that reads from the socket.  `fault` says why it does not work now; None while it does, and
    until the first try has failed.
    """

    def __init__(
        self,
        name: str,
        broker: Broker,
        client_id: str,
        topics: Sequence[str],
        put: Callable[[Any], None],
    ) -> None:
        self.name = name
        self.up = False
        self.fault: str | None = None
        self._broker = broker
        self._client_id = client_id
        self._topics = topics
        self._put = put
        self._tls: ssl.SSLContext | None = None
        self._stopped = False
        self._client = self._new_client()

    @abstractmethod
    def start(self) -> None:
        """Begin to connect, and go on trying for ever."""

    @abstractmethod
    def alive(self) -> bool:
        """True while it goes on trying, connected or not."""

    def publish(self, topic: str, payload: bytes, seal: Seal = NO_SEAL) -> bool:
        """Send `payload` at QoS 1, or as soon as the socket takes it; False if the link is down.

        The broker says what became of it: NoSubscribers is put if nobody took it.
        """
        if self._client.on_publish is None:
            # paho calls it for each message at QoS 0, too, with objects made for the purpose.
            self._client.on_publish = guarded(self._on_publish, self._put)
        return self._hand_over(topic, payload, seal, qos=1)

    def publish_qos0(self, topic: str, payload: bytes, seal: Seal = NO_SEAL) -> bool:
        """The same at QoS 0, at half the cost: for what the other side asks for again if lost."""
        return self._hand_over(topic, payload, seal, qos=0)

    def publish_retained(
        self, topic: str, payload: bytes, lasts: Seconds, seal: Seal = NO_SEAL
    ) -> bool:
        """The same, and the broker gives it to those who subscribe within `lasts`, too."""
        return self._hand_over(topic, payload, seal, qos=0, lasts=lasts)

    def renewed(self) -> None:
        """Take up a new certificate for the connections to come; the one that stands stays.

        Raises OSError, and then goes on with the old one.
        """
        if self._tls and self._broker.cert:
            self._tls.load_cert_chain(self._broker.cert, self._broker.key, password="")

    def stop(self) -> None:
        """Disconnect; does not wait, because loop_stop can hang.

        See docs/decisions/broker-link.md.
        """
        self._stopped = True
        self._client.disconnect()

    def _address_client(self) -> None:
        """Tell paho where the broker is; it connects when it is asked to."""
        self._client.connect_async(
            self._broker.host, self._broker.port, keepalive=KEEPALIVE_S, clean_start=True
        )

    def _hand_over(
        self, topic: str, payload: bytes, seal: Seal, qos: int, lasts: Seconds | None = None
    ) -> bool:
        if not self.up:
            return False
        properties = properties_of(seal, lasts)
        done = self._client.publish(topic, payload, qos, lasts is not None, properties)
        return done.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, self._client_id, protocol=MQTTProtocolVersion.MQTTv5
        )
        client.reconnect_delay_set(*RECONNECT_S)
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages_set(0)
        if self._broker.secure:
            self._tls = _tls(self._broker)
            client.tls_set_context(cast(ssl.SSLContext, TlsSockets(self._tls)))
        client.on_socket_open = guarded(_send_at_once, self._put)
        client.on_connect = guarded(self._on_connect, self._put)
        client.on_connect_fail = guarded(self._on_connect_fail, self._put)
        client.on_disconnect = guarded(self._on_disconnect, self._put)
        client.on_subscribe = guarded(self._on_subscribe, self._put)
        client.on_message = guarded(self._on_message, self._put)
        return client

    def _on_connect(
        self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _p: Any
    ) -> None:
        self._end_if_stopped(client)
        # Before paho sends them again, with the age that they had when they left first.
        client.drop_out_messages()
        if reason.is_failure:
            self._is_down(f"the broker refused the connection: {reason}")
        elif self._topics:
            client.subscribe([(topic, _subscribe_options()) for topic in self._topics])
        else:
            self._is_up()

    def _on_connect_fail(self, client: Client, _data: Any) -> None:
        self._end_if_stopped(client)
        # paho calls this while it handles the error, which it does not hand over.
        why = reason_for(sys.exc_info()[1], self._broker.host, self._broker.port)
        self._is_down(why)

    def _on_subscribe(
        self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _p: Any
    ) -> None:
        refused = next((reason for reason in reasons if reason.is_failure), None)
        if refused is None:
            self._is_up()
            return
        self.up = True  # nothing arrives, but an alert that is sent may well be received
        self._is_down(f"the broker refused the subscription: {refused}")

    def _is_up(self) -> None:
        self.up = True
        self.fault = None
        self._put(LinkUp(self.name))

    def _is_down(self, why: str) -> None:
        self.fault = why
        self._put(LinkDown(self.name, why))

    def _end_if_stopped(self, client: Client) -> None:
        """Disconnect again: while a connection is being made, paho forgets the first call."""
        if self._stopped:
            client.disconnect()

    def _on_disconnect(
        self, client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _p: Any
    ) -> None:
        self._end_if_stopped(client)
        never_up = not self.up and self._broker.secure
        self.up = False
        self._is_down(f"{_REFUSED_AT_LOGIN} ({reason})" if never_up else str(reason))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        now = Monotonic(time.monotonic())
        seal = seal_of(message)
        self._put(
            MessageReceived(
                self.name, message.topic, bytes(message.payload), now, message.retain, seal
            )
        )

    def _on_publish(
        self, _client: Client, _data: Any, _mid: int, reason: ReasonCode, _p: Properties
    ) -> None:
        if reason.value == _NO_SUBSCRIBER or reason.is_failure:
            self._put(NoSubscribers(self.name, str(reason)))


def _send_at_once(_client: Client, _data: Any, sock: Any) -> None:
    """Without this a message waits up to 40 ms for the answer to the one before (measured)."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _subscribe_options() -> SubscribeOptions:
    """QoS 0: without a session, QoS 1 adds an answer to each message and saves none."""
    return SubscribeOptions(qos=0, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)


def _tls(broker: Broker) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=broker.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    verify_strictly(context)
    if broker.cert and broker.key:
        context.load_cert_chain(broker.cert, broker.key)
    return context
