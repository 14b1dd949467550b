"""Builds the channels to every endpoint from its settings, by its kind.

A new kind is a class in `config/endpoints.py`, a writer in `core/formats/`, built in `forms.py`,
and a branch of `_channels_to` here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from gateway.app.forms import cap_writer, eido_writer, listener_config, listener_files, live_links
from gateway.app.ports import CentrePort, SenderPort, Startable
from gateway.config.endpoint import Endpoint, HttpEndpoint
from gateway.config.endpoints import AnyEndpoint, Cap, Eido, EidoNotifier, SiaDc09, Webhook
from gateway.config.settings import GatewaySettings
from gateway.config.site import SiteSettings, site_part
from gateway.config.zones import Zones
from gateway.core.delivery.channel import Channel, Writer
from gateway.core.events import HealthStatus
from gateway.core.formats import cap, eido
from gateway.core.formats.capack import judge_ack
from gateway.core.formats.eido_parts import bounded_parts
from gateway.core.formats.receipt import Judge, judge_status
from gateway.core.formats.report import LiveUrl, ReportWriter
from gateway.core.formats.report_receipt import judge_receipt
from gateway.core.values import ChannelId
from gateway.receivers.eido.process_client import NotifierProcess
from gateway.receivers.http.acknowledgements import AcknowledgementPoller
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.live_frames import LiveFrames, LivePictures
from gateway.receivers.http.posting import Posting
from gateway.receivers.http.probe import EndpointProbe
from gateway.receivers.http.sender import Sender
from gateway.receivers.resolver import Resolver
from gateway.store.actions import ActionQueue
from service.polled import Poller
from wire.ids import EndpointName, Seconds

# An endpoint's backup address is tried when the first has given no receipt for so long.
_BACKUP_AFTER: Final = 2.0
# What `receipt` in the settings asks of an endpoint's answer.
_JUDGES: Final[Mapping[str, Judge]] = {
    "echo": judge_receipt,
    "status": judge_status,
    "cap-ack": judge_ack,
}
_EIDO: Final = Posting(eido.MEDIA_TYPE, named=False, split=bounded_parts)


@dataclass(frozen=True, slots=True)
class Channels:
    """Every channel with its terms and its sender.

    `checks` report the state of the endpoints' files, one for each endpoint; `centres` are the
    channels on which troubles are reported, too; `starts` have threads of their own, as what asks
    receivers whether they are reachable, and what their people answered.
    """

    terms: Mapping[ChannelId, Channel]
    senders: Mapping[ChannelId, SenderPort]
    checks: Sequence[Callable[[], HealthStatus]]
    centres: Sequence[CentrePort] = ()
    starts: Sequence[Startable] = ()


@dataclass(frozen=True, slots=True)
class _EndpointChannels:
    """The parts that all channels to one endpoint share."""

    judge: Judge
    writer: Writer
    senders: Sequence[SenderPort]
    checks: Sequence[Callable[[], HealthStatus]] = ()
    centres: Sequence[CentrePort] = ()
    starts: Sequence[Startable] = ()
    probed: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """What channels are built of; `folder` is where they keep what must survive a restart."""

    site: SiteSettings
    folder: Path
    answers: ActionQueue
    live_url: LiveUrl
    reports: ReportWriter
    zones: Zones
    resolver: Resolver
    pictures: LivePictures
    poller: Poller
    put: Callable[[Any], None]


def hosts_of(settings: GatewaySettings) -> list[str]:
    """Return the host names that reports go to."""
    urls = [url for each in settings.endpoint for url in each.urls]
    urls += [url for each in settings.endpoint for url in (*each.answers_from, *each.frames_to)]
    return [urlsplit(url).hostname or "" for url in urls]


def forgetful(settings: GatewaySettings) -> set[EndpointName]:
    """Return the endpoints that after a start must be told again of all that is open."""
    return {EndpointName(e.name) for e in settings.endpoint if isinstance(e, EidoNotifier)}


def make_channels(
    settings: GatewaySettings,
    zones: Zones,
    resolver: Resolver,
    pictures: LivePictures,
    poller: Poller,
    put: Callable[[Any], None],
) -> Channels:
    """Build every channel.

    An endpoint's backup waits for its first address, a standby for the other gateway.
    """
    wait = settings.standby.after_seconds if settings.standby else 0.0
    live_url = live_links(settings, put)
    reports = ReportWriter(site_part(settings.site), live_url)
    folder, answers = settings.store.path.parent, ActionQueue(settings.store.path)
    parts = _Parts(
        settings.site, folder, answers, live_url, reports, zones, resolver, pictures, poller, put
    )
    terms: dict[ChannelId, Channel] = {}
    senders: dict[ChannelId, SenderPort] = {}
    checks: list[Callable[[], HealthStatus]] = []
    centres: list[CentrePort] = []
    starts: list[Startable] = []
    for endpoint in settings.endpoint:
        found = _channels_to(endpoint, parts)
        if found.checks:
            checks.append(partial(_first_fault, found.checks))
        centres += found.centres
        starts += found.starts
        for number, (channel, sender) in enumerate(
            zip(_names(endpoint), found.senders, strict=False)
        ):
            name, after = EndpointName(endpoint.name), Seconds(wait + number * _BACKUP_AFTER)
            terms[channel] = Channel(name, found.judge, found.writer, after, found.probed)
            senders[channel] = sender
    return Channels(terms, senders, checks, centres, starts)


def _first_fault(checks: Sequence[Callable[[], HealthStatus]]) -> HealthStatus:
    """Check all files of an endpoint: they are one trouble, which ends when all are good."""
    found = [check() for check in checks]
    return next((each for each in found if each.detail), found[0])


def _names(endpoint: Endpoint) -> Iterator[ChannelId]:
    yield ChannelId(endpoint.name)
    yield ChannelId(f"{endpoint.name}/backup")


def _channels_to(endpoint: AnyEndpoint, parts: _Parts) -> _EndpointChannels:
    match endpoint:
        case Webhook():
            posting = Posting(named=endpoint.receipt == "echo")
            return _posted(endpoint, _JUDGES[endpoint.receipt], parts.reports, parts, posting)
        case Eido():
            documents = eido_writer(endpoint, parts.site, parts.live_url)
            return _posted(endpoint, judge_status, documents, parts, _EIDO)
        case EidoNotifier():
            name, files = EndpointName(endpoint.name), listener_files(endpoint)
            client = NotifierProcess(name, listener_config(endpoint), files, parts.put)
            documents = eido_writer(endpoint, parts.site, parts.live_url)
            checks = [client.check]
            return _EndpointChannels(judge_status, documents, [client], checks, starts=[client])
        case Cap():
            return _cap(endpoint, parts)
        case SiaDc09():
            return _centres(endpoint, parts)


def _posted(
    endpoint: HttpEndpoint,
    judge: Judge,
    writer: Writer,
    parts: _Parts,
    posting: Posting,
) -> _EndpointChannels:
    files = (endpoint.ca, endpoint.cert, endpoint.key, endpoint.secrets)
    credentials = Credentials(EndpointName(endpoint.name), *files)
    senders = [
        Sender(url, credentials, parts.resolver, parts.poller, parts.put, posting)
        for url in endpoint.urls
    ]
    starts: list[Startable] = [
        AcknowledgementPoller(
            EndpointName(endpoint.name), url, credentials, parts.resolver, parts.answers, parts.put
        )
        for url in endpoint.answers_from
    ]
    starts += [
        EndpointProbe(channel, url, credentials, parts.resolver, parts.put)
        for channel, url in zip(_names(endpoint), endpoint.urls, strict=False)
    ]
    starts += [
        LiveFrames(
            EndpointName(endpoint.name), url, credentials, parts.resolver, parts.pictures,
            lambda: any(sender.is_busy for sender in senders), parts.put,
        )
        for url in endpoint.frames_to
    ]  # fmt: skip
    checks = [credentials.check]
    return _EndpointChannels(judge, writer, senders, checks, starts=starts, probed=True)


def _cap(endpoint: Cap, parts: _Parts) -> _EndpointChannels:
    judge, plain = _JUDGES[endpoint.receipt], cap_writer(endpoint, parts.site, parts.live_url)
    posting = Posting(cap.MEDIA_TYPE, named=endpoint.receipt == "cap-ack")
    if endpoint.sign_key is None or endpoint.sign_cert is None:
        return _posted(endpoint, judge, plain, parts, posting)
    # A library that only a gateway that signs has (extra `cap`).
    from gateway.receivers.cap_signature import SigningWriter  # noqa: PLC0415

    writer = SigningWriter(
        EndpointName(endpoint.name), plain, endpoint.sign_key, endpoint.sign_cert
    )
    found = _posted(endpoint, judge, writer, parts, posting)
    return replace(found, checks=[*found.checks, writer.check])


def _centres(endpoint: SiaDc09, parts: _Parts) -> _EndpointChannels:
    # With its cipher, 12 MB that a gateway without such an endpoint does not need.
    from gateway.receivers.dc09.factory import (  # noqa: PLC0415
        event_writer,
        key_of,
        make_senders,
    )

    writer = event_writer(endpoint, parts.site.name, parts.zones.of)
    key = key_of(endpoint)
    found = make_senders(endpoint, key, writer, parts.folder, parts.resolver, parts.put)
    checks = [key.check] if key else []
    return _EndpointChannels(judge_status, writer, found, checks, found, found)
