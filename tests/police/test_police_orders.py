"""In whatever order the reports of a school come, what is shown ends as the school's own story."""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from police.dispatcher_view import write_incident
from police.reader import StoreReader
from police.receiver import SenderName, SignedReport
from police.report import read_report
from police.store import ReportStore
from tests.police.histories import ROOMS, Cards, History, Step
from tests.police.school import Json
from wire.ids import Wall

STEP = st.builds(
    Step,
    st.sampled_from(("press", "close", "split", "leave")),
    st.sampled_from(ROOMS),
    st.integers(0, 2),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, max_size=6), st.data())
def test_any_order_of_reports_ends_in_the_same_cards(
    steps: list[Step], data: st.DataObject
) -> None:
    history = History(steps)
    order = data.draw(st.permutations(history.reports))
    assert shown(order) == history.cards()


def test_what_is_left_of_a_split_incident_is_closed_in_every_order() -> None:
    history = History([Step("leave", "205", 1), Step("close", "204", 0)])
    for order in itertools.permutations(history.reports):
        assert shown(order) == history.cards()


def shown(reports: Sequence[Json]) -> Cards:
    """Each card that has rooms, as a page shows it after these reports in this order."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "police.db"
        keep(path, reports)
        reader = StoreReader(path)
        cards = [json.loads(write_incident(row, reader.details(row))) for row in reader.rows()]
        reader.close()
    assert all(card["status"] == "closed" for card in cards if not card["rooms"])
    return {
        card["incident"]: (card["status"], {r["room"]: r["presses"] for r in card["rooms"]})
        for card in cards
        if card["rooms"]
    }


def keep(path: Path, reports: Sequence[Json]) -> None:
    store = ReportStore(path)
    with store.transaction():
        for number, document in enumerate(reports):
            body = json.dumps(document).encode()
            signed = SignedReport(SenderName("lincoln"), str(number), body, Wall(float(number)))
            read = read_report(body)
            late = read.version < store.version(signed.sender, read.incident)
            store.save(signed, signed.digest(), read, b"", late)
    store.close()
