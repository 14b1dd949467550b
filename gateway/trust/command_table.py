"""The commands about identities, as a table.

Each function imports what it runs, so that no process has to load what it does not become.
"""

import argparse
from pathlib import Path
from typing import Final

from gateway.config.last_good import load_or_last_good
from gateway.config.settings import IdentitySettings
from service.command import Argument, Command, argument
from service.log import start_log
from service.settings import load

CONFIG: Final = argument("--config", type=Path, required=True, metavar="gateway.toml")
_ROOM: Final = argument("room", help="as the register names it")
_LABELS: Final = argument("--labels", type=Path, metavar="FILE.html", help="to print")
_INIT: Final[tuple[Argument, ...]] = (
    argument("--folder", type=Path, default=Path("/etc/tocsin")),
    argument("--state", type=Path, default=Path("/var/lib/tocsin"), metavar="FOLDER"),
    argument("--name", help="of the school, as the police know it"),
    argument("--site", help="a short name, a-z, 0-9 and -; made of --name if left out"),
    argument(
        "--host", action="append", metavar="HOST", help="where units reach this machine; repeatable"
    ),
    *(
        argument(f"--{name}-port", type=int, default=number, metavar="PORT")
        for name, number in (("broker", 8883), ("authority", 8443), ("console", 8712))
    ),
)
_LISTENS: Final = argument("folder", type=Path, help="where its key and certificate are")
_ACCOUNT: Final[tuple[Argument, ...]] = (
    argument("name", nargs="?", help="without one, all are listed"),
    argument("--role", choices=("administrator", "staff", "sro", "viewer")),
    argument("--remove", action="store_true"),
    argument(
        "--reset-codes", action="store_true", help="of a person who has lost the second factor"
    ),
)

_SDCARD: Final[tuple[Argument, ...]] = (
    argument("room", nargs="?", help="as the register names it"),
    argument("--all", action="store_true", help="each unit not yet there, with a sheet to print"),
    argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="the card's bootfs, or any folder"
    ),
    argument(
        "--package",
        type=Path,
        action="append",
        required=True,
        metavar="FILE.deb",
        help="tocsin-unit for arm64; repeatable, one for each Debian",
    ),
    argument("--wifi", metavar="NAME", help="asks for the password; the cable if left out"),
    argument("--country", metavar="US", help="for Wi-Fi: whose channels are allowed"),
    argument("--address", metavar="10.20.0.50/24", help="with --all: of the first, then upwards"),
    argument("--router", metavar="ADDRESS"),
    argument("--dns", action="append", default=[], metavar="ADDRESS", help="repeatable"),
)


def _init(options: argparse.Namespace) -> int:
    from gateway.trust.init_command import init

    return init(options)


def _broker(options: argparse.Namespace) -> int:
    settings = load_or_last_good(options.config, IdentitySettings)
    from gateway.trust.broker.supervisor import run_broker

    start_log()
    return run_broker(settings)


def _ca(options: argparse.Namespace) -> int:
    # Never the copies that last were good: they are the gateway's, who must not say what we sign.
    settings = load(options.config, IdentitySettings)
    from gateway.trust.ca.server import run_authority

    start_log()
    return run_authority(settings)


def _enrolment(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    from gateway.trust.commands import act

    return act(options, settings)


def _sdcard(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    from gateway.trust.card.commands import act

    return act(options, settings)


def _account(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    from gateway.trust.account_commands import act

    return act(options, settings)


def _set_address(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    from gateway.trust.address import act

    return act(options, settings)


def _join_primary(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    from gateway.trust.join_primary import act

    return act(options, settings)


def _join_listener(options: argparse.Namespace) -> int:
    from gateway.trust.join_listener import join

    return join(options.url, options.folder)


def _renew_listener(options: argparse.Namespace) -> int:
    from gateway.trust.join_listener import renew

    return renew(options.folder)


def _reissue_ca(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    from gateway.trust.reissue import act

    return act(settings)


TRUST_COMMANDS: Final[tuple[Command, ...]] = (
    Command("init", "make everything that a new gateway needs, in one folder", _init, _INIT),
    Command("broker", "run the broker, and keep its files as they must be", _broker, [CONFIG]),
    Command("ca", "let units join, renew certificates; no alert needs it", _ca, [CONFIG]),
    Command(
        "enrol",
        "let one unit join within ten minutes; --all prepares every room's",
        _enrolment,
        [
            CONFIG,
            argument("room", nargs="?", help="as the register names it"),
            argument("--all", action="store_true", help="each unit not yet there"),
            argument("--standby", action="store_true", help="a second gateway instead"),
            argument("--listener", metavar="NAME", help="a strobe, PA or door system instead"),
            argument("--hears", default="", metavar="WORDS", help="incident,trouble,home or some"),
            _LABELS,
        ],
    ),
    Command(
        "sdcard",
        "write what makes a fresh Raspberry Pi OS card into the unit of a room",
        _sdcard,
        [CONFIG, *_SDCARD],
    ),
    Command(
        "replace",
        "let a new unit join in the place of a broken one, which is revoked",
        _enrolment,
        [
            CONFIG,
            _ROOM,
            argument("--unit", help="the name it has at the school's other gateway"),
            _LABELS,
        ],
    ),
    Command(
        "revoke",
        "revoke a unit or a listener, within seconds and for ever",
        _enrolment,
        [
            CONFIG,
            argument("unit", help="its name, as the register has it"),
            argument("--yes", action="store_true", help="also one that never joined, unasked"),
        ],
    ),
    Command(
        "reissue-ca",
        "give the authority and this machine certificates that Python 3.13 takes",
        _reissue_ca,
        [CONFIG],
    ),
    Command(
        "set-address",
        "say where units and people reach this machine from now on",
        _set_address,
        [CONFIG, argument("host", nargs="+", help="name or address; the best first")],
    ),
    Command(
        "join-primary",
        "become the second gateway of a school, by the code that `enrol --standby` shows there",
        _join_primary,
        [
            CONFIG,
            argument("url", help="of the first gateway: https://gateway:8443"),
        ],
    ),
    Command(
        "join-listener",
        "get a listener's certificate, by the code that `enrol --listener` shows",
        _join_listener,
        [argument("url", help="of the gateway: https://gateway:8443"), _LISTENS],
    ),
    Command(
        "renew-listener",
        "renew a listener's certificate if it nears its end; once a week is often enough",
        _renew_listener,
        [_LISTENS],
    ),
    Command(
        "account",
        "list who may use the console; with a name, make or change that account",
        _account,
        [CONFIG, *_ACCOUNT],
    ),
)
