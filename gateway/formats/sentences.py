"""Places, presses and changes as people read them, the same in every form.  Pure."""

from gateway.incident import Alert, Incident
from gateway.work import Room
from wire.ids import Wall
from wire.moment import write_moment


def last_change(incident: Incident) -> Wall:
    """Return when something last happened in an incident."""
    alerts = (alert.received_at for alert in incident.alerts.values())
    return max(incident.opened_at, *alerts, *(event.at for event in incident.events))


def place(room: Room) -> str:
    """Say where a room is, from the outside in: what a receiver drops elsewhere stands here."""
    name = "" if room.name == room.id else room.name
    parts = [room.building, room.floor and f"floor {room.floor}", f"room {room.id}", name]
    return ", ".join(filter(None, parts))


def pressed(alert: Alert) -> str:
    """Say which button was pressed, how often, where and when, and what is in doubt."""
    times = "" if alert.presses == 1 else f" {alert.presses} times"
    words = [
        f"Panic button {alert.unit} pressed{times} in {place(alert.room)}",
        f"first at {write_moment(alert.pressed_at)}",
        *(f"in doubt: {doubt}" for doubt in alert.doubts),
    ]
    return "; ".join(words)
