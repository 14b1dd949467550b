"""`tocsin-device join`: becomes a unit of a school.

Key and certificates come by `service/joining.py`; what is decided here is what the settings say.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from device.joined import (
    PLACES,
    Joined,
    JoinedGateway,
    forget_places,
    read_joined,
    with_values,
)
from device.settings import DeviceSettings
from service import owners
from service.files import remove, write_whole
from service.joining import (
    CERTIFICATE,
    KEY,
    Invitation,
    JoinError,
    ask_to_join,
    read_invitation,
)
from service.settings import SettingsError, load

SETTINGS: Final = "device.toml"
_GATEWAYS: Final = "gateway.toml"
_NAMES: Final = ("site", "unit", "room")

_TEXT: Final = """\
# One wall unit, as it joined its school.  Paths are relative to this file.  Look it over with
#   tocsin-device check --config device.toml
# Every other setting (pins, buzzer, silent) stands in
#   /usr/share/doc/tocsin-unit/examples/device.toml

site = {site}
unit = {unit}
room = {room}
"""
_GATEWAY: Final = """
[[gateway]]
url = {broker}
ca = "{place}ca.crt"
cert = "{place}unit.crt"
key = "{place}unit.key"
gateway_cert = "{place}gateway.crt"
authority = {renewal}
"""


class JoinedSettings(NamedTuple):
    """What a join wrote: the settings, and the gateways whose certificates they name no more.

    `is_first`: there were none before.
    """

    path: Path
    room: str
    is_first: bool
    dropped: tuple[str, ...] = ()


def join(url: str, typed: str, folder: Path) -> JoinedSettings:
    """Join the school whose authority listens at `url`; returns what was written.

    A unit that has joined one gateway joins the second one of the same school beside it, by the
    name that it has.  One that joins a gateway anew, under another name, keeps its pins and loses
    the other gateway, where that name has to join, too.  Raises JoinError, and then leaves the
    settings, and all that they name, as they were; the same command may be given again.
    """
    joined = read_joined(folder / SETTINGS)
    invitation = read_invitation(url, typed)
    try:
        if joined is None:
            answer = ask_to_join(invitation, folder)
            return JoinedSettings(take(folder, answer), str(answer["room"]), is_first=True)
        again = joined.of(invitation.authority, invitation.url)
        return _join_again(joined, again, invitation) if again else _join_second(joined, invitation)
    except SettingsError as error:
        raise JoinError(
            f"the settings would have a fault, so they stay as they were: {error}"
        ) from error
    except (KeyError, OSError) as error:
        raise JoinError(f"invalid response from the gateway: {error}") from error


def _join_second(joined: Joined, invitation: Invitation) -> JoinedSettings:
    joined.must_have_room()
    place = joined.free_place()
    answer = ask_to_join(invitation, joined.path.parent / place, {"unit": joined.unit})
    if (answer["site"], answer["unit"]) != (joined.site, joined.unit):
        raise JoinError(
            f"the gateway is of site {answer['site']} and calls this unit {answer['unit']};"
            f" {joined.path} says site {joined.site}, unit {joined.unit}"
        )
    text = joined.text.rstrip() + "\n" + _gateways(answer, place)
    path = _write_settings(joined.path, text)
    return JoinedSettings(path, str(answer["room"]), is_first=False)


def _join_again(joined: Joined, gateway: JoinedGateway, invitation: Invitation) -> JoinedSettings:
    """Join a gateway once more, by a new key: the one before may be in anybody's hands."""
    folder, place = joined.path.parent, joined.free_place()
    answer = ask_to_join(invitation, folder / place, {"was": joined.unit})
    is_renamed = str(answer["unit"]) != joined.unit
    dropped = [each for each in joined.gateways if is_renamed or str(each) == str(gateway)]
    text = with_values(joined.without(*dropped), {name: str(answer[name]) for name in _NAMES})
    path = _write_settings(joined.path, text + _gateways(answer, place))
    kept = [each.place or "" for each in joined.gateways if each not in dropped]
    forget_places(folder, [place, *kept])
    others = [each for each in dropped if str(each) != str(gateway)]
    return JoinedSettings(path, str(answer["room"]), False, tuple(map(str, others)))


def take(folder: Path, answer: Mapping[str, Any]) -> Path:
    """Write the settings that follow from what an authority answered, beside key and certificates.

    Raises SettingsError for settings that will not do, KeyError for an answer that lacks something.
    """
    text = _TEXT.format(**{name: _quoted(answer, name) for name in _NAMES})
    return _write_settings(folder / SETTINGS, text + _gateways(answer, ""))


def _gateways(answer: Mapping[str, Any], place: str) -> str:
    return "".join(
        _GATEWAY.format(
            broker=json.dumps(str(broker)),
            place=f"{place}/" if place else "",
            renewal=_quoted(answer, "renewal"),
        )
        for broker in answer["brokers"]
    )


def _quoted(answer: Mapping[str, Any], name: str) -> str:
    return json.dumps(str(answer[name]))


def _write_settings(path: Path, text: str) -> Path:
    """Check the settings before they are used."""
    trial = path.with_name(f"{path.name}.trial")
    write_whole(trial, text.encode(), 0o644)
    try:
        load(trial, DeviceSettings)
        write_whole(path, text.encode(), 0o644)
    finally:
        remove(trial)
    _give(path)
    return path


def _give(settings: Path) -> None:
    """Give the unit its folder; of one that is a gateway's, too, what no other service reads."""
    folder = settings.parent
    if not (folder / _GATEWAYS).exists():
        owners.give(folder, owners.DEVICE)
        return
    for each in (SETTINGS, KEY, CERTIFICATE, *PLACES[1:]):
        if (folder / each).exists():
            owners.give(folder / each, owners.DEVICE)
