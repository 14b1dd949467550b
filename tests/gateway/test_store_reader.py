"""What the console reads is the store that is there now."""

from pathlib import Path

from gateway.store.reader import StoreReader
from tests.gateway.stored import OPEN, Disk, alert
from wire.ids import IncidentId


def test_a_store_that_was_set_aside_is_read_no_more(tmp_path: Path) -> None:
    reader = StoreReader(tmp_path / "tocsin.db")
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    assert [head.id for head in reader.heads()] == ["i-1"]
    disk.path.rename(tmp_path / "tocsin.broken-0")  # as `open_database` does with a broken one
    second = IncidentId("i-2")
    Disk(tmp_path).keep(OPEN._replace(id=second), alert("b")._replace(incident=second))
    assert [head.id for head in reader.heads()] == ["i-2"]


def test_a_store_that_nobody_has_open_is_read_and_so_is_what_is_written_later(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path)
    disk.keep(OPEN, alert("a"))
    disk.store.stop(within=2.0)
    disk.store._close()
    assert not Path(f"{disk.path}-wal").exists()
    reader = StoreReader(disk.path)
    assert reader.standing(IncidentId("i-1")) == {"a": 1}
    assert not Path(f"{disk.path}-wal").exists()
    again = Disk(tmp_path)
    again.keep(alert("b", presses=2))
    assert reader.standing(IncidentId("i-1")) == {"a": 1, "b": 2}
