"""The arguments of the commands about who is who.  Knows words alone, so that no process has to
import what it does not become.
"""

import argparse
from pathlib import Path
from typing import Final

TRUST: Final = frozenset({"broker", "authority", "enrol", "replace", "revoke", "account", "follow"})


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to those of `tocsin-gateway`."""
    _add_init(commands)
    for name, words in (
        ("broker", "run the broker, and keep its files as they must be"),
        ("authority", "let units join, renew certificates; no alert needs it"),
        ("enrol", "let one unit join within ten minutes; --all prepares every room's"),
        ("replace", "let a new unit join in the place of a broken one, which is revoked"),
        ("revoke", "let a unit speak no more, within seconds and for ever"),
        ("follow", "be the second gateway beside another one, which showed the code"),
        ("account", "list who may use the console; with a name, make or change that account"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--config", type=Path, required=True, metavar="gateway.toml")
        if name == "enrol":
            command.add_argument("room", nargs="?", help="as the register names it")
            command.add_argument("--all", action="store_true", help="each unit not yet there")
            command.add_argument("--standby", action="store_true", help="a second gateway instead")
        if name == "replace":
            command.add_argument("room", help="as the register names it")
        if name in ("enrol", "replace"):
            command.add_argument("--labels", type=Path, metavar="FILE.html", help="to print")
        if name == "revoke":
            command.add_argument("unit", help="its name, as the register has it")
        if name == "follow":
            command.add_argument("url", help="of the first gateway: https://gateway:8443")
            command.add_argument(
                "--code", required=True, help="as `enrol --standby` shows it there"
            )
        if name == "account":
            _add_account(command)


def _add_init(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "make everything that a new gateway needs, in one folder"
    parser = commands.add_parser("init", help=words, description=words)
    parser.add_argument("--folder", type=Path, default=Path("/etc/tocsin"))
    parser.add_argument("--state", type=Path, default=Path("/var/lib/tocsin"), metavar="FOLDER")
    parser.add_argument("--name", help="of the school, as the police know it")
    parser.add_argument("--site", help="a short name, a-z, 0-9 and -; made of --name if left out")
    parser.add_argument(
        "--host", action="append", metavar="HOST", help="where units reach this machine; repeatable"
    )
    for name, number in (("broker", 8883), ("authority", 8443), ("console", 8712)):
        parser.add_argument(f"--{name}-port", type=int, default=number, metavar="PORT")


def _add_account(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", help="without one, all are listed")
    command.add_argument("--role", choices=("administrator", "staff", "sro", "viewer"))
    command.add_argument("--remove", action="store_true")
