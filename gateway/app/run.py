"""Runs the gateway until it is asked to stop: handles signals, and returns the exit code."""

import signal
from pathlib import Path

from gateway.app.gateway import Gateway
from gateway.config.settings import GatewaySettings
from service import exits
from service.events import Reload, Stop


def run_gateway(settings: GatewaySettings, path: Path) -> int:
    """Run until SIGTERM or SIGINT; SIGHUP reads the settings at `path` again."""
    gateway = Gateway(settings, path)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: gateway.inbox.put(Stop()))
    signal.signal(signal.SIGHUP, lambda *_: gateway.inbox.put(Reload()))
    gateway.run()
    return exits.GOOD
