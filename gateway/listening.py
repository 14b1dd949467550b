"""Builds what listens to the people of each endpoint.  Knows concrete things."""

from collections.abc import Callable
from typing import Any

from gateway.actionbox import ActionBox
from gateway.answers import Answers
from gateway.endpoints import Webhook
from gateway.papers import Papers
from gateway.settings import GatewaySettings
from gateway.transport import Directory
from wire.ids import EndpointName


def make_answers(
    settings: GatewaySettings, directory: Directory, put: Callable[[Any], None]
) -> list[Answers]:
    """Return one listener for each endpoint that tells what its people answer."""
    box = ActionBox(settings.store.path)
    return [
        Answers(
            EndpointName(each.name),
            each.answers_url,
            Papers(EndpointName(each.name), each.ca, each.cert, each.key, each.secrets),
            directory,
            box,
            put,
        )
        for each in settings.endpoint
        if isinstance(each, Webhook) and each.answers_url
    ]
