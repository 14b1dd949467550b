"""The timeline is whole: each press, delivery, delay and deed is a line with its `what`."""

from pathlib import Path

from gateway.core.effects import Effect, SaveEvent, SaveReceipt
from gateway.core.events import LinkMade
from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.store.reader import StoreReader
from gateway.store.timeline import WHOLE, EventRow
from tests.gateway.core import POLICE, Core, at
from tests.gateway.core import alert as pressed
from tests.gateway.stored import OPEN, Disk, alert
from wire.ids import AlertId, Wall
from wire.presses import DatedPress
from wire.stage import Answer
from wire.timeline import NOT_DELIVERED, SENTENCES

A = AlertId("a")


def timeline(disk: Disk) -> list[EventRow]:
    return StoreReader(disk.path).events(OPEN.id, WHOLE)


def whats(disk: Disk) -> list[tuple[str, float]]:
    return [(row.what, row.at) for row in timeline(disk)]


def late(press: int, seconds: float) -> SaveEvent:
    return SaveEvent(OPEN.id, Wall(seconds), NOT_DELIVERED, "", alert=A, press=press)


def receipt(presses: int, seconds: float, number: str = "r-1") -> SaveReceipt:
    return SaveReceipt(POLICE, number, ((A, presses),), Wall(seconds))


def test_each_press_delivery_and_deed_is_a_line_in_its_order(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    first = alert("a")._replace(pressed_at=Wall(1.0), received_at=Wall(1.1))
    again = first._replace(presses=2, further=(DatedPress(2, Wall(5.0), Wall(5.1)),))
    said = SaveEvent(OPEN.id, Wall(4.0), "acknowledge", "Day")
    disk.keep(OPEN, first, receipt(1, 2.0), said, again, receipt(2, 6.0, "r-2"))
    assert whats(disk) == [
        ("pressed", 1.0), ("delivered", 2.0), ("acknowledge", 4.0), ("pressed-again", 5.0),
        ("delivered", 6.0),
    ]  # fmt: skip
    assert [(row.press, row.endpoint, row.number) for row in timeline(disk) if row.endpoint] == [
        (1, POLICE, "r-1"),
        (2, POLICE, "r-2"),
    ]
    assert {what for what, _ in whats(disk)} <= SENTENCES.keys()


def test_not_delivered_is_said_once_and_ends_with_the_first_receipt(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    first = alert("a")._replace(pressed_at=Wall(1.0))
    disk.keep(OPEN, first, late(1, 16.0), late(1, 90.0))
    assert whats(disk) == [("pressed", 1.0), (NOT_DELIVERED, 16.0)]
    disk.keep(receipt(1, 99.0), receipt(1, 120.0, "of a repeat"), first)
    assert [each for each in whats(disk) if each[1] > 16] == [
        ("delivered", 99.0),
        ("delivered-after-all", 99.0),
    ]


def test_what_a_closed_incident_ended_stays_in_its_timeline_and_what_follows_does_not(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    first = alert("a")._replace(pressed_at=Wall(1.0))
    second = OPEN._replace(id=type(OPEN.id)("i-2"))
    again = first._replace(
        incident=second.id, presses=2, further=(DatedPress(2, Wall(50.0), Wall(50.1)),)
    )
    disk.keep(OPEN, first, receipt(1, 2.0), OPEN._replace(status="closed"))
    disk.keep(second, again, receipt(2, 51.0))
    assert whats(disk) == [("pressed", 1.0), ("delivered", 2.0)]
    reader = StoreReader(disk.path)
    found = [(row.what, row.at) for row in reader.events(second.id, WHOLE)]
    assert found == [("pressed-again", 50.0), ("delivered", 51.0)]
    assert [(row.id, row.presses) for row in reader.alerts(OPEN.id)] == [("a", 1)]


def events(work: list[Effect]) -> list[SaveEvent]:
    return [each for each in work if isinstance(each, SaveEvent)]


def test_a_press_that_nobody_takes_is_a_line_15_s_after_it_came_and_each_press_has_its_own() -> (
    None
):
    core, press = Core(), pressed("204")
    core.hear(press, at(0))
    (incident,) = core.incidents.all_open()
    assert events(core.tick(at(14))) == []
    (line,) = events(core.tick(at(15.5)))
    assert line == (incident.id, at(15).wall, NOT_DELIVERED, "", "", 0, press.alert, 1)
    assert events(core.tick(at(16))) == []
    core.hear(pressed("204", presses=2, name=press.alert), at(20))
    (again,) = events(core.tick(at(36)))
    assert (again.at, again.press) == (at(35).wall, 2)


def test_a_school_that_closes_it_does_not_take_not_delivered_out_of_its_timeline() -> None:
    core, press = Core(), pressed("204")
    core.hear(press, at(0))
    core.launches(at(0))
    (incident,) = core.incidents.all_open()
    core.incidents.close(incident)
    assert [each.incident for each in events(core.tick(at(16)))] == [incident.id]


def test_a_live_link_is_written_down_once_and_without_its_secret(tmp_path: Path) -> None:
    made = LinkMade(OPEN.id, "link 1, good until 2026-01-01T00:00:00Z")
    (line,) = events(Core().dispatcher.handle(made, at(1)))
    disk = Disk(tmp_path)
    # The second is of a gateway that was begun anew.
    disk.keep(OPEN, alert("a"), line, line._replace(at=at(900).wall))
    found = [(row.what, row.text) for row in timeline(disk)]
    assert found == [("pressed", ""), ("link-made", made.words)]


def test_a_delivery_that_the_other_gateway_tells_of_bears_no_number_of_ours(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), receipt(1, 2.0, BY_THE_OTHER_GATEWAY))
    assert timeline(disk)[-1].number == BY_THE_OTHER_GATEWAY


def test_what_comes_by_links_takes_no_place_of_the_school_s_lines(tmp_path: Path) -> None:
    disk, said = (
        Disk(tmp_path),
        SaveEvent(OPEN.id, Wall(1.0), "message", "hill", side=Answer.SCHOOL),
    )
    flood = [said._replace(at=Wall(2.0 + n), by="N", side=Answer.RECEIVER) for n in range(30)]
    disk.keep(OPEN, alert("a"), said, *flood)
    found = StoreReader(disk.path).events(OPEN.id, 10)
    assert [row.by for row in found if row.by] == ["hill", *["N"] * 10]
