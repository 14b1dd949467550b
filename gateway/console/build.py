"""Builds the console from its settings: knows every concrete part of it."""

import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette

from gateway.cameras.frames import FrameFolder
from gateway.cameras.leases import CameraLeases, Holder
from gateway.config.console_process import ConsoleProcessSettings, folder_of_actions
from gateway.config.last_good import LastGood, load_or_last_good
from gateway.config.load import read_register_or_last_good
from gateway.config.register_cache import RegisterCache
from gateway.config.settings import ConsoleSettings
from gateway.config.site import site_part
from gateway.console.answer_pages import AnswerPages
from gateway.console.app import make_app
from gateway.console.auth import Authenticator, note_in
from gateway.console.beside_view import tell_beside
from gateway.console.camera_test import CameraTest
from gateway.console.duress_pages import DuressPages
from gateway.console.duress_words import DuressWords
from gateway.console.export.incident import Export
from gateway.console.fleet_board import FleetBoard
from gateway.console.fleet_pages import FleetPages
from gateway.console.fleet_view import fleet_document
from gateway.console.incident_pages import IncidentPages
from gateway.console.incident_view import describe_incident
from gateway.console.links import Links, link_key, links_by
from gateway.console.live_pictures import LivePictures
from gateway.console.live_updates import LiveUpdates
from gateway.console.logins import console_login
from gateway.console.mark_pages import MarkPages
from gateway.console.notice_pages import NoticePages
from gateway.console.plan_editor import PlanEditor
from gateway.console.plan_pages import PlanPages
from gateway.console.plans import Plans
from gateway.console.rates import LinkRate
from gateway.console.school_pages import SchoolPages
from gateway.console.timeline_view import Reading
from gateway.console.walk_test.pages import WalkTestPages
from gateway.fleet.reading import FleetReader
from gateway.fleet.walk_record import WalkReader
from gateway.notices.reader import NoticeReader
from gateway.store.action_folder import ActionFolder
from gateway.store.evidence.reader import EvidenceReader
from gateway.store.heads import Head
from gateway.store.pictures.reader import PictureReader
from gateway.store.reader import StoreReader
from service.life_sign import LifeSign
from service.login.build import Login
from service.login.refusal_book import RefusalBook
from wire.ids import IncidentId, Wall
from wire.moment import write_moment

Works = list[Callable[[], Coroutine[Any, Any, None]]]


def build(
    settings: ConsoleProcessSettings, console: ConsoleSettings, path: Path
) -> tuple[Starlette, Works]:
    """Return the console and what must run beside it; raises OSError or sqlite3.Error."""
    records = StoreReader(settings.store.path, settings.endpoint_names)
    album = PictureReader(settings.pictures.album(settings.store.path))
    registry = _registry(settings, path)
    frames = FrameFolder(settings.frames.pictures)
    leases = CameraLeases(settings.frames.leases, Holder.CONSOLE)
    plans, site = Plans(console.plans), dict(site_part(settings.site))
    live, places = LivePictures(frames, leases), PlanEditor(settings.site.rooms)

    life_sign = LifeSign(settings.frames.told)
    links = links_by(link_key(settings.store.path), console)
    viewing = _viewing(records, album, registry, plans, places, links)
    news = LiveUpdates(viewing, records.version, _now, life_sign)
    left = ActionFolder(folder_of_actions(settings.accounts, settings.store), records.standing)
    login = _login(settings, console, left)
    book = login.handler.book if login else RefusalBook(note_in(left))
    auth = Authenticator(login.visitors if login else None, links, records, left)
    templates = _templates()
    export = Export(records, album, EvidenceReader(settings.store.evidence), site)
    by_link = LinkRate()
    pages = IncidentPages(auth, news, live, album, plans, export, registry.read, templates, site)
    duress = DuressWords(settings.accounts.path if settings.accounts else None)
    answers = AnswerPages(auth, records.alerts, by_link, duress.stands_in)
    told = NoticeReader(settings.notices.path if settings.notices else None)
    school = SchoolPages(auth, records, templates, site, life_sign, told)
    notices = NoticePages(auth, told, records, templates, site)
    plan = PlanPages(auth, plans, registry.read, places, templates, site)
    fleet = FleetPages(auth, _board(settings, registry, told), templates, site)
    camera = CameraTest(auth, registry.read, frames, leases)
    marks = MarkPages(auth, records.marks, by_link)
    walks = WalkReader(settings, registry.read)
    walk_test = WalkTestPages(auth, walks, records, registry.read, templates, site)
    also = [*DuressPages(auth, duress).routes(), *walk_test.routes()]
    routes = [*also, *(login.pages.routes() if login else [])]
    kept = pages, answers, marks, school, plan, camera, notices, fleet
    app = make_app(*kept, routes, console.address, book)
    return app, [news.run, live.run, book.run]


def _now() -> str:
    return write_moment(Wall(time.time()))


def _board(
    settings: ConsoleProcessSettings, registry: RegisterCache, notices: NoticeReader
) -> FleetBoard:
    return FleetBoard(fleet_document(FleetReader(settings, registry.read), notices))


def _login(
    settings: ConsoleProcessSettings, console: ConsoleSettings, left: ActionFolder
) -> Login | None:
    """What lets people in; None where the school keeps no accounts."""
    if settings.accounts is None:
        return None
    return console_login(settings.accounts, console, settings.site.name, note_in(left))


def _viewing(
    records: StoreReader,
    album: PictureReader,
    registry: RegisterCache,
    plans: Plans,
    places: PlanEditor,
    links: Links,
) -> Callable[[IncidentId, Reading], bytes | None]:
    """Return what writes an incident as pages are told it; None if there is none."""

    def write(incident: IncidentId, reading: Reading) -> bytes | None:
        head = records.head(incident)
        if head is None:
            return None
        alerts, presses = records.alerts(incident), records.presses(incident)
        events = records.events(incident)
        pictures = album.pictures(incident) if head.is_open else []
        register = registry.read()
        floors = [(e.room.building, e.room.floor) for e in register.by_room.values()]
        names, camera_places = plans.names(floors), places.cameras()
        delivery = records.delivery(incident)
        address = _by_link(links) if reading == "link" else _by_account
        beside = tell_beside(head, records.open_heads(), records.moves(incident), address)
        return describe_incident(
            head,
            delivery,
            alerts,
            presses,
            events,
            records.marks(incident),
            pictures,
            register,
            names,
            camera_places,
            reading,
            beside,
        )

    return write


def _by_account(head: Head) -> str:
    return f"../{head.id}/"


def _by_link(links: Links) -> Callable[[Head], str]:
    return lambda head: links.path_to(head.id, head.link, head.opened_at)


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _registry(settings: ConsoleProcessSettings, path: Path) -> RegisterCache:
    return RegisterCache(
        [settings.site.rooms, LastGood(settings.store.path).register],
        lambda: read_register_or_last_good(load_or_last_good(path, ConsoleProcessSettings)),
    )
