"""What the receiving side answers, over a connection that we open: the school opens no port.

A thread for each endpoint asks again and again for the answers after the last one it has, and an
answer that comes is given at once (long poll).  It is left in the table of actions under its
number, so that however often it is told, it is heard once.  Never on the alert path: it shares
nothing with the senders, and says nothing to the directory of addresses.
"""

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from requests import Request, RequestException

from gateway.actionbox import ActionBox, Deed
from gateway.actions import LONGEST_NAME
from gateway.papers import Papers
from gateway.transport import Directory, Line, session_over
from gateway.work import Condition
from service.guard import guarded
from wire.clean import clean
from wire.ids import UUID, EndpointName, IncidentId, Seconds

log = logging.getLogger(__name__)

# The receiver answers after 20 s if there is nothing; beyond this it hangs.
_SILENCE: Final = Seconds(25.0)
_DEADLINE: Final = Seconds(40.0)
_AGAIN: Final = (Seconds(0.5), Seconds(1.0), Seconds(2.0), Seconds(5.0))
# So many failures in a row are a trouble that a person must hear of.
_FAILURES_TOLD: Final = 5
_MOST: Final = 200
# What the receiving side may do: it takes an incident and says things, and ends nothing.
_HEARD: Final = frozenset({"confirm", "dispatched", "on-scene", "all-clear", "message"})


class Answers:
    """Listens to the endpoint at `url`; puts the Condition `answers-<endpoint>` as it changes."""

    def __init__(
        self,
        endpoint: EndpointName,
        url: str,
        papers: Papers,
        directory: Directory,
        box: ActionBox,
        put: Callable[[Any], None],
    ) -> None:
        self._endpoint = endpoint
        self._url = url
        self._papers = papers
        self._box = box
        self._put = put
        self._line = Line(url, lambda: papers.tls, _Discreet(directory))
        self._session = session_over(self._line)
        self._failures = 0
        self._pause = threading.Event()

    def start(self) -> None:
        """Begin to listen, for as long as this process lives."""
        name = f"answers-{self._endpoint}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def look(self) -> Condition:
        """Take up files that have changed."""
        return self._papers.look()

    def _run(self) -> None:
        ask = guarded(self._ask, self._put)
        while True:
            self._failures += 1
            ask()
            if self._failures:
                self._pause.wait(_AGAIN[min(self._failures, len(_AGAIN)) - 1])

    def _ask(self) -> None:
        """Ask once; `_failures` is 0 afterwards only if that went well."""
        try:
            after = self._box.newest(self._endpoint)
            answers = read_answers(self._get(after), self._endpoint)
            if answers:
                self._box.put(answers, self._endpoint)
        except (RequestException, ValueError, sqlite3.Error) as error:
            self._line.close()
            if self._failures == _FAILURES_TOLD:
                words = f"the receiver's answers do not come: {clean(str(error))}"
                self._put(Condition(f"answers-{self._endpoint}", words))
            return
        if self._failures > _FAILURES_TOLD:
            self._put(Condition(f"answers-{self._endpoint}", None))
        self._failures = 0

    def _get(self, after: int) -> bytes:
        now = datetime.fromtimestamp(int(time.time()), UTC)
        name = f"answers.{after}.{os.urandom(8).hex()}"
        headers = {
            "Accept-Encoding": "identity",
            "User-Agent": "tocsin",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._papers.sign(name, now, ""),
        }
        request = Request("GET", f"{self._url}?after={after}", headers).prepare()
        self._line.begin()
        cut = threading.Timer(_DEADLINE, self._line.cut)
        cut.daemon = True
        cut.start()
        try:
            answer = self._session.send(request, stream=True, timeout=_SILENCE)
        finally:
            cut.cancel()
        if answer.status_code != 200:
            raise ValueError(f"HTTP {answer.status_code}")
        body: bytes = answer.raw.read()
        return body


def read_answers(body: bytes, endpoint: EndpointName) -> list[Deed]:
    """Read an endpoint's answers; one that means nothing to us is a word in the books.

    Raises ValueError for what is no list of answers.
    """
    found = json.loads(body)
    answers = found.get("answers") if isinstance(found, dict) else None
    if not isinstance(answers, list) or len(answers) > _MOST:
        raise ValueError("it does not hold a list of answers")
    return list(_deeds(answers, endpoint))


def _deeds(answers: Sequence[Any], endpoint: EndpointName) -> Iterator[Deed]:
    for each in answers:
        if not isinstance(each, dict) or type(each.get("number")) is not int:
            raise ValueError("an answer has no number")
        words = {key: str(each.get(key, "")) for key in ("incident", "what", "by", "text")}
        known = words["what"] in _HEARD and UUID.fullmatch(words["incident"])
        by = f"{words['by'][: LONGEST_NAME - len(endpoint) - 3]} ({endpoint})".strip()
        if not known:
            log.warning("%s: an answer is not understood: %s", endpoint, clean(words["what"]))
        yield Deed(
            IncidentId(words["incident"] if known else ""),
            words["what"] if known else "refused",
            by,
            words["text"] if known else "an answer that is not understood",
            each["number"],
        )


class _Discreet:
    """Uses the directory that the senders keep, and never says a word to it."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def get(self, host: str) -> Sequence[str]:
        """Return the addresses of `host`."""
        return self._directory.get(host)

    def worked(self, host: str, address: str) -> None:
        """Nothing: only what takes reports proves itself."""

    def failed(self, host: str, address: str) -> None:
        """Nothing: a bad line for answers must not push an address back in the senders' list."""
