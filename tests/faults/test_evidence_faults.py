"""F55: what an export is made of cannot be written: nobody but its reader notices."""

import time
from pathlib import Path

from tests.faults.disk import fill, hanging_disk, small_disk
from tests.faults.matrix import keep
from tests.faults.network import needs_root
from tests.faults.school import School
from tests.gateway.evidence import exported, exported_with
from tests.waiting import until


def test_f55_documents_whose_disk_hangs_delay_nothing_and_are_kept_after_it(
    school: School,
) -> None:
    school.start_police()
    school.start_broker()
    school.start_gateway()
    school.start_units()
    school.linked()
    folder = school.store().parent
    log = Path(f"{folder / 'evidence.db'}-wal")
    school.press()
    school.until("DELIVERED", 8)
    before = len(exported_with(folder, 1).documents())
    with hanging_disk(school.running["gateway-0"].pid, school.folder / "strace", "pwrite64", log):
        began = time.monotonic()
        school.press_again()
        keep("F55", "at the police, the documents' disk hangs", time.monotonic() - began, 3)
        until(lambda: "evidence" in school.troubles(), within=60)
        keep("F55", "told as a trouble", time.monotonic() - began, 60)
        assert "database" not in school.troubles()
        assert len(exported(folder).documents()) == before
    until(lambda: "evidence" not in school.troubles(), within=60)
    assert exported_with(folder, before + 1).lacking() == []


@needs_root
def test_f55_a_full_disk_is_left_to_the_alerts(tmp_path: Path) -> None:
    school = School(tmp_path)
    with small_disk(school.store().parent, "4m") as disk:
        school.start_police()
        school.start_broker()
        school.start_gateway()
        until((disk / "tocsin.reserve").exists)
        fill(disk)
        school.start_units()
        school.linked()
        began = time.monotonic()
        school.press()
        school.until("DELIVERED", 8)
        keep("F55", "solid, the disk is full", time.monotonic() - began, 3)
        until(lambda: "evidence" in school.troubles(), within=60)
        school.close()
