"""Places, presses and changes as people read them, worded the same in every form.  Pure."""

from collections.abc import Iterable, Iterator

from gateway.core.formats.report import SilentCamera
from gateway.core.incidents.alert import Alert
from gateway.core.incidents.incident import Incident
from gateway.core.values import Room
from wire.ids import Wall
from wire.limits import MOST_LINES
from wire.lines import newest
from wire.marks import standing
from wire.modes import Mode, label
from wire.moment import write_moment
from wire.presses import DatedPress
from wire.stage import ANSWER_MEANING, Answer


def last_change(incident: Incident) -> Wall:
    """Return when something last happened in an incident."""
    alerts = (alert.received_at for alert in incident.alerts.values())
    marks = (mark.changed_at for mark in incident.marks)
    return max(incident.opened_at, *alerts, *marks, *(event.at for event in incident.events))


def place(room: Room) -> str:
    """Say where a room is, from the outside in: what a receiver drops elsewhere stands here."""
    name = "" if room.name == room.id else room.name
    parts = [room.building, room.floor and f"floor {room.floor}", f"room {room.id}", name]
    return ", ".join(filter(None, parts))


def timeline(incident: Incident, silent: Iterable[SilentCamera]) -> Iterator[str]:
    """Say what happened and what people wrote, newest MOST_LINES lines, where the threat was seen,
    and what no camera shows.

    The whole timeline stays in the store.
    """
    for event in newest(incident.events, MOST_LINES):
        side = " (the school)" if event.side is Answer.SCHOOL else ""
        by = f", {event.by}{side}" if event.by else ""
        text = f": {event.text}" if event.text else ""
        yield f"{write_moment(event.at)} {event.sentence}{by}{text}"
    for mark in standing(incident.marks):
        note = f": {mark.note}" if mark.note else ""
        side = " (the school)" if mark.side is Answer.SCHOOL else ""
        yield f"{write_moment(mark.seen_at)} {mark.sentence}, {mark.by}{side}{note}"
    for camera in silent:
        yield f"camera {camera.camera} shows nothing: {camera.reason}"


def pressed(alert: Alert, mode: Mode) -> str:
    """Say which button was pressed, how often, where and when, and what is in doubt."""
    times = "" if alert.presses == 1 else f" {alert.presses} times"
    words = [
        f"{label(mode)}Panic button {alert.unit} pressed{times} in {place(alert.room)}",
        f"first at {write_moment(alert.pressed_at)}",
        *_again(alert),
        *([ANSWER_MEANING[alert.answer]] if alert.answer is not Answer.NONE else []),
        *(f"in doubt: {doubt}" for doubt in alert.doubts),
    ]
    return "; ".join(words)


def last_pressed(alert: Alert) -> Wall | None:
    """Return when an alert was pressed last; None if that press is counted, but not dated."""
    newest = alert.dated[-1]
    return newest.at if newest.press == alert.presses else None


def _again(alert: Alert) -> Iterator[str]:
    """Say when it was pressed again, and how often nobody knows when."""
    again = [press for press in alert.dated if press.press > 1]
    if again:
        yield f"again at {', '.join(map(_moment, again))}"
    earlier = alert.presses - 1 - len(again)
    if earlier:
        yield f"{earlier} more {'press' if earlier == 1 else 'presses'} at times not told here"


def _moment(press: DatedPress) -> str:
    heard = " (when it arrived)" if press.pressed_at is None else ""
    return f"{write_moment(press.at)}{heard}"
