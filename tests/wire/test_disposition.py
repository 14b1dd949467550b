"""What an incident turned out to be: one vocabulary, and one law where two persons close it."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.codec import decode, encode
from wire.disposition import DISPOSITIONS, UNSAID, read_disposition, weightier
from wire.ids import IncidentId, Wall
from wire.messages import IncidentEvent

WORDS = st.sampled_from([UNSAID, *DISPOSITIONS])
INCIDENT = IncidentId("0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001")


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_whoever_closes_first_the_same_counts(said: list[str]) -> None:
    ends = set()
    for order in permutations(said):
        found = UNSAID
        for each in (*order, *order):
            found = weightier(found, each)
        ends.add(found)
    assert len(ends) == 1


END = IncidentEvent(INCIDENT, Wall(1.0), "closed", "Day", (), ())


@pytest.mark.parametrize("other", [UNSAID, *DISPOSITIONS])
def test_a_real_emergency_is_talked_down_by_nobody(other: str) -> None:
    assert weightier(other, "real") == "real"


@pytest.mark.parametrize("sent", [None, 1, "", "Real", "prank", ["real"], {"real": 1}])
def test_what_is_no_disposition_says_nothing(sent: object) -> None:
    assert read_disposition(sent) == UNSAID


@pytest.mark.parametrize("said", [UNSAID, *DISPOSITIONS])
def test_the_other_gateway_hears_what_was_closed(said: str) -> None:
    news = IncidentEvent(INCIDENT, Wall(1.0), "closed", "Day", (), (), disposition=said)
    assert decode(encode(news)) == news


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("a candle on a cake", "a candle on a cake"),
        ("x" * 700, "x" * 500),
        ("\N{CYRILLIC SMALL LETTER A}" * 700, "\N{CYRILLIC SMALL LETTER A}" * 199),
        ("\N{POLICE CAR}" * 700, "\N{POLICE CAR}" * 99),
        ("two\nlines \ud83d", "two lines  "),
    ],
)
def test_the_other_gateway_hears_as_much_of_the_note_as_a_message_has_room_for(
    note: str, told: str
) -> None:
    found = decode(encode(IncidentEvent(INCIDENT, Wall(1.0), "closed", "Day", (), (), note=note)))
    assert isinstance(found, IncidentEvent)
    assert found.note == told


def test_an_end_is_heard_whatever_stands_in_the_place_of_its_note() -> None:
    news = json.loads(encode(END))
    for odd in (None, 7, ["a candle"]):
        assert decode(json.dumps({**news, "note": odd}).encode()) == END


def test_the_schema_names_each_word_and_no_other() -> None:
    schema = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))
    field = schema["properties"]["incident"]["properties"]["disposition"]
    assert {each["const"] for each in field["anyOf"]} == set(DISPOSITIONS)
