"""The form of a case: steps to take against a receiver, and the expected result of each.  Pure.

The cases themselves are data: the files in `cases/`, one named case in each, for anybody to read.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Expectation = Literal["receipt", "refusal", "no entry", "answers", "looks", "taken", "nobody looks"]
"""A receipt; a refusal (4xx); a refusal or none at all, as TLS turns a stranger away; a list of
what dispatchers answered, or of what they look at; a frame that is taken (2xx), or at which nobody
looks (410)."""

Need = Literal["secret", "certificate", "answers", "frames", "dispatcher"]
"""A secret; our own certificate; an address that gives answers; one that takes live frames; a
person who answers, and looks, at a page."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SamplePicture(_Part):
    """A picture to send, at least `size` bytes long; `spoilt` is what is wrong with it."""

    camera: str
    size: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    spoilt: Literal["sha256", "base64"] | None = None


class SampleMark(_Part):
    """A mark on the plan near `room`, so many minutes old; `words` stand in its note and name."""

    room: str
    what: str = "seen"
    minutes_ago: Annotated[float, Field(ge=0, le=1000)] = 0.0
    known: Literal["account", "link", "receiver"] = "account"
    words: str = ""


class SampleReport(_Part):
    """A report of this case's incident, as JSON says it; what is left out is as in any report.

    A room is one alert in all steps.  `more_rooms` are that many beside `rooms`, and `more_marks`
    beside `marks`.  `words` stand wherever a school writes words.  `disposition` is what a closed
    one was.  `apart`: it is of another incident, to which the rooms `moved` were split off, or from
    which they are `back`, so that one is `joined` into the other.  `extra` is laid over the
    finished document.
    """

    version: int = 1
    rooms: tuple[str, ...] = ("204",)
    more_rooms: int = 0
    presses: int = 1
    closed: bool = False
    disposition: str = ""
    apart: bool = False
    moved: tuple[str, ...] = ()
    back: bool = False
    joined: bool = False
    doubts: tuple[str, ...] = ()
    words: str = ""
    pictures: tuple[SamplePicture, ...] = ()
    marks: tuple[SampleMark, ...] = ()
    more_marks: Annotated[int, Field(ge=0, le=1000)] = 0
    extra: dict[str, Any] = Field(default_factory=dict)


class Question(_Part):
    """The school asks what dispatchers answered since the answer of the number `after`.

    Or what they look at.  The webhook-id names the number `named`, where that is another one.  Asks
    on after the last number that it got: `until` nothing new came, or an answer to, or a look at,
    this case's incident.  For so many seconds of `patience` none is no reason to stop: a person
    needs some.
    """

    after: Annotated[int, Field(ge=0)] = 0
    named: Annotated[int, Field(ge=0)] | None = None
    until: Literal["once", "nothing", "answered"] = "once"
    patience: Annotated[float, Field(ge=0, le=300)] = 0.0


class SampleFrame(_Part):
    """A live frame of a camera of this case's incident, at least `size` bytes long."""

    camera: str
    size: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Step(_Part):
    """Something to send, and what must come of it.

    `report` or `body` (that text instead) is sent `times` times over `lines` connections at once;
    where it `grows` each is the next version with one more room.  `signed` names who signs: `ours`,
    a `stranger`, both, or nobody.  `webhook_id` stands where else the version does.  `tampered` is
    changed after signing.  `hang_up` closes the connection before the answer can come.  `again`
    sends the very bytes that the step before it sent.  `ask` asks for answers and sends no report;
    `looks` asks what is looked at, and `frame` is posted where frames go, or `body` in its place.
    `held`: a receipt that names a version names this one, the newest that was sent; where `held` is
    not given, none below that of the report.  `says` is for a person who looks on.
    """

    report: SampleReport = SampleReport()
    body: str | None = None
    webhook_id: str | None = None
    signed: tuple[Literal["ours", "stranger"], ...] = ("ours",)
    seconds_ago: int = 0
    tampered: Literal["body", "webhook-id", "webhook-timestamp"] | None = None
    certificate: bool = True
    hang_up: bool = False
    again: bool = False
    ask: Question | None = None
    looks: Question | None = None
    frame: SampleFrame | None = None
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    lines: Annotated[int, Field(ge=1, le=32)] = 1
    grows: bool = False
    expect: Expectation = "receipt"
    held: Annotated[int, Field(ge=1)] | None = None
    within: Annotated[float, Field(gt=0, le=60)] = 4.0
    says: str = ""


class Case(_Part):
    """A promise that a receiver must keep, and the steps that show whether it does.

    With `one_receipt` all that is answered gets the same receipt.  A case is left out without
    all that it `needs`.
    """

    name: Annotated[str, Field(pattern="^[a-z0-9-]{3,40}$")]
    promise: Annotated[str, Field(min_length=10, max_length=200)]
    needs: tuple[Need, ...] = ()
    one_receipt: bool = False
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
