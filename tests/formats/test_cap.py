"""CAP 1.2: each version a message that is valid by the schema of OASIS, whatever the words."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from signxml.exceptions import InvalidDigest
from signxml.verifier import XMLVerifier

from gateway.core.formats.cap import CapSource, CapWriter, write_time
from gateway.core.formats.capack import is_ack
from gateway.core.formats.report import SilentCamera
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.timeline import Event
from gateway.core.values import Room
from gateway.receivers.cap_signature import SigningWriter
from tests.formats.cap import check, texts
from tests.formats.test_eido import ROOM, UUID, incident_in
from tests.gateway.core import at
from wire.ids import CameraId, EndpointName, Seconds, Wall
from wire.timeline import sentence_of

SENDER = "panic-gateway@lincoln.example.k12.us"
SOURCE = CapSource(SENDER, ("psap.example.gov",), "Lincoln School", "100 Main St, Anytown")


def written(incident: Incident, version: int = 1, writer: CapWriter | None = None) -> Any:
    return check((writer or CapWriter(SOURCE)).write(incident, version, (), ()))


def sent(incident: Incident) -> None:
    """Somebody gave a receipt for all of it."""
    for alert in incident.alerts.values():
        incident.receipt(EndpointName("psap"), alert.id, alert.presses, Wall(1.0))


def test_a_press_is_a_private_alert_with_its_place_in_words_and_as_fields() -> None:
    message = written(incident_in(ROOM))
    assert texts(message, "msgType") == ["Alert"]
    assert (texts(message, "scope"), texts(message, "addresses")) == (
        ["Private"],
        ["psap.example.gov"],
    )
    assert texts(message, "headline") == ["PANIC Lincoln School, Main, floor 2, room 204"]
    assert texts(message, "areaDesc") == [
        "Lincoln School, 100 Main St, Anytown: Main, floor 2, room 204, Room 204"
    ]
    assert texts(message, "value")[-3:] == ["Main", "2", "204"]
    assert texts(message, "incidents") == [UUID]


def test_it_links_to_the_live_page_and_expires_only_where_that_was_agreed() -> None:
    link = "https://lincoln.example/live/1/"
    agreed = dataclasses.replace(SOURCE, expires=Seconds(3600.0))
    message = written(incident_in(ROOM), 1, CapWriter(agreed, lambda _: link))
    assert texts(message, "web") == [link]
    sent_at, expires = (
        datetime.datetime.fromisoformat(texts(message, name)[0]) for name in ("sent", "expires")
    )
    assert expires - sent_at == datetime.timedelta(hours=1)
    plain = written(incident_in(ROOM))
    assert texts(plain, "web") == texts(plain, "expires") == []


def test_times_have_neither_z_nor_fractions() -> None:
    assert write_time(Wall(1_788_444_309.987)) == "2026-09-03T14:05:09-00:00"


def test_it_stays_an_alert_until_somebody_took_it_then_updates_and_a_cancel_name_it() -> None:
    incident, writer = incident_in(ROOM), CapWriter(SOURCE)
    first = written(incident, 1, writer)
    still = written(incident, 2, writer)
    sent(incident)
    update = written(incident, 3, writer)
    incident.note(Event(at(9).wall, "closed", "Ms Hill"))
    incident.closed = True
    cancel = written(incident, 4, writer)
    kinds = [texts(each, "msgType") for each in (first, still, update, cancel)]
    assert kinds == [["Alert"], ["Alert"], ["Update"], ["Cancel"]]
    named = [f"{SENDER},{UUID}.{n},{texts(first, 'sent')[0]}" for n in (1, 2, 3)]
    assert texts(update, "references") == [" ".join(named[:2])]
    assert texts(cancel, "references") == [" ".join(named)]
    assert texts(cancel, "headline")[0].startswith("CLOSED: PANIC")
    assert "closed, Ms Hill" in texts(cancel, "note")[0]


def test_after_a_restart_the_last_message_before_it_is_still_named() -> None:
    incident = incident_in(ROOM)
    sent(incident)
    incident.version = 7
    incident.resume(at(60))
    (named,) = texts(written(incident, incident.version + 1), "references")
    assert named == f"{SENDER},{UUID}.7,{write_time(incident.opened_at)}"


@pytest.mark.parametrize(("status", "mark"), [("Test", "TEST: "), ("Exercise", "EXERCISE: ")])
def test_what_is_no_alarm_says_so_where_a_program_and_where_a_person_looks(
    status: str, mark: str
) -> None:
    source = CapSource(SENDER, ("psap",), "Lincoln School", status=status)  # type: ignore[arg-type]
    message = written(incident_in(ROOM), writer=CapWriter(source))
    assert texts(message, "status") == [status]
    assert texts(message, "headline")[0].startswith(f"{mark}PANIC")


@given(*(st.text(min_size=1, max_size=10_000) for _ in range(4)))
@example("Lincoln", "Main", "cancel", "a drill")
def test_any_words_make_a_valid_message_and_come_back(
    site: str, building: str, event: str, text: str
) -> None:
    incident = incident_in(Room("204", "204", "2", building))
    incident.note(Event(at(1).wall, event, "Ada", text))
    silent = SilentCamera(CameraId("hall-2"), text)
    writer = CapWriter(CapSource(SENDER, ("psap",), site))
    message = check(writer.write(incident, 1, (), [silent]))
    assert texts(message, "areaDesc") == [shown(f"{site}: {building}, floor 2, room 204")]
    said = sentence_of(event)
    assert shown(f"{said}, Ada: {text}") in texts(message, "note")[0]


def shown(text: str) -> str:
    """What XML can hold of a text: the rest is marked."""
    return "".join(c if _is_char(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def _is_char(character: str) -> bool:
    code = ord(character)
    return character in "\t\n\r" or (
        code >= 0x20 and not 0xD800 <= code <= 0xDFFF and (code not in (0xFFFE, 0xFFFF))
    )


def test_500_rooms_are_one_message() -> None:
    rooms = (Room(str(number), f"R{number}") for number in range(500))
    assert len(texts(written(incident_in(*rooms)), "areaDesc")) == 500


def test_a_signed_message_is_still_valid_and_a_changed_letter_is_seen(tmp_path: Path) -> None:
    key, cert = rsa_files(tmp_path)
    writer = SigningWriter(EndpointName("psap"), CapWriter(SOURCE), key, cert)
    signed = writer.write(incident_in(ROOM), 1, (), ())
    check(signed)
    XMLVerifier().verify(signed.encode(), x509_cert=cert.read_text())
    with pytest.raises(InvalidDigest):
        XMLVerifier().verify(
            signed.replace("room 204", "room 205").encode(), x509_cert=cert.read_text()
        )


def rsa_files(folder: Path) -> tuple[Path, Path]:
    """A signing key and a certificate of its own for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=2099))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "sign.crt").write_bytes(cert.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "sign.key").write_bytes(secret)
    return folder / "sign.key", folder / "sign.crt"


def test_the_schema_refuses_what_is_wrong() -> None:
    text = CapWriter(SOURCE).write(incident_in(ROOM), 1, (), ())
    with pytest.raises(etree.DocumentInvalid):
        check(text.replace("-00:00</sent>", "Z</sent>"))
    with pytest.raises(etree.DocumentInvalid):
        check(text.replace("<status>Actual", "<status>Real"))


ACK = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><msgType>Ack</msgType>'
    f"<references>{SENDER},{UUID}.1,2026-09-03T14:05:09-00:00</references></alert>"
)


@pytest.mark.parametrize(
    ("body", "good"),
    [
        (ACK, True),
        (ACK.replace("<", "<c:").replace("<c:/", "</c:"), True),
        (ACK.replace("Ack", "Error"), False),
        (ACK.replace(".1,", ".2,"), False),
        (ACK.replace(f"{SENDER},", ""), False),
        ("", False),
        ("<html>", False),
    ],
)
def test_an_ack_counts_for_the_message_that_it_refers_to(body: str, good: bool) -> None:
    assert is_ack(body.encode(), f"{UUID}.1") is good


@given(st.binary(max_size=500))
def test_rubbish_is_no_ack(body: bytes) -> None:
    assert not is_ack(body, f"{UUID}.1")
