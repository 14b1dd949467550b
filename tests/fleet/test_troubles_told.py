"""Of each trouble it is told who was told of it, how soon, who has taken it, and when it ended."""

from pathlib import Path
from typing import Any

from gateway.app.fleet_text import troubles_as_text
from gateway.core.notices.matter import MatterKey, MatterName, PersonName
from gateway.core.notices.schedule import Notice
from gateway.fleet.told import tell_troubles
from gateway.notices.reader import NoticeReader
from gateway.notices.record import Record, TryAnswer
from gateway.notices.roster import CarrierName
from gateway.notices.told_view import told_of_log
from gateway.store.taken import TakenRow
from gateway.store.trouble_log import LoggedTrouble
from wire.gateway_troubles import DNS
from wire.ids import Wall
from wire.supervision_troubles import UNITS_LOST
from wire.trouble import Level

LEE, RAY = PersonName("Ms. Lee"), PersonName("Mr. Ray")
MAIL = CarrierName("1 mailtos")
LOST = LoggedTrouble(UNITS_LOST.name(), "lincoln-204", Wall(1000.0), None)
OVER = LoggedTrouble(DNS.name(), "county-911", Wall(500.0), Wall(800.0))
NOW = Wall(1120.0)


def told_in(path: Path, *told: tuple[PersonName, float, bool]) -> NoticeReader:
    """The record of who was told at which time of LOST, and whether a carrier took it."""
    record = Record(path)
    for person, at, reached in told:
        key = MatterKey(MatterName(LOST.name), LOST.started)
        notice = Notice(person, key, Level.URGENT, 1, over=False)
        number, _ = record.begin(notice, [MAIL], Wall(at))
        record.answered([TryAnswer(number, MAIL, reached, "")], Wall(at + 2.0))
    record.close()
    return NoticeReader(path)


def troubles_told(reader: NoticeReader, *taken: TakenRow) -> dict[str, Any]:
    log = [LOST, OVER]
    return tell_troubles(log, NOW, told_of_log(log, taken, reader))


def test_it_says_who_was_told_how_soon_and_who_could_not_be(tmp_path: Path) -> None:
    told = troubles_told(told_in(tmp_path / "n.db", (RAY, 1005.0, False), (LEE, 1006.0, True)))
    lost, over = told["troubles"]
    assert [each["person"] for each in lost["told"]] == [RAY, LEE]
    assert (lost["told_after"], over["told"], over["told_after"]) == (8.0, [], None)
    assert told["usual_seconds"] == {"told_after": 8.0, "cleared_after": 300.0}
    said = "\n".join(troubles_as_text(told))
    assert "Ms. Lee was told 1970-01-01 00:16:46 UTC by mailtos" in said
    assert "Mr. Ray could not be told" in said
    assert "nobody was told" in said


def test_who_took_it_is_told_of_this_spell_alone(tmp_path: Path) -> None:
    reader = told_in(tmp_path / "n.db")
    before, within = (TakenRow(DNS.name(), "Ms. Lee", Wall(at)) for at in (499.0, 600.0))
    later = TakenRow(DNS.name(), "Mr. Ray", Wall(900.0))
    _, over = troubles_told(reader, later, within, before)["troubles"]
    assert over["taken"]["by"] == "Ms. Lee"
    assert "taken by Ms. Lee" in "\n".join(troubles_as_text(troubles_told(reader, within)))


def test_a_record_that_cannot_be_read_hides_no_trouble() -> None:
    told = tell_troubles([LOST, OVER], NOW, None)
    assert [each["told"] for each in told["troubles"]] == [None, None]
    assert "who was told is not known" in "\n".join(troubles_as_text(told))
