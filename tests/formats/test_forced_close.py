"""Where a person was forced to close an incident, no form tells a receiver that it is over."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from gateway.app.forms import cap_writer, eido_writer
from gateway.config.endpoints import Cap, Eido
from gateway.config.site import SiteSettings
from gateway.core.formats.dc09.events import Account, EventWriter
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.timeline import Event
from tests.formats.test_same_facts import incident, site
from tests.gateway.core import at


def cap(where: SiteSettings, told: Incident) -> str:
    fields = {"name": "county-cap", "kind": "cap", "url": "http://127.0.0.1/", "sender": "s"}
    writer = cap_writer(Cap.model_validate({**fields, "addresses": ["a"]}), where, lambda _: None)
    return writer.write(told, 1, (), ())


def eido(where: SiteSettings, told: Incident) -> str:
    fields = {
        "name": "county-eido",
        "kind": "eido",
        "url": "http://127.0.0.1/",
        "agency": "l.example",
    }
    agreed = {"element": "gw.l.example", "agency_types": ["police.local"]}
    settings = Eido.model_validate({**fields, **agreed})
    return eido_writer(settings, where, lambda _: None).write(told, 1, (), ())


def dc09(where: SiteSettings, told: Incident) -> str:
    return EventWriter(Account("1234", where.name), lambda _: 4).write(told, 1, (), ())


# Each form, and a word of it that says that all is over.
FORMS: Final[Mapping[str, tuple[Callable[[SiteSettings, Incident], str], str]]] = {
    "cap": (cap, "AllClear"),
    "eido": (eido, '"Closed"'),
    "dc09": (dc09, "PANIC OVER"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("forced", [False, True])
def test_a_close_is_an_end_only_where_nobody_was_forced(
    tmp_path: Path, form: str, forced: bool
) -> None:
    told, (write, over) = incident(), FORMS[form]
    told.closed = True
    if forced:
        told.note(Event(at(10).wall, "duress", "Ms Hill", "all is fine"))
    written = write(site(tmp_path), told)
    assert (over in written, "DURESS" in written) == (not forced, forced)
