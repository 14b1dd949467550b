"""What endpoints acknowledged is kept byte for byte, bounded, and for as long as was agreed."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from gateway.console.export.lacking import lacking
from gateway.core.effects import KeepDocuments, KeepMoments
from gateway.core.moments import STORED, Moment
from gateway.store.evidence.backlog import EvidenceBacklog
from gateway.store.evidence.bounds import BEYOND, PICTURES, Bounds
from gateway.store.evidence.database import EvidenceDatabase
from gateway.store.evidence.reader import NOTHING, IncidentEvidence
from gateway.store.evidence.writer import HANGS, LEAST_FREE
from gateway.store.retained import retained
from tests.gateway.evidence import DAY, EvidenceUnderTest, at, document
from tests.gateway.stored import INCIDENT, OPEN, Disk
from tests.waiting import patience
from wire.ids import AlertId, EndpointName, IncidentId, Wall

YEARS = 1095 * DAY


@pytest.fixture
def made(tmp_path: Path) -> EvidenceUnderTest:
    return EvidenceUnderTest(tmp_path)


def test_a_document_and_its_receipt_are_kept_as_they_were_and_for_nobody_elses_eyes(
    made: EvidenceUnderTest,
) -> None:
    body, answer = b'{"a": "\xc3\xa4"}\r\n\x00', b"\xff\x00"
    found = made.keep(document(body, "a", answer=answer))
    (row,) = found.documents
    assert made.bodies(found) == [body]
    assert made.reader.bytes_of(row.receipt or "") == answer
    assert (row.answered_at - row.sent_at, row.number, row.status) == (1.0, "r-1", 200)
    assert found.carried == {row.id: [("a", 1)]}
    assert made.path.stat().st_mode & 0o777 == 0o640


def test_bytes_that_several_endpoints_got_are_kept_once(made: EvidenceUnderTest) -> None:
    other = document(b"same" * 1000, "a", endpoint=EndpointName("arc"))
    assert made.bodies(made.keep(document(b"same" * 1000, "a"), other)) == [b"same" * 1000] * 2
    with sqlite3.connect(made.path) as db:
        assert db.execute("SELECT count(*) FROM content").fetchone() == (2,)
    db.close()


def test_bytes_that_a_disk_changed_are_not_given_out(made: EvidenceUnderTest) -> None:
    made.keep(document(b"what was sent", "a"))
    with sqlite3.connect(made.path) as db:
        db.execute("UPDATE content SET bytes = ?", (b"another",))
    db.close()
    assert made.bodies(made.keep()) == [None]


def kept_within(made: EvidenceUnderTest, most: Bounds, *told: KeepDocuments) -> IncidentEvidence:
    waiting = EvidenceBacklog(Wall(0.0))
    for each in told:
        waiting.add(each)
    database = EvidenceDatabase(made.path, most)
    database.keep(waiting.take())
    database.close()
    return made.reader.of(INCIDENT, [AlertId("a")])


def test_beyond_the_bound_the_first_the_newest_and_those_with_a_press_stay(
    made: EvidenceUnderTest,
) -> None:
    told = [document(b"%d" % n, *(["a"] if n == 3 else [])) for n in range(9)]
    found = kept_within(made, Bounds(4, 10_000, 100), *told)
    assert made.bodies(found) == [b"0", None, None, b"3", None, None, None, b"7", b"8"]
    assert {each.gone for each in found.documents} == {"", BEYOND}
    assert all(each.sha256 for each in found.documents)


def test_the_bytes_of_an_incident_are_bounded_too_and_so_are_its_rows(
    made: EvidenceUnderTest,
) -> None:
    told = [document(b"%d" % n * 900, "a", presses=n + 1) for n in range(9)]
    found = kept_within(made, Bounds(100, 3_000, 5), *told)
    assert [each.place for each in found.documents if each.content] == [1, 8, 9]
    assert len(found.documents) == 5
    with sqlite3.connect(made.path) as db:
        sizes = db.execute("SELECT length(bytes) FROM content WHERE length(bytes) > 99")
        assert sizes.fetchall() == [(900,)] * 3
    db.close()


def test_what_is_lost_before_it_comes_to_the_disk_is_said(made: EvidenceUnderTest) -> None:
    waiting = EvidenceBacklog(Wall(0.0), most=2)
    for number in range(5):
        waiting.add(document(b"%d" % number, *(["a"] if number == 1 else [])))
    database = EvidenceDatabase(made.path)
    database.keep(waiting.take())
    database.close()
    found = made.keep()
    assert made.bodies(found) == [b"1", b"4"]
    told = [each.why for each in lacking(INCIDENT, found, ())]
    assert [words.split(" documents ")[0] for words in told] == ["1", "2"]


def test_a_start_in_between_is_said_for_what_it_may_have_lost(
    tmp_path: Path, made: EvidenceUnderTest
) -> None:
    made.keep(document(b"1", "a"))
    found = EvidenceUnderTest(tmp_path, run=60.0).keep(document(b"2", "b", seconds=70))
    (told,) = lacking(INCIDENT, found, ())
    assert (told.at, "started anew" in told.why) == (at(60).wall, True)


def test_after_three_years_it_goes_with_its_incident_and_not_before(
    made: EvidenceUnderTest,
) -> None:
    made.still = {INCIDENT}
    made.keep(document(b"secret of the school", "a"))
    made.writer.add(KeepMoments((Moment(AlertId("a"), 1, STORED, at(0).wall),)))
    assert len(made.keep(seconds=YEARS + 10).documents) == 1
    made.still = set()
    assert len(made.keep(seconds=YEARS - 10).documents) == 1
    found = made.keep(seconds=YEARS + 2 * 3600)
    assert (found.documents, found.moments) == ([], {})
    assert b"secret of the school" not in made.path.read_bytes()


def test_what_an_open_incident_is_is_asked_of_the_store_itself(tmp_path: Path) -> None:
    asked = [INCIDENT, IncidentId("gone")]
    assert retained(tmp_path / "tocsin.db", asked) == set()
    disk = Disk(tmp_path)
    disk.store.keep([OPEN])
    disk.store.stop(5.0)
    assert retained(disk.path, asked) == {INCIDENT}


def test_pictures_in_documents_go_with_the_pictures_and_the_row_says_so(
    made: EvidenceUnderTest,
) -> None:
    made.still = {INCIDENT}
    made.keep(document(b"text", "a"), document(b"\xff\xd8 a face", pictures=True))
    found = made.keep(seconds=30 * DAY + 10)
    assert made.bodies(found) == [b"text", None]
    assert found.documents[1].gone == PICTURES
    assert b"a face" not in made.path.read_bytes()


def test_a_clock_that_nobody_has_set_deletes_nothing(tmp_path: Path) -> None:
    made = EvidenceUnderTest(tmp_path, is_clock_set=False)
    made.keep(document(b"1", "a", pictures=True))
    assert made.bodies(made.keep(seconds=9 * YEARS)) == [b"1"]


def test_a_disk_that_takes_nothing_is_a_trouble_and_what_waited_is_kept_after_it(
    made: EvidenceUnderTest,
) -> None:
    made.path.mkdir()
    made.writer.add(document(b"1", "a"))
    made.writer.turn(at(0))
    assert "documents are not kept" in str(made.writer.check().detail)
    made.path.rmdir()
    assert made.bodies(made.keep(document(b"2", "b"))) == [b"1", b"2"]
    assert made.writer.check().detail is None


def test_a_damaged_database_is_set_aside_for_a_person_and_what_comes_is_kept(
    made: EvidenceUnderTest,
) -> None:
    made.path.write_bytes(b"rubbish" * 1000)
    made.writer.add(document(b"1", "a"))
    made.writer.turn(at(0))
    assert made.bodies(made.keep()) == [b"1"]
    assert "evidence.damaged-0" in str(made.writer.check().detail)
    made.path.with_suffix(".damaged-0").unlink()
    assert made.writer.check().detail is None


def test_a_disk_that_hangs_is_a_trouble_while_it_hangs(made: EvidenceUnderTest) -> None:
    said: list[str | None] = []

    def hang() -> None:
        made.now = at(4000 + HANGS + 1)
        said.append(made.writer.check().detail)

    made.keep(document(b"1", "a"))
    made.asked = hang
    made.keep(seconds=4000)
    assert "does not answer" in str(said)
    assert made.writer.check().detail is None


@pytest.mark.root
def test_a_disk_that_is_nearly_full_is_left_to_the_alerts(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={LEAST_FREE // 2}", "small", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        made = EvidenceUnderTest(tmp_path)
        assert made.keep(document(b"1", "a")).documents == []
        assert "the disk is nearly full" in str(made.writer.check().detail)
    finally:
        subprocess.run(["umount", "--lazy", tmp_path], check=True)


def test_moments_are_kept_once(made: EvidenceUnderTest) -> None:
    for seconds in (1.0, 2.0):
        made.writer.add(KeepMoments((Moment(AlertId("a"), 1, STORED, at(seconds).wall),)))
    assert made.keep().moments == {(AlertId("a"), 1, STORED): at(1).wall}


def test_a_database_that_has_just_been_made_holds_nothing(made: EvidenceUnderTest) -> None:
    made.path.touch()
    assert made.reader.of(INCIDENT, []) == NOTHING


def test_a_stop_keeps_what_waits(tmp_path: Path) -> None:
    evidence = EvidenceUnderTest(tmp_path)
    evidence.writer.start()
    evidence.writer.add(document(b"{}", "a"))
    evidence.writer.stop(patience(5))
    assert evidence.bodies(evidence.reader.of(INCIDENT, [AlertId("a")])) == [b"{}"]
