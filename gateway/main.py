"""The command `tocsin-gateway`: reads the settings, then becomes the process that was asked for."""

import argparse
import sys
from pathlib import Path

from gateway.settings import GatewaySettings, IdentitySettings
from gateway.trust import arguments
from service import exits
from service.log import start_log
from service.settings import SettingsError, load


def main(given: list[str] | None = None) -> int:
    """Run the command; returns its exit code (service/exits.py)."""
    options = _parser().parse_args(given)
    if options.command == "init":
        from gateway.trust.commands import init

        return init(options)
    try:
        if options.command in arguments.TRUST:
            return _act_on_trust(options)
        settings = load(options.config, GatewaySettings)
        return _become(options, settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return exits.BAD_CONFIGURATION


def _act_on_trust(options: argparse.Namespace) -> int:
    settings = load(options.config, IdentitySettings)
    if options.command == "broker":
        from gateway.trust.brokerkeeper import run_broker

        start_log()
        return run_broker(settings)
    if options.command == "authority":
        from gateway.trust.service import run_authority

        start_log()
        return run_authority(settings)
    if options.command == "follow":
        from gateway.trust import following

        return following.act(options, settings)
    if options.command == "account":
        from gateway.trust import accounts

        return accounts.act(options, settings)
    from gateway.trust.commands import act

    return act(options, settings)


def _become(options: argparse.Namespace, settings: GatewaySettings) -> int:
    if options.command in ("run", "cameras", "console"):
        start_log()
        return _serve(options.command, settings, options.config)
    if options.command == "doctor":
        from gateway.commands import doctor

        return doctor(settings, options.json)
    return _answer(options, settings)


def _answer(options: argparse.Namespace, settings: GatewaySettings) -> int:
    from gateway.commands import act, check, status, try_lines, zones

    if options.command == "check":
        return check(settings, options.config)
    if options.command == "zones":
        return zones(settings, options.csv)
    if options.command == "status":
        return status(settings)
    if options.command == "try-lines":
        return try_lines(settings, options.by)
    return act(settings, options.command, options.incident, options.by)


def _serve(process: str, settings: GatewaySettings, path: Path) -> int:
    # Each process imports only what it needs: the camera process no MQTT, the gateway no Pillow.
    if process == "cameras":
        from gateway.cameras.main import run_cameras

        return run_cameras(settings)
    if process == "console":
        from gateway.console.run import run_console

        return run_console(settings, path)
    from gateway.run import run_gateway

    return run_gateway(settings, path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tocsin-gateway", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in (
        ("run", "take alerts in and report them"),
        ("cameras", "keep the newest picture of each camera in memory"),
        ("console", "serve the school's pages, and those that reports link to"),
        ("check", "say whether the settings are good"),
        ("zones", "print by which number an alarm centre knows each room"),
        ("doctor", "look over the whole installation, and say what to do about each problem"),
        ("try-lines", "send a manual test to every alarm centre"),
        ("status", "list open incidents and standing troubles"),
        ("confirm", "say that a named person has taken an incident"),
        ("cancel", "report that a named person takes an alert back; nothing is recalled by it"),
        ("close", "end an incident, in the name of a person"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--config", type=Path, required=True, metavar="gateway.toml")
        if name == "doctor":
            command.add_argument("--json", action="store_true", help="for a program to read")
        if name == "zones":
            command.add_argument("--csv", action="store_true", help="for a program to read")
        if name in ("confirm", "cancel", "close"):
            command.add_argument("incident", help="its id, as `status` shows it")
        if name in ("confirm", "cancel", "close", "try-lines"):
            command.add_argument("--by", required=True, metavar="NAME", help="who does it")
    arguments.add_parsers(commands)
    return parser
