"""Checks that a receiver says what its people look at, where live frames go; sends none."""

from typing import Final

from gateway.config.endpoints import Webhook
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.signed import signed_request
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.reloading import CredentialsError
from gateway.receivers.resolver import Resolver
from service.doctor.finding import Finding, good, problem
from wire.clean import clean
from wire.errors import WireError
from wire.ids import EndpointName
from wire.looks import read_looks

_WITHIN_S: Final = 3.0
# No receiver has given a list this number: it answers at once.
_NO_NUMBER: Final = 0


def check_live_frames(endpoint: Webhook, resolver: Resolver) -> Finding:
    """Say whether the receiver answers a question for looks; takes 3 s at most."""
    check = f"live frames to {endpoint.name}"
    files = (endpoint.ca, endpoint.cert, endpoint.key, endpoint.secrets)
    credentials = Credentials(EndpointName(endpoint.name), *files)
    line = DeadlineConnection(endpoint.frames_url, lambda: credentials.tls, resolver)
    cure = (
        f'is `frames_url` of "{endpoint.name}" right?  Ask the receiver whether it takes live'
        " frames there; without `frames_url` none are sent, and reports are not affected"
    )
    try:
        name, query = f"looks.{_NO_NUMBER}", f"after={_NO_NUMBER}"
        request = signed_request(line, credentials, PeerClock(), name, query=query)
        response = line.exchange(request, _WITHIN_S)
        if response.status != 200:
            return problem(check, f"the receiver answers HTTP {response.status}", cure)
        found = read_looks(response.body)
    except (NoResponseError, CredentialsError, WireError) as error:
        return problem(
            check, f"the receiver did not say what is looked at: {clean(str(error))}", cure
        )
    finally:
        line.close()
    return good(check, f"the receiver looks at {len(found.looks)} cameras")
