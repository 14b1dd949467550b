"""Which addresses of carriers may stand in people.toml: services that carry a text to a person.

An address is one of apprise's, and holds secrets: no fault here shows any part of it.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from service.urls import is_loopback

# What leaves the machine is encrypted; each also has a plain form, for a server on this machine.
_WITH_PLAIN: Final = {
    "mailtos": "mailto",
    "jsons": "json",
    "forms": "form",
    "xmls": "xml",
    "gotifys": "gotify",
    "matrixs": "matrix",
    "mmosts": "mmost",
    "ntfys": "ntfy",
    "rockets": "rocket",
    "signals": "signal",
}
# Services that are reached by TLS alone.
_HOSTED: Final = frozenset(
    {
        # SMS and calls
        "africas", "bulksms", "burstsms", "clickatell", "clicksend", "d7sms", "46elks", "kavenegar",
        "msgbird", "nexmo", "plivo", "seven", "sinch", "sns", "threema", "twilio", "voipms",
        "vonage", "whatsapp",
        # push
        "join", "prowl", "pover", "pbul", "pushme", "pushsafer", "simplepush", "spush",
        # chat
        "discord", "gchat", "msteams", "slack", "tgram", "webex", "workflows", "zulip",
        # on-call services
        "opsgenie", "pagerduty", "splunk",
        # e-mail by a service's API
        "mailgun", "sendgrid", "ses", "sparkpost", "smtp2go", "azure", "o365",
    }
)  # fmt: skip
# These read files, weaken TLS, follow a server elsewhere, or change the form of what is sent.
_REFUSED: Final = frozenset(
    {"verify", "template", "pgp", "pgpkey", "attach", "format", "overflow", "emojis", "interpret",
     "cto", "rto", "retry", "wait", "tz", "redirect"}
)  # fmt: skip
LONGEST: Final = 1_000


def scheme_of(url: str) -> str:
    """Return how the record names a carrier: by its kind alone, which is no secret."""
    return url.partition("://")[0].lower()[:20]


def must_be_carrier(url: str) -> str:
    """Return `url` if it is a carrier that may be used; raises ValueError without a part of it."""
    for fault in _faults(url):
        raise ValueError(fault)
    return url


def _faults(url: str) -> Iterator[str]:
    if len(url) > LONGEST or not url.isprintable() or "://" not in url:
        yield "give an address of apprise's, as mailtos://… or twilio://…"
    scheme = scheme_of(url)
    plain = scheme in _WITH_PLAIN.values()
    if not plain and scheme not in _WITH_PLAIN and scheme not in _HOSTED:
        yield "this kind of carrier is not supported; docs/notices.md lists those that are"
    try:
        parts = urlsplit(url)
        host, query = parts.hostname or "", dict(parse_qsl(parts.query, max_num_fields=30))
    except ValueError:
        yield "give an address of apprise's, as mailtos://… or twilio://…"
        return
    names = {name.lower().lstrip("+-:") for name in query}
    if names & _REFUSED or query.get("mode", "").lower() == "insecure":
        yield "leave out what reads files, weakens TLS or changes the form (docs/notices.md)"
    servers = {host, query.get("smtp", host)}
    if plain and not all(map(is_loopback, servers)):
        yield "a plain address is for a server on this machine; use the form that ends in s"
