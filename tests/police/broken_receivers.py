"""For each case of the conformance kit a receiver that must not pass it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.police.receivers import Answer, GoodReceiver, Headers, Manner, Telling, good, is_forged
from wire.disposition import DISPOSITIONS


def always(status: int) -> Manner:
    return lambda *_: (status, None)


def refuses(when: Callable[[GoodReceiver, Any, bytes], bool], status: int = 422) -> Manner:
    """Refuses a signed report of which `when` is true."""

    def manner(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
        answer = receiver.answer(headers, body)
        wrong = answer[0] == 200 and when(receiver, json.loads(body), body)
        return (status, None) if wrong else answer

    return manner


def names(alerts: Callable[[GoodReceiver, Any], list[Any]]) -> Manner:
    """Gives a receipt that names other alerts than it should."""

    def manner(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
        status, given = receiver.answer(headers, body)
        named = [each["id"] for each in alerts(receiver, json.loads(body))] if given else []
        return status, given and {**given, "alerts": named}

    return manner


def says_what_it_was_sent(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    status, given = receiver.answer(headers, body)
    return status, given and {**given, "version": json.loads(body)["version"]}


def says_it_holds(*moves: Any) -> Manner:
    """Names these moves in its receipts, whatever it was told."""

    def manner(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
        status, given = receiver.answer(headers, body)
        return status, given and {**given, "moves": list(moves)}

    return manner


def any_signature(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    return receiver.take(headers, body)


def new_receipt_each_time(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    status, given = receiver.answer(headers, body)
    return status, given and {**given, "receipt": f"r-{len(receiver.seen)}"}


def known_by_id_alone(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    return receiver.answer(headers, body)[0], receiver.receipts.setdefault(
        (headers["webhook-id"], b""), receiver.receipt(json.loads(body))
    )


def first_signature_alone(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    first = headers["webhook-signature"].split(" ")[0]
    return receiver.answer({**headers, "webhook-signature": first}, body)


def falls_over_rubbish(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    return (500, None) if not body.startswith(b'{"') else receiver.answer(headers, body)


def an_impatient_clock(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    now = receiver.answer(headers, body)
    stamps = receiver.receipts.setdefault(("first", b""), int(headers["webhook-timestamp"]))
    return now if abs(stamps - int(headers["webhook-timestamp"])) < 60 else (401, None)


def refuses_a_used_id(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
    used = headers["webhook-id"] in {name for name, _ in receiver.receipts}
    return (409, None) if used else receiver.answer(headers, body)


def tells_anybody(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    return 200, {"answers": [each for each in receiver.answers if each["number"] > after]}


def tells_without_order(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    status, found = receiver.tell(headers, after)
    return status, found and {"answers": [an_answer(2), an_answer(1)]}


def tells_by_the_address_alone(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    if is_forged(headers, b""):
        return 401, None
    return tells_anybody(receiver, headers, after)


def tells_once(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    status, found = receiver.tell(headers, after)
    receiver.answers = [] if found else receiver.answers
    return status, found


def looks_for_anybody(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    return 200, receiver.looked_at()


def looks_by_the_address_alone(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    return (401, None) if is_forged(headers, b"") else (200, receiver.looked_at())


def looks_without_an_end(receiver: GoodReceiver, headers: Headers, after: int) -> Answer:
    status, found = receiver.looks(headers, after)
    look = {"incident": an_answer(1)["incident"], "camera": "hall-2"}
    return status, found and {**found, "looks": [look]}


def shows(when: int, instead: int) -> Manner:
    """Answers a frame by another status than it should."""

    def manner(receiver: GoodReceiver, headers: Headers, body: bytes) -> Answer:
        status, found = receiver.frame(headers, body)
        return instead if status == when else status, found

    return manner


def an_answer(number: Any, **fields: Any) -> dict[str, Any]:
    incident = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"
    said = {"incident": incident, "what": "dispatched", "by": "Hill", "text": ""}
    return {"number": number, **said, **fields}


def _before(receiver: GoodReceiver, report: Any) -> list[Any]:
    return [each for each in receiver.seen if each["version"] > report["version"]]


def _is_spoilt(report: Any) -> bool:
    return any(each["sha256"] == "0" * 64 for each in report["pictures"])


# For each case what a receiver does that must not pass it.
BROKEN: Mapping[str, Manner] = {
    "a-press": always(500),
    "no-redirect": always(307),
    "several-rooms": names(lambda _, report: report["alerts"][:1]),
    "repeated": new_receipt_each_time,
    "repeated-at-once": new_receipt_each_time,
    "answer-lost": refuses(lambda us, *_: len(us.seen) > 1, 409),
    "updates": names(lambda _, report: report["alerts"][-1:]),
    "versions-skipped": refuses(lambda us, report, _: report["version"] > len(us.seen), 409),
    "old-version-late": names(lambda us, report: (_before(us, report) or [report])[0]["alerts"]),
    "older-receipt-says-so": says_what_it_was_sent,
    "closed-late": refuses(lambda us, report, _: bool(_before(us, report)), 409),
    "versions-by-time": refuses(lambda _, report, __: report["version"] >= 2**31),
    "used-id-other-alerts": known_by_id_alone,
    "doubtful": refuses(lambda _, report, __: not report["alerts"][0]["verified"]),
    "odd-words": refuses(lambda _, __, body: not body.isascii(), 400),
    "split": refuses(lambda _, report, __: "moves" in report, 422),
    "split-apart-first": refuses(
        lambda us, report, _: "moves" in report and len(us.seen) == 1, 409
    ),
    "split-closed-first": refuses(
        lambda us, report, _: report["incident"]["status"] == "closed" and len(us.seen) == 2, 409
    ),
    "moves-held": says_it_holds({"alert": "204", "number": 3}),
    "joined": refuses(lambda _, report, __: "joined_into" in report["incident"]),
    "closed-as": refuses(
        lambda _, report, __: report["incident"].get("disposition") not in {None, *DISPOSITIONS}
    ),
    "unknown-fields": refuses(lambda _, report, __: len(report) > 10),
    "pictures": refuses(lambda _, __, body: len(body) > 500_000, 413),
    "spoilt-pictures": refuses(lambda _, report, __: _is_spoilt(report)),
    "large": refuses(lambda _, report, __: len(report["alerts"]) > 1000, 413),
    "storm": refuses(lambda us, *_: len(us.seen) > 50, 429),
    "two-signatures": first_signature_alone,
    "marks": refuses(lambda _, report, __: bool(report["marks"])),
    "many-marks": refuses(lambda _, report, __: len(report["marks"]) > 50),
    "odd-marks": refuses(lambda _, __, body: not body.isascii(), 400),
    "unsigned": any_signature,
    "stranger": any_signature,
    "tampered-body": any_signature,
    "tampered-id": any_signature,
    "tampered-timestamp": any_signature,
    "stale": any_signature,
    "within-tolerance": an_impatient_clock,
    "rubbish": falls_over_rubbish,
    "no-certificate": good,
}
BROKEN_ANSWERS: Mapping[str, Telling] = {
    "answers": tells_without_order,
    "answers-unsigned": tells_anybody,
    "answers-stranger": tells_anybody,
    "answers-other-number": tells_by_the_address_alone,
    "answers-stale": tells_anybody,
    "answers-told": tells_once,
}
BROKEN_LOOKS: Mapping[str, Telling] = {
    "looks": looks_without_an_end,
    "looks-unsigned": looks_for_anybody,
    "looks-stranger": looks_for_anybody,
    "looks-other-number": looks_by_the_address_alone,
    "looks-stale": looks_for_anybody,
}
BROKEN_FRAMES: Mapping[str, Manner] = {
    "frame-unwatched": shows(410, 204),
    "frame-stranger": shows(401, 204),
    "frame-rubbish": shows(422, 500),
    "frame-shown": shows(204, 410),
}
