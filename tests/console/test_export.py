"""An export is safe to unpack and to open, whatever anybody wrote, and does not grow in memory."""

import csv
import io
import json
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from gateway.console.export.archive import Archive, part
from gateway.console.export.incident import Export
from gateway.console.export.tables import table
from gateway.core.effects import SaveEvent, SaveReceipt
from gateway.core.incidents.receipts import BY_THE_OTHER_GATEWAY
from gateway.store.evidence.reader import EvidenceReader
from gateway.store.pictures.reader import PictureReader
from gateway.store.reader import StoreReader
from tests.gateway.evidence import BEGAN, EvidenceUnderTest, document, exported
from tests.gateway.stored import INCIDENT, OPEN, POLICE, Disk, alert
from wire.ids import AlertId, EndpointName, Wall

HOSTILE = ("../../etc/cron.d/x", "/var/x", "..", "a\\..\\b", "C:\\x", "a\nb", "\x00", "", "ü" * 99)


def taken(endpoint: EndpointName = POLICE, name: str = "a", number: str = "r-1") -> SaveReceipt:
    return SaveReceipt(endpoint, number, ((AlertId(name), 1),), Wall(BEGAN + 1.0))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out_of_the_folder_or_hides_another(name: str) -> None:
    out = io.BytesIO()
    archive = Archive(out)
    archive.put(f"documents/0001-{part(name)}/document.json", [b"1"])
    archive.put(f"pictures/{part(name)}-1.jpg", [b"2"])
    archive.close()
    for entry in zipfile.ZipFile(out).namelist():
        assert entry.isascii()
        assert entry.isprintable()
        assert not {"..", ""} & set(entry.split("/"))
        assert "\\" not in entry
        assert len(entry) < 120


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =cmd|' /C calc'!A0", "\uff1d1+1"],
)
def test_no_text_is_a_formula_to_a_spreadsheet(text: str) -> None:
    content = b"".join(table(("head",), [(text,), ("plain, of two\nlines",), (-0.5,), (None,)]))
    _, hostile, plain, number, unknown = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert hostile == [f"'{text}"]
    assert (plain, number, unknown) == (["plain, of two\nlines"], ["-0.5"], [""])


def test_what_people_wrote_is_as_they_wrote_it_where_no_spreadsheet_opens_it(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"), SaveEvent(INCIDENT, Wall(2.0), "message", "=Hill", "=1+1"))
    found = exported(tmp_path)
    told = json.loads(found.zip.read("timeline.json"))
    assert [(each["by"], each["text"]) for each in told if each["by"]] == [("=Hill", "=1+1")]
    (row,) = (each for each in found.rows("timeline.csv") if each["by"])
    assert (row["by"], row["text"]) == ("'=Hill", "'=1+1")
    found.must_be_whole()


def test_a_receipt_without_its_document_is_named_and_so_is_who_has_it(tmp_path: Path) -> None:
    disk, arc = Disk(tmp_path), EndpointName("arc")
    disk.keep(OPEN, taken(), taken(arc, number=BY_THE_OTHER_GATEWAY), alert("a"))
    lost, elsewhere = exported(tmp_path).lacking()
    assert "other gateway" in lost + elsewhere
    assert "not on this gateway's disk" in lost + elsewhere
    EvidenceUnderTest(tmp_path).keep(document(b"1", "a"))
    assert len(exported(tmp_path).lacking()) == 1


def test_documents_that_cannot_be_read_hide_nothing_else(tmp_path: Path) -> None:
    Disk(tmp_path).keep(OPEN, alert("a"))
    (tmp_path / "evidence.db").write_bytes(b"rubbish" * 1000)
    found = exported(tmp_path)
    assert "cannot be read" in found.lacking()[0]
    assert found.rows("presses.csv")


def test_an_endpoint_that_has_nothing_has_a_row_and_what_is_unknown_is_empty(
    tmp_path: Path,
) -> None:
    Disk(tmp_path).keep(OPEN, alert("a"))
    (hop,) = exported(tmp_path).rows("hops.csv")
    assert (hop["endpoint"], hop["s_pressed_to_received"]) == (POLICE, "0.1")
    assert {hop[each] for each in ("report_sent_at", "acknowledged_at", "receipt")} == {""}


def test_memory_does_not_grow_with_what_is_exported(tmp_path: Path) -> None:
    disk, made = Disk(tmp_path), EvidenceUnderTest(tmp_path)
    disk.keep(OPEN, taken(), alert("a"))
    large = random.Random(0).randbytes(1_000_000)
    for number in range(30):
        made.keep(document(b"%d" % number + large, seconds=number))
    records = StoreReader(disk.path, [POLICE])
    head = records.head(INCIDENT)
    assert head
    aside = PictureReader(tmp_path / "none.db"), EvidenceReader(made.path)
    tracemalloc.start()
    try:
        size = sum(map(len, Export(records, *aside, {}).write(head)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 0
    assert most < 16_000_000 + 8 * len(large)
