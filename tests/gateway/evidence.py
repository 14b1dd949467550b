"""What endpoints acknowledged, for tests: a writer whose clock is the test's, and exports."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from gateway.console.export.incident import Export
from gateway.core.effects import KeepDocuments
from gateway.core.values import ChannelId, Exchange, Now, ReportId
from gateway.store.evidence.reader import EvidenceReader, IncidentEvidence
from gateway.store.evidence.writer import EvidenceWriter, Times
from gateway.store.pictures.reader import PictureReader
from gateway.store.reader import StoreReader
from tests.gateway.stored import INCIDENT, POLICE
from tests.waiting import until
from wire.ids import AlertId, EndpointName, IncidentId, Monotonic, Wall

BEGAN = 1_790_000_000.0
DAY = 86400.0


def at(seconds: float) -> Now:
    return Now(Monotonic(seconds), Wall(BEGAN + seconds))


def document(
    body: bytes,
    *alerts: str,
    presses: int = 1,
    answer: bytes = b'{"receipt":"r-1"}',
    endpoint: EndpointName = POLICE,
    incident: IncidentId = INCIDENT,
    seconds: float = 0.0,
    pictures: bool = False,
) -> KeepDocuments:
    """One document that `endpoint` acknowledged a second after it was sent."""
    sent, taken = Wall(BEGAN + seconds), Wall(BEGAN + seconds + 1.0)
    exchange = Exchange("application/json", body, sent, answer, taken, 200, {"date": "today"})
    flight = ReportId(ChannelId(endpoint), incident, 7)
    named = tuple((AlertId(alert), presses) for alert in alerts)
    return KeepDocuments(endpoint, flight, (exchange,), "r-1", named, pictures)


class EvidenceUnderTest:
    """A writer whose turns are the test's; `still` are the incidents that the store has."""

    def __init__(self, folder: Path, is_clock_set: bool = True, run: float = 0.0) -> None:
        self.path = folder / "evidence.db"
        self.reader = EvidenceReader(self.path)
        self.still: set[IncidentId] = set()
        self.now = at(run)
        self.asked: Callable[[], None] = lambda: None
        self.writer = EvidenceWriter(
            self.path,
            Times(1095, 30),
            self._still,
            lambda _: None,
            lambda: self.now,
            lambda _: is_clock_set,
        )

    def keep(self, *work: KeepDocuments, seconds: float = 0.0) -> IncidentEvidence:
        for each in work:
            self.writer.add(each)
        self.now = at(seconds)
        self.writer.turn(self.now)
        return self.reader.of(INCIDENT, [AlertId("a"), AlertId("b")])

    def bodies(self, evidence: IncidentEvidence) -> list[bytes | None]:
        return [self.reader.bytes_of(each.content or "") for each in evidence.documents]

    def _still(self, names: Collection[IncidentId]) -> set[IncidentId]:
        self.asked()
        return self.still & set(names)


class Exported:
    """An export, unpacked in memory."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.zip.read(name).decode("utf-8-sig"))))

    def documents(self) -> list[tuple[bytes, bytes]]:
        """Each document with its receipt, as they were acknowledged."""
        folders = [row["folder"] for row in self.rows("documents.csv") if row["folder"]]
        return [(self._in(each, "document"), self._in(each, "receipt")) for each in folders]

    def lacking(self) -> list[str]:
        return [row["lacking"] for row in self.rows("documents.csv") if row["lacking"]]

    def must_be_whole(self) -> None:
        """Every file is listed with its hash."""
        lines = self.zip.read("SHA256SUMS").decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        assert sums.keys() | {"SHA256SUMS"} == set(self.zip.namelist())
        for name, digest in sums.items():
            assert hashlib.sha256(self.zip.read(name)).hexdigest() == digest

    def _in(self, folder: str, what: str) -> bytes:
        (name,) = (n for n in self.zip.namelist() if n.startswith(f"{folder}/{what}."))
        return self.zip.read(name)


def exported(folder: Path, incident: IncidentId | None = None) -> Exported:
    """The export of an incident, the newest if none is named, of the store in `folder`."""
    records = StoreReader(folder / "tocsin.db", [POLICE])
    try:
        found = records.head(incident) if incident else records.heads()[0]
        assert found
        aside = PictureReader(folder / "pictures.db"), EvidenceReader(folder / "evidence.db")
        return Exported(Export(records, *aside, {}).write(found))
    finally:
        records.close()


def exported_with(folder: Path, documents: int) -> Exported:
    """The export once so many documents are on the disk."""
    found: list[Any] = []

    def is_there() -> bool:
        found[:] = [exported(folder)]
        return len(found[0].documents()) >= documents

    until(is_there, within=10)
    return found[0]  # type: ignore[no-any-return]
