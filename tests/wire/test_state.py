"""How all stands: written as the named cases say, and never longer than a message may be."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.codec import LARGEST
from wire.ids import IncidentId, SiteId, Wall
from wire.stage import ANSWERS_BY_WORD, Answer
from wire.state import IncidentStanding, TroubleStanding, write_incidents, write_troubles
from wire.trouble import Level, TroubleName

SITE = SiteId("lincoln")
CASES = [json.loads(path.read_text()) for path in sorted(Path("wire/vectors/states").iterdir())]


def written(case: dict[str, Any]) -> bytes:
    standing, at = case["standing"], Wall(case["at"])
    if case["of"] == "incident":
        incidents = [
            IncidentStanding(
                **{**each, "rooms": tuple(each["rooms"]), "answer": ANSWERS_BY_WORD[each["answer"]]}
            )
            for each in standing
        ]
        return write_incidents(SITE, incidents, at)
    troubles = [
        TroubleStanding(**{**each, "level": Level[each["level"].upper()]}) for each in standing
    ]
    return write_troubles(SITE, troubles, at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_state_is_written_as_its_case_says(case: dict[str, Any]) -> None:
    assert written(case).decode() == case["text"]


@given(st.integers(0, 300), st.text(min_size=1, max_size=80), st.integers(0, 20))
def test_a_state_says_what_it_had_no_room_for(count: int, text: str, rooms: int) -> None:
    one = IncidentStanding(IncidentId("i"), Wall(1.0), 9, (text,) * rooms, Answer.NONE, False)
    trouble = TroubleStanding(TroubleName(text), Wall(1.0), Level.URGENT)
    for name, payload in (
        ("incidents", write_incidents(SITE, [one] * count, Wall(2.0))),
        ("troubles", write_troubles(SITE, [trouble] * count, Wall(2.0))),
    ):
        told = json.loads(payload)
        assert len(payload) <= LARGEST
        assert len(told[name]) + told["more"] == count
