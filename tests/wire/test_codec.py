"""The codec's laws: whatever the bytes, a message or WireError; what was written is read."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.wire.samples import alerts, attempt, heartbeats, messages, uuids
from wire.codec import LARGEST, decode, encode
from wire.errors import WireError
from wire.ids import AlertId, RoomId
from wire.messages import Alert, Heartbeat, Message

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def read(payload: bytes) -> Message | None:
    return attempt(lambda: decode(payload))


@given(st.binary(max_size=LARGEST + 10))
@example(b'{"v":1,"type":"alert","alert":"\\ud800"}')
@example(b"[" * LARGEST)
@example(b'{"v":' + b"9" * 4000 + b"}")
def test_any_bytes_are_a_message_or_refused(payload: bytes) -> None:
    read(payload)


@given(anything)
def test_any_json_is_a_message_or_refused(value: Any) -> None:
    read(json.dumps(value).encode())


@given(messages, st.data())
def test_a_good_message_with_any_one_field_changed_is_a_message_or_refused(
    message: Message, data: st.DataObject
) -> None:
    fields = json.loads(encode(message))
    fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(anything)
    read(json.dumps(fields).encode())


@given(messages, st.data())
def test_a_good_message_with_bytes_changed_is_a_message_or_refused(
    message: Message, data: st.DataObject
) -> None:
    payload = bytearray(encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(payload))


@given(messages)
def test_what_was_written_is_read(message: Message) -> None:
    assert decode(encode(message)) == message


@given(messages, st.dictionaries(st.text(max_size=8), anything, max_size=3))
def test_what_a_newer_peer_adds_changes_nothing(message: Message, more: dict[str, Any]) -> None:
    fields = json.loads(encode(message))
    payload = json.dumps({f"x-{key}": value for key, value in more.items()} | fields).encode()
    assert read(payload) in (message, None)  # None: it is too large, or holds a NaN


@given(messages)
def test_a_message_is_one_object_in_ascii_within_4096_bytes(message: Message) -> None:
    payload = encode(message)
    assert len(payload) <= LARGEST
    assert payload.isascii()
    assert json.loads(payload)["v"] == 1


@given(alerts)
def test_a_message_that_would_be_too_large_is_never_written(alert: Alert) -> None:
    with pytest.raises(WireError, match="over 4096"):
        encode(replace(alert, room=RoomId("x" * LARGEST)))


@given(heartbeats, st.lists(uuids.map(AlertId), min_size=33, max_size=40))
def test_a_unit_with_too_many_open_alerts_still_beats(
    beat: Heartbeat, opened: list[AlertId]
) -> None:
    read_back = decode(encode(replace(beat, open=tuple(opened), troubles=())))
    assert isinstance(read_back, Heartbeat)
    assert read_back.open == tuple(opened[:32])


@given(heartbeats, st.floats(), st.text())
def test_a_sensor_that_is_broken_never_makes_a_heartbeat_unreadable(
    beat: Heartbeat, celsius: float, version: str
) -> None:
    broken = replace(beat, machine=replace(beat.machine, celsius=celsius, version=version))
    assert isinstance(decode(encode(broken)), Heartbeat)
