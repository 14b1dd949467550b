"""What a gateway may know of a small school, made by hand."""

from typing import Any

from gateway.config.register import parse_register
from gateway.core.values import ChannelId
from gateway.fleet.gateway_verdict import GatewayState
from gateway.fleet.heard import Beat, Snapshot
from gateway.fleet.room import NO_BOOKS, Fleet, RoomStatus, Sources, describe
from wire.ids import BootId, EndpointName, Monotonic, RoomId, Seconds, UnitId, Wall
from wire.machine import SILENT, Machine
from wire.messages import Heartbeat
from wire.trouble import TroubleName

NOW, WALL = Monotonic(1000.0), Wall(1_790_000_000.0)
POLICE, COUNTY = EndpointName("county-911"), EndpointName("sheriff")
REGISTER, _ = parse_register(
    "room,name,building,floor,unit,cameras,x,y\n"
    "204,Room 204,Main,2,lincoln-204,,10,20\n205,Room 205,Main,2,,,,\n"
)


def beat(
    *troubles: str, heard: float = 995.0, room: str = "204", machine: Machine = SILENT
) -> Beat:
    """The last heartbeat of unit lincoln-204."""
    unit, boot = UnitId("lincoln-204"), BootId("00000000-0000-4000-8000-000000000001")
    said = Heartbeat(unit, RoomId(room), boot, 0, Seconds(60.0), (), troubles, machine)
    return Beat(Monotonic(heard), said)


def standing(
    *troubles: TroubleName, said: Beat | None = None, written: float = 999.0, **more: Any
) -> GatewayState:
    """A gateway that is well but for `troubles`, and hears the unit unless `said` is another."""
    proven = {ChannelId(POLICE): Monotonic(990.0)}
    beats = {UnitId("lincoln-204"): said or beat()}
    snapshot = Snapshot(Monotonic(written), Monotonic(more.pop("started", 0.0)), proven, beats)
    names = dict.fromkeys(troubles, "as seen")
    good = {"is_alive": True, "stores": True, "snapshot": snapshot, "endpoints": (POLICE,)}
    return GatewayState(**{**good, "troubles": names, **more})


def fleet(known: GatewayState, **more: Any) -> Fleet:
    """The school as people see it then."""
    usual = {"register": REGISTER, "books": NO_BOOKS, "ends": None, "now": NOW, "wall": WALL}
    return describe(Sources(standing=known, **{**usual, **more}))


def room(known: GatewayState, name: str = "204", **more: Any) -> RoomStatus:
    """One room of it."""
    (found,) = (each for each in fleet(known, **more).rooms if each.entry.room.id == name)
    return found


def why(of: RoomStatus) -> str:
    """All that speaks against a yes, as one text."""
    return "; ".join(reason.words for reason in of.whole.why)
