"""Whether a press is an emergency: live wins over anything, however it is told."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from wire.modes import LIVE, MEANING, label, read_mode, weightier


@pytest.mark.parametrize("word", [None, "", "LIVE", "Test", "exercise", "test ", 0, True, [], {}])
def test_what_is_no_mode_is_live(word: object) -> None:
    assert read_mode(word) == LIVE


def test_of_two_words_the_same_one_counts_in_any_order_and_live_over_all() -> None:
    for one, other, third in permutations(MEANING):
        assert weightier(one, other) == weightier(other, one)
        assert weightier(weightier(one, other), third) == LIVE
    assert all(weightier(mode, mode) == mode for mode in MEANING)


def test_all_but_an_emergency_is_labelled_as_none() -> None:
    assert [label(mode) for mode in MEANING if mode != LIVE] == [
        "DRILL, no emergency: ",
        "TEST, no emergency: ",
    ]
    assert label(LIVE) == ""


def test_the_schema_of_reports_knows_the_same_words() -> None:
    schema = json.loads(Path("wire/report.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["mode"]["enum"] == list(MEANING)
