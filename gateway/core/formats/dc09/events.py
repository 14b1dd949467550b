"""An incident as the events that an alarm-receiving centre is told.  Pure.

A frame says one thing: which event, in which zone, and a line for a person.  So the text of an
incident is the list of its events; who sends it leaves out what the centre has taken before.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal, NamedTuple

from gateway.core.effects import ReceiverNotification
from gateway.core.formats.dc09.codes import code_of_trouble, contact_id, sia_dcs, text_block
from gateway.core.formats.dc09.frame import Message
from gateway.core.formats.dc09.text import write_text
from gateway.core.formats.report import Picture, SilentCamera
from gateway.core.formats.sentences import last_pressed
from gateway.core.formats.written_alerts import WrittenAlerts
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.incidents.timeline import Event
from gateway.core.values import Room
from wire.answers import DURESS
from wire.ids import Wall
from wire.modes import DRILL, LIVE, MEANING, TEST, Mode

Token = Literal["ADM-CID", "SIA-DCS"]
Panic = Literal["panic", "silent-panic"]

# What no centre takes for an alarm.
_NO_ALARM: Final[Mapping[Mode, str]] = {DRILL: "manual-test", TEST: "periodic-test"}
_DATA: Final = {"ADM-CID": contact_id, "SIA-DCS": sia_dcs}


class AlarmEvent(NamedTuple):
    """Something to tell a centre once; `alert` is what it acknowledges, empty if none.

    `name` is the same at every try, and no other event's.
    """

    name: str
    alert: str
    data: str
    blocks: str


class Account(NamedTuple):
    """How a centre knows the school, and in which words it wants to be told."""

    number: str
    site_name: str
    codes: Token = "ADM-CID"
    panic: Panic = "silent-panic"
    area: int = 0


class EventWriter:
    """Writes the events of one account; `zone_of` numbers the rooms."""

    shows_pictures = False

    def __init__(self, account: Account, zone_of: Callable[[str], int]) -> None:
        self._account = account
        self._zone_of = zone_of
        self._pressed = {mode: WrittenAlerts(partial(self._press, mode), ",") for mode in MEANING}

    def write(
        self,
        incident: Incident,
        version: int,  # noqa: ARG002  (a centre is told events, not versions)
        pictures: Sequence[Picture],  # noqa: ARG002
        silent: Iterable[SilentCamera],  # noqa: ARG002
    ) -> str:
        """Return all events of `incident` as it stands, those of the past included."""
        parts = [self._pressed[incident.mode].of(incident)]
        forced = [each for each in incident.events if each.what == DURESS]
        parts += [_json(self._duress(incident, each)) for each in forced]
        if incident.closed_freely and incident.mode == LIVE:
            parts += [_json(self._over(alert)) for alert in incident.alerts.values()]
        return f"[{','.join(parts)}]"

    def forget(self, incident: Incident) -> None:
        """Discard the parts of an incident that is over."""
        for pressed in self._pressed.values():
            pressed.forget(incident)

    def of_notice(self, notice: ReceiverNotification) -> AlarmEvent | None:
        """Return the event that a notice is told as; None if a centre is not told of it."""
        what = code_of_trouble(notice.name)
        if what is None:
            return None
        over = notice.over
        words = f"{'OVER: ' if over else ''}{notice.words}, {self._account.site_name}"
        zone = self._zone_of(notice.room) if notice.room else 0
        name = f"{notice.name}/{notice.since:.0f}{'/over' if over else ''}"
        return AlarmEvent(name, "", self._data(what, zone, over), text_block(write_text(words)))

    def periodic_test(self, name: str) -> AlarmEvent:
        """Return the periodic test that is called `name`."""
        words = text_block(write_text(f"periodic test, {self._account.site_name}"))
        return AlarmEvent(name, "", self._data("periodic-test", 0), words)

    def _press(self, mode: Mode, alert: Alert) -> str:
        return _json(self._panic(alert) if mode == LIVE else self._rehearsed(mode, alert))

    def _rehearsed(self, mode: Mode, alert: Alert) -> AlarmEvent:
        """A press that is no emergency; if it becomes one, that is another event."""
        when, where = _time(alert.pressed_at), self._place(alert.room)
        block = text_block(write_text(f"{mode.upper()} NO EMERGENCY {when} {where}"))
        data = self._data(_NO_ALARM[mode], self._zone_of(alert.room.id))
        return AlarmEvent(f"{alert.id}/{alert.presses}/{mode}", alert.id, data, block)

    def _panic(self, alert: Alert) -> AlarmEvent:
        times = "" if alert.presses == 1 else f" {alert.presses} TIMES"
        doubt = " IN DOUBT" if alert.doubts else ""
        last = None if alert.presses == 1 else last_pressed(alert)
        when = _time(alert.pressed_at) + ("" if last is None else f" LAST {_time(last)}")
        words = f"PANIC{times}{doubt} {when} {self._place(alert.room)}"
        data = self._data(self._account.panic, self._zone_of(alert.room.id))
        block = text_block(write_text(words))
        return AlarmEvent(f"{alert.id}/{alert.presses}", alert.id, data, block)

    def _duress(self, incident: Incident, event: Event) -> AlarmEvent:
        """A centre is told of no message, but of this: who calls it off is forced to."""
        room = next(reversed(incident.named.values())).room
        words = f"DURESS {event.by} FORCED TO CALL IT OFF {_time(event.at)} {self._place(room)}"
        data = self._data("duress", self._zone_of(room.id))
        block = text_block(write_text(words))
        return AlarmEvent(f"{incident.id}/duress/{event.at:.3f}", "", data, block)

    def _over(self, alert: Alert) -> AlarmEvent:
        data = self._data(self._account.panic, self._zone_of(alert.room.id), over=True)
        words = write_text(f"PANIC OVER {self._place(alert.room)}")
        return AlarmEvent(f"{alert.id}/{alert.presses}/over", "", data, text_block(words))

    def _data(self, what: str, zone: int, over: bool = False) -> str:
        account = self._account
        return _DATA[account.codes](account.number, what, account.area, zone, over=over)

    def _place(self, room: Room) -> str:
        """From the outside in: if the line is too long, its end survives."""
        name = "" if room.name == room.id else room.name
        floor = room.floor and f"floor {room.floor}"
        parts = (self._account.site_name, room.building, floor, name, f"room {room.id}")
        return ", ".join(filter(None, parts))


def read_events(text: str) -> list[AlarmEvent]:
    """Read what `EventWriter.write` wrote."""
    return [AlarmEvent(*map(str, fields)) for fields in json.loads(text)]


def message_of(token: Token, sequence: int, event: AlarmEvent) -> Message:
    """Return what a frame for `event` carries."""
    return Message(token, sequence, event.data, event.blocks)


def _time(at: Wall) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%SZ")


_json = json.JSONEncoder(separators=(",", ":")).encode
