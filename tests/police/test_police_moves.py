"""What a school splits and joins leaves one card and stands on the other, in any order."""

import itertools
import uuid

import pytest

from tests.police.school import OTHER_SECRET, Json, Receiver, alert, report
from wire.ids import Wall
from wire.moment import write_moment


def moved(each: Json, number: int, source: str, to: str) -> Json:
    return {"alert": each["id"], "number": number, "from": source, "to": to,
            "by": "Ms Hill", "at": write_moment(Wall(1_790_000_000.0))}  # fmt: skip


def under(incident: str, alerts: list[Json], version: int, *moves: Json, **head: str) -> Json:
    told = report(alerts, version=version, incident=incident, moves=list(moves))
    return {**told, "incident": {**told["incident"], **head}}


class Split:
    """Rooms 204 and 205 as one incident, and then as two."""

    def __init__(self) -> None:
        self.one, self.two = str(uuid.uuid4()), str(uuid.uuid4())
        self.first, self.second = alert("204"), alert("205")
        self.move = moved(self.second, 7, self.one, self.two)
        self.whole = under(self.one, [self.first, self.second], 1)
        self.left = under(self.one, [self.first], 2, self.move)
        self.apart = under(self.two, [self.second], 2, self.move)

    def cards(self, receiver: Receiver) -> dict[str, tuple[str, list[str]]]:
        """Each card of these alerts, as it stands, with its rooms."""
        found = [each for each in receiver.incidents() if each["incident"] in (self.one, self.two)]
        return {
            each["incident"]: (each["status"], sorted(room["room"] for room in each["rooms"]))
            for each in found
        }


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_moved_alert_stands_on_one_card_in_whatever_order_the_reports_come(
    receiver: Receiver, order: tuple[int, ...]
) -> None:
    split = Split()
    documents = split.whole, split.left, split.apart
    for place in order:
        receiver.post(documents[place])
    expected = {split.one: ("active", ["204"]), split.two: ("active", ["205"])}
    assert split.cards(receiver) == expected


def test_a_gateway_that_has_not_heard_of_it_puts_nothing_back(receiver: Receiver) -> None:
    split = Split()
    for document in (split.whole, split.apart, split.left, {**split.whole, "version": 9}):
        receiver.post(document)
    expected = {split.one: ("active", ["204"]), split.two: ("active", ["205"])}
    assert split.cards(receiver) == expected


def test_an_alert_whose_new_incident_was_not_reported_yet_is_still_shown(
    receiver: Receiver,
) -> None:
    split = Split()
    receiver.post(split.whole)
    receiver.post(split.left)
    assert split.cards(receiver) == {split.one: ("active", ["204", "205"])}


def test_one_of_two_is_closed_and_the_other_is_not(receiver: Receiver) -> None:
    split = Split()
    for document in (split.whole, split.left, split.apart):
        receiver.post(document)
    receiver.post(under(split.two, [split.second], 3, split.move, status="closed"))
    assert split.cards(receiver) == {split.one: ("active", ["204"]), split.two: ("closed", ["205"])}


def test_what_is_joined_leaves_its_card_and_stands_on_the_other(receiver: Receiver) -> None:
    split = Split()
    for document in (split.whole, split.left, split.apart):
        receiver.post(document)
    back = moved(split.second, 8, split.two, split.one)
    receiver.post(under(split.two, [split.second], 4, back, joined_into=split.one))
    receiver.post(under(split.one, [split.first, split.second], 4, back))
    cards = split.cards(receiver)
    assert cards == {split.one: ("active", ["204", "205"]), split.two: ("closed", [])}


@pytest.mark.parametrize("spoilt", [None, 7, [7], [{}], [{"alert": "x"}]])
def test_spoilt_moves_cost_no_alert(receiver: Receiver, spoilt: object) -> None:
    split = Split()
    receiver.post({**split.whole, "moves": spoilt})
    assert split.cards(receiver) == {split.one: ("active", ["204", "205"])}


def held(receiver: Receiver, document: Json) -> object:
    """The moves that the receipt of a report names."""
    return receiver.post(document).json().get("moves")


def test_a_receipt_says_which_moves_of_its_alerts_the_report_did_not_tell(
    receiver: Receiver,
) -> None:
    split = Split()
    assert [held(receiver, each) for each in (split.whole, split.left, split.apart)] == [None] * 3
    unaware = {**split.whole, "version": 9}
    assert held(receiver, unaware) == [split.move]
    again = moved(split.second, 8, split.two, split.one)
    assert held(receiver, under(split.one, [split.first, split.second], 10, again)) is None
    assert held(receiver, split.apart) == [again]  # the very same report, told once more
    assert held(receiver, under(split.one, [split.first], 11, split.move)) is None


def test_another_school_hears_of_no_move_of_this_one(receiver: Receiver) -> None:
    split = Split()
    receiver.post(split.left)
    answer = receiver.post(split.whole, secret=OTHER_SECRET)
    assert "moves" not in answer.json()
