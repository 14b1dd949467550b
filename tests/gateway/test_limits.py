"""One table of limits: what it allows fits into a report, its receipt, the schema and the docs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema

from gateway.config.site import AddressSettings, GeoSettings
from gateway.core.events import ResponseReceived
from gateway.core.formats.receipt import Receipt
from gateway.core.formats.report import ReportWriter, SilentCamera, picture
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.incidents.presses import FurtherPress
from gateway.core.incidents.timeline import Event
from gateway.core.values import ChannelId, Frame, ReportId, Room
from police.receipt import receipt_of, what_is_held
from police.report import read_report
from tests.gateway.core import at
from wire import limits
from wire.codec import decode, encode
from wire.ids import AlertId, CameraId, EndpointName, IncidentId, MarkId, UnitId
from wire.mark_fields import LONGEST_BY
from wire.marks import KNOWN, SIGHTS, STALE_AFTER, Mark, Spot, TakenBack, joined
from wire.messages import IncidentEvent
from wire.moves import Move, newer_than_told
from wire.presses import MOST_DATED

SCHEMA = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))
WIDE = "\U0001d11e"
PLACE = (limits.LONGEST_BUILDING, limits.LONGEST_FLOOR, limits.LONGEST_ROOM)
UUID = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"
LONG = "x" * 32


def site() -> dict[str, Any]:
    words = WIDE * limits.LONGEST_SITE
    address = AddressSettings(street=words, city=words, state=words, postcode=words)
    geo = GeoSettings(lat=-12.345678901234, lon=-123.45678901234)
    return {
        "id": LONG,
        "name": words,
        "address": address.model_dump(),
        "geo": geo.model_dump(),
        "phone": WIDE * limits.LONGEST_PHONE,
    }


def widest_mark(number: int) -> Mark:
    """A mark as wide as one can be; each account puts one alone."""
    known = [*KNOWN.values()][number % 3]
    building, floor, room = (WIDE * (most // 2) for most in PLACE)
    spot = Spot(building, floor, room, 12.34, 56.78)
    by, note = WIDE * (LONGEST_BY // 2 - 3) + f"{number:06}", WIDE * (limits.LONGEST_NOTE // 2)
    taken = TakenBack(at(600).wall, WIDE * (LONGEST_BY // 2), "receiver")
    name = MarkId(f"{number:08x}-0000-4000-8000-000000000000")
    seen = at(number).wall
    mark = Mark(name, "w" * 32, spot, note, by, known, seen, seen, limits.MOST_PRESSES)
    return mark if number % 2 else mark._replace(taken=taken)


def largest() -> bytes:
    """The longest report that a gateway writes, whatever a school calls things."""
    words = WIDE * 1000
    incident = Incident(IncidentId(UUID), at(0).wall, at(0).mono)
    room = Room("R" * 32, words, words, words)
    for number in range(limits.MOST_ALERTS):
        name = AlertId(f"{number:08x}-0000-4000-8000-000000000000")
        doubts = tuple(f"{doubt}{words}" for doubt in range(9))
        claim = IncomingAlert(
            name, "panic", UnitId(LONG), room, at(0).wall, limits.MOST_PRESSES, doubts
        )
        further = [
            FurtherPress(limits.MOST_PRESSES - back, at(0).wall, at(0).wall) for back in range(20)
        ]
        incident.add(replace(claim, further=tuple(further)), at(0))
    for number in range(300):
        incident.note(Event(at(number).wall, "withdraw-link", words, words, words))
    incident.marks = joined(map(widest_mark, range(500)))
    for number in range(20):
        for alert in incident.alerts:
            endpoint = EndpointName(f"endpoint-{number}")
            incident.receipt(endpoint, alert, limits.MOST_PRESSES, at(0).wall)
    frame = Frame(CameraId(LONG), bytes(limits.LARGEST_PICTURE), at(0).wall)
    shown = [picture(frame, room.id, at(0).wall)] * limits.MOST_PICTURES
    silent = [SilentCamera(CameraId(LONG), words)] * 300
    writer = ReportWriter(site(), lambda _: f"https://{'x' * 400}/")
    return writer.write(incident, 2**53 - 1, shown, silent).encode()


def test_the_largest_report_is_taken_whole_and_its_receipt_is_read() -> None:
    body = largest()
    assert b'"each_press":[' in body
    assert len(body) <= limits.LARGEST_REPORT
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(body))
    move = Move(2**53 - 1, IncidentId(UUID), IncidentId(UUID), WIDE * 80, at(0).wall)
    moves = {AlertId(f"{number:08x}{UUID[8:]}"): move for number in range(limits.MOST_ALERTS)}
    held = what_is_held(2**53 - 1, newer_than_told(moves, {}))
    answer = receipt_of(read_report(body), held)
    assert len(answer) <= limits.LARGEST_RECEIPT
    verdict = judge_receipt(
        ResponseReceived(ReportId(ChannelId("county-911"), IncidentId(UUID), 1), 200, answer, {})
    )
    assert isinstance(verdict, Receipt)
    assert len(verdict.alerts or ()) == limits.MOST_ALERTS
    assert b'"moves":[{' in answer


def test_the_schema_has_the_numbers_of_the_table() -> None:
    fields = SCHEMA["properties"]
    alert = fields["alerts"]["items"]["properties"]
    event = fields["events"]["items"]["properties"]
    room = alert["room"]["properties"]
    most = {name: fields[name]["maxItems"] for name in fields if "maxItems" in fields[name]}
    assert most == {
        "alerts": limits.MOST_ALERTS,
        "pictures": limits.MOST_PICTURES,
        "silent_cameras": limits.MOST_SILENT,
        "marks": limits.MOST_MARKS,
        "events": limits.MOST_LINES,
    }
    mark = fields["marks"]["items"]["properties"]
    assert mark["note"]["maxLength"] == limits.LONGEST_NOTE
    assert mark["by"]["maxLength"] == LONGEST_BY
    assert [each["const"] for each in mark["what"]["anyOf"] if "const" in each] == list(SIGHTS)
    said = fields["marks"]["description"]
    assert f"the newest {limits.MOST_MARKS_BY_LINKS} by live links" in said
    assert f"the newest {limits.MOST_MARKS_OF_RECEIVERS} of receivers" in said
    assert f"{limits.MOST_MARKS_OF_ACCOUNTS} of accounts" in said
    stale = fields["marks"]["items"]["description"]
    assert f"older than {STALE_AFTER:.0f} seconds" in stale
    assert alert["presses"]["maximum"] == limits.MOST_PRESSES
    assert (
        f"the {limits.MOST_ALERTS_OF_A_UNIT} alerts that a unit may have"
        in alert["presses"]["description"]
    )
    dated = alert["each_press"]
    assert dated["maxItems"] == MOST_DATED
    many = f"newest {limits.MOST_DATED_OF_MANY} alone in an incident of more than"
    assert f"{many} {limits.MANY_ALERTS} alerts" in dated["description"]
    assert alert["doubts"]["maxItems"] == limits.MOST_DOUBTS
    assert alert["doubts"]["items"]["maxLength"] == limits.LONGEST_DOUBT
    assert {name: room[name]["maxLength"] for name in room} == {
        "id": limits.LONGEST_ROOM,
        "name": limits.LONGEST_ROOM,
        "floor": limits.LONGEST_FLOOR,
        "building": limits.LONGEST_BUILDING,
    }
    assert {name: event[name]["maxLength"] for name in ("sentence", "by", "text")} == {
        "sentence": limits.LONGEST_SENTENCE,
        "by": limits.LONGEST_PERSON,
        "text": limits.LONGEST_TEXT,
    }
    summary = fields["incident"]["properties"]["summary"]
    reason = fields["silent_cameras"]["items"]["properties"]["reason"]
    link = fields["live_url"]["anyOf"][1]
    long = [each["maxLength"] for each in (summary, reason, link)]
    assert long == [limits.LONGEST_SUMMARY, limits.LONGEST_REASON, limits.LONGEST_URL]


def test_the_widest_mark_fits_into_a_message_between_gateways() -> None:
    alerts = tuple((AlertId(UUID), limits.MOST_PRESSES) for _ in range(8))
    mark = widest_mark(0)
    told = IncidentEvent(IncidentId(UUID), at(0).wall, "marked", "", alerts, (), mark=mark)
    assert decode(encode(told)) == told


def test_the_kit_sends_the_largest_incident() -> None:
    case = json.loads(Path("police/conformance/cases/19-large.json").read_text(encoding="utf-8"))
    assert f'"more_rooms": {limits.MOST_ALERTS - 1}' in json.dumps(case)
