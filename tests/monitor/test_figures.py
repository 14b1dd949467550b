"""The figures are named, typed and bounded as Prometheus asks, and the dashboard asks for them."""

import json
import re
from pathlib import Path

from gateway.core.supervision.history import UnitHistory
from gateway.fleet.reading import Look
from gateway.fleet.room import NO_BOOKS
from gateway.monitor.exposition import write_figures
from gateway.monitor.figures import figures
from gateway.monitor.memory import read_memory
from gateway.monitor.rising import Rising
from gateway.monitor.seen import Seen
from gateway.store.tally import BOUNDS, Hop, Outstanding, Spread, Tally
from gateway.store.trouble_log import LoggedTrouble
from tests.fleet.known import COUNTY, POLICE, WALL, beat, fleet, standing
from tests.monitor.scraped import Scraped
from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.ids import EndpointName, UnitId
from wire.machine import Machine
from wire.trouble import TroubleName

DASHBOARD = json.loads(Path("config/grafana-dashboard.json").read_text())
UNITS = ("seconds", "bytes", "celsius", "info")
COUNTED = {
    Hop("press to gateway", EndpointName("")): Spread((1.0,) * len(BOUNDS), 1.0, 0.05),
    Hop("press to receipt", POLICE): Spread((0.0,) * 4 + (1.0,) * 6, 1.0, 1.5),
    Hop("press to receipt", EndpointName("gone")): Spread((1.0,) * len(BOUNDS), 1.0, 0.1),
}


def scrape(presses: float = 3, rising: Rising | None = None, trouble: str = "") -> Scraped:
    tally = Tally(presses, {POLICE: 2}, COUNTED, {POLICE: 1, COUNTY: 0}, Outstanding(1, 2, 1, 1))
    said = beat("stuck-button", machine=Machine(celsius=48.5))
    unit = {UnitId("lincoln-204"): UnitHistory(WALL, WALL, POLICE)}
    log = [LoggedTrouble(TroubleName(trouble), "", WALL, None)] if trouble else []
    look = Look(WALL, fleet(standing(said=said), books=NO_BOOKS._replace(histories=unit)), log, [])
    seen = Seen(look, tally, (POLICE, COUNTY), True, 0.5, True, {"tocsin-gateway": 50_000_000})
    return Scraped(write_figures(figures(seen, rising or Rising())).decode())


def test_each_figure_has_a_type_a_help_and_a_name_with_its_unit() -> None:
    found = scrape()
    assert len({each.name for each in found.families}) == len(found.families) > 15
    for each in found.families:
        assert re.fullmatch(r"tocsin_[a-z_]+", each.name)
        assert each.type in ("gauge", "counter", "histogram"), each.name
        assert each.documentation.endswith(".")
    timed = [each.name for each in found.families if "seconds" in each.documentation.lower()]
    assert all(name.endswith("_seconds") for name in timed)
    counters = [each for each in found.families if each.type == "counter"]
    assert {each.samples[0].name[-6:] for each in counters} == {"_total"}


def test_figures_say_what_is_known() -> None:
    found = scrape()
    assert found.value("tocsin_presses_total") == 3
    assert found.value("tocsin_deliveries_total", endpoint=POLICE) == 2
    assert found.value("tocsin_deliveries_total", endpoint=COUNTY) == 0
    assert found.value("tocsin_units", state="trouble") == 1
    assert found.value("tocsin_rooms", reach="no") == 1
    assert found.value("tocsin_unit_temperature_celsius", unit="lincoln-204") == 48.5
    assert found.value("tocsin_unit_last_proof_timestamp_seconds", room="204") == WALL
    assert found.value("tocsin_alerts_owed", endpoint=POLICE) == 1


def test_a_histogram_has_each_bound_and_only_receivers_of_the_settings() -> None:
    found = scrape()
    steps = [
        each
        for each in found.samples("tocsin_hop_seconds_bucket")
        if each.labels["hop"] == "press to receipt"
    ]
    assert [float(each.labels["le"]) for each in steps] == [*BOUNDS, float("inf")]
    assert {each.labels["endpoint"] for each in steps} == {POLICE}
    values = [each.value for each in steps]
    assert values == sorted(values)


def test_a_counter_never_falls_though_the_store_forgets() -> None:
    rising = Rising()
    assert scrape(10, rising).value("tocsin_presses_total") == 10
    assert scrape(4, rising).value("tocsin_presses_total") == 10
    assert scrape(6, rising).value("tocsin_presses_total") == 12


def test_troubles_are_told_by_their_kinds_whatever_they_are_called() -> None:
    kinds = len(GATEWAY_TROUBLES) + 1
    known, strange = scrape(trouble="camera-hall-2"), scrape(trouble="of-a-later-release")
    assert known.value("tocsin_troubles", trouble="camera-<camera>", level="ordinary") == 1
    assert strange.value("tocsin_troubles", trouble="other") == 1
    for each in (known, strange):
        assert len(list(each.samples("tocsin_troubles"))) == kinds


def test_every_query_of_the_dashboard_names_figures_that_exist() -> None:
    names = scrape().names
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    queries += [each["query"] for each in DASHBOARD["templating"]["list"] if "query" in each]
    asked = {name for query in queries for name in re.findall(r"tocsin_\w+", query)}
    assert len(queries) > 15
    assert asked <= names


def test_the_dashboard_asks_for_labels_that_the_figures_have() -> None:
    found = scrape()
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            (name,) = {*re.findall(r"tocsin_\w+|\bup\b", target["expr"])}
            labels = {key for each in found.samples(name) for key in each.labels}
            grouped = re.findall(r"by \(([^)]*)\)", target["expr"])
            used = re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
            asked = {*used, *(each.strip() for group in grouped for each in group.split(","))}
            assert asked <= labels, target["expr"]


def test_memory_is_read_of_the_services_that_run(tmp_path: Path) -> None:
    for name, said in (("tocsin-gateway", "52428800\n"), ("tocsin-broker", "not a number")):
        (tmp_path / f"{name}.service").mkdir()
        (tmp_path / f"{name}.service/memory.current").write_text(said)
    assert read_memory(tmp_path) == {"tocsin-gateway": 52_428_800}
