"""The messages of EIDO conveyance (NENA-STA-024.1): what a subscriber sends, and what it is sent.

Pure.  Each message is a JSON object with one member, which names it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NewType

from wire.clean import clean
from wire.errors import WireError

SubscriptionId = NewType("SubscriptionId", str)
"""A subscription's name, unique for ever."""

TransactionId = NewType("TransactionId", str)
"""Names one event, so that its answer can be told from others."""

Status = Literal[200, 400, 404, 406, 481, 503]

TEXTS: Final[Mapping[Status, str]] = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    406: "Not Acceptable",
    481: "Subscription Does Not Exist",
    503: "Service Unavailable",
}
# Ids are the subscriber's own; longer ones are no ids.
_LONGEST_ID: Final = 256


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A new subscription, or with `renews` more time for one.

    `incident` is the tracking id of the one that is asked for, None for all, new ones included.
    `fault` is what keeps it from being granted; `expires` None leaves the time to us.
    """

    request: str
    incident: str | None
    expires: int | None
    renews: SubscriptionId | None
    fault: Status | None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The end of a subscription."""

    request: str
    subscription: SubscriptionId


@dataclass(frozen=True, slots=True)
class EventResponse:
    """The answer to an event: 200 says that it was taken."""

    transaction: TransactionId
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class TerminateResponse:
    """The answer to our own end of a subscription; there is nothing to do about it."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """What is no message, with why; `answer` names the one that says so, for `request` if known."""

    answer: str
    request: str
    fault: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A request that we do not know."""

    request: str


Message = Subscribe | Unsubscribe | EventResponse | TerminateResponse | Unknown | Malformed


def read_message(text: str) -> Message:
    """Read what a subscriber says; never raises."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Malformed("response", "", "not JSON")
    if not isinstance(found, dict) or len(found) != 1:
        return Malformed("response", "", "not an object with one member")
    ((name, fields),) = found.items()
    answer = f"{name}Response" if name in ("subscribe", "unsubscribe") else "response"
    if not isinstance(fields, dict):
        return Malformed(answer, "", f"{clean(name)}: not an object")
    try:
        reader = _READERS.get(name)
        return reader(fields) if reader else Unknown(_id(fields, "requestId"))
    except WireError as error:
        request = fields.get("requestId")
        known = isinstance(request, str) and len(request) <= _LONGEST_ID
        return Malformed(answer, str(request) if known else "", str(error))


def _subscribe(fields: Mapping[str, Any]) -> Subscribe:
    renews, expires = fields.get("subscriptionId"), fields.get("expires")
    return Subscribe(
        request=_id(fields, "requestId"),
        incident=_id(fields, "incidentId") if "incidentId" in fields else None,
        expires=expires if type(expires) is int else None,
        renews=None if renews is None else SubscriptionId(_id(fields, "subscriptionId")),
        fault=None if renews is not None else _fault(fields),
    )


def _fault(fields: Mapping[str, Any]) -> Status | None:
    kind, single = fields.get("requestSubType"), "incidentId" in fields
    if fields.get("requestType") != "EIDO" or kind not in ("new", "single", "resource"):
        return 400
    if (kind == "single") != single or (single and "qualFilter" in fields):
        return 400
    return 406 if kind == "resource" or "qualFilter" in fields else None


def _unsubscribe(fields: Mapping[str, Any]) -> Unsubscribe:
    return Unsubscribe(_id(fields, "requestId"), SubscriptionId(_id(fields, "subscriptionId")))


def _event_response(fields: Mapping[str, Any]) -> EventResponse:
    status = fields.get("statusCode")
    if type(status) is not int or not 100 <= status < 1000:
        raise WireError("statusCode: not a number of three digits")
    transaction = TransactionId(_id(fields, "transactionId"))
    return EventResponse(transaction, status, str(fields.get("statusText", "")))


def _terminate_response(_fields: Mapping[str, Any]) -> TerminateResponse:
    return TerminateResponse()


_READERS: Final[Mapping[str, Any]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "eventResponse": _event_response,
    "terminateResponse": _terminate_response,
}


def _id(fields: Mapping[str, Any], key: str) -> str:
    found = fields.get(key)
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_ID:
        raise WireError(f"{key}: not a text of 1 to {_LONGEST_ID} characters")
    return found


def write_subscribed(request: str, subscription: SubscriptionId, expires: int) -> str:
    """Grant a subscription, or more time for one, for so many seconds."""
    granted = {"subscriptionId": subscription, "expires": expires}
    return _write("subscribeResponse", {"requestId": request, **granted, **_status(200)})


def write_not_subscribed(request: str, status: Status) -> str:
    """Refuse a subscription."""
    return _write("subscribeResponse", {"requestId": request, **_status(status)})


def write_unsubscribed(asked: Unsubscribe, status: Status) -> str:
    """Say whether a subscription was ended."""
    fields = {"requestId": asked.request, "subscriptionId": asked.subscription}
    return _write("unsubscribeResponse", {**fields, **_status(status)})


def write_event(
    subscription: SubscriptionId, transaction: TransactionId, documents: Sequence[str]
) -> str:
    """Notify: `documents` are EIDOs as they were written."""
    head = _json({"subscriptionId": subscription, "transactionId": transaction})
    return f'{{"event":{head[:-1]},"notification":[{",".join(documents)}]}}}}'


def write_terminate(request: str, subscription: SubscriptionId) -> str:
    """End a subscription from our side."""
    return _write("terminate", {"requestId": request, "subscriptionId": subscription})


def write_malformed(message: Malformed) -> str:
    """Say that a message could not be read, and why."""
    status = {"statusCode": 400, "statusText": f"{TEXTS[400]}: {message.fault}"}
    return _write(message.answer, {"requestId": message.request, **status})


def write_unknown(request: str) -> str:
    """Say that a request is none that we know."""
    fields = {"requestId": request, "statusCode": 501, "statusText": "Not implemented"}
    return _write("response", fields)


def _status(status: Status) -> Mapping[str, Any]:
    return {"statusCode": status, "statusText": TEXTS[status]}


def _write(name: str, fields: Mapping[str, Any]) -> str:
    return _json({name: fields})


_json = json.JSONEncoder(separators=(",", ":")).encode
