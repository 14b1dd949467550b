"""The commands `backup` and `restore`, as a table."""

import argparse
from pathlib import Path
from typing import Final

from gateway.config.settings import GatewaySettings
from gateway.trust.command_table import CONFIG
from service.command import Command, argument
from service.settings import load

_FILE: Final = argument("file", type=Path, help="the backup")
_RECIPIENT: Final = argument(
    "--recipient",
    action="append",
    default=[],
    metavar="age1…",
    help="a key of `age-keygen` that opens it, instead of a passphrase; repeatable",
)
_PICTURES: Final = argument("--pictures", action="store_true", help="with pictures of incidents")
_IDENTITY: Final = argument(
    "--identity", type=Path, metavar="FILE", help="of the recipient, as `age-keygen` writes it"
)
_ONLY_CHECK: Final = argument(
    "--only-check", action="store_true", help="say whether it is whole, and change nothing"
)


def _backup(options: argparse.Namespace) -> int:
    settings = load(options.config, GatewaySettings)
    from gateway.app.backup.commands import make_backup

    to, config = options.file, options.config
    return make_backup(settings, config, to, options.recipient, options.pictures)


def _restore(options: argparse.Namespace) -> int:
    from gateway.app.backup.commands import restore_backup

    return restore_backup(options.file, options.identity, options.only_check)


BACKUP_COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "backup",
        "write all that this gateway is into one file, locked by a passphrase or for a recipient",
        _backup,
        [CONFIG, _FILE, _RECIPIENT, _PICTURES],
    ),
    Command(
        "restore",
        "put the gateway in a backup onto a machine that has none",
        _restore,
        [_FILE, _IDENTITY, _ONLY_CHECK],
    ),
)
