"""README.txt of an export: what each file is, and what is lacking.  Pure."""

from collections.abc import Sequence
from typing import Final

from gateway.console.export.lacking import Lacking
from wire.clean import clean

_TEXT: Final = """\
Incident {incident}, exported at {at}

SHA256SUMS      the SHA-256 of every file here; `sha256sum -c SHA256SUMS` compares them
report.json     the incident, its alerts, who has it, and its pictures, as the gateway knows them
timeline.json   all that happened, in order; `what` is a fixed word
timeline.csv    the same as a table
presses.csv     each press whose time is known
hops.csv        each press at each receiver: when it got how far, and the seconds of each hop
documents.csv   what each receiver was sent and acknowledged, and what of it is lacking
documents/      each of these, byte for byte as it left: `document` is what the receiver was sent,
                `receipt` what it answered (a coding such as gzip undone), `receipt-head.json` the
                status and header fields of an HTTP answer
pictures/       the pictures that are kept

Times are UTC and by this gateway's clock, but for those that name the unit's clock. What nobody
measured is empty. A text of a table that a spreadsheet could take for a formula has a ' before it.
`sent_at` is when a document was handed to the network, `acknowledged_at` when its whole answer was
there. While the incident is open its documents hold the live link: who has it sees the incident.

{lacking}
"""
_NOTHING: Final = "Every receipt that this gateway knows has its document here."
_MOST: Final = 200
_LONGEST: Final = 400


def readme(incident: str, at: str, missing: Sequence[Lacking], gone: Sequence[str]) -> bytes:
    """Return the text; `gone` are reasons why documents that are listed have no file."""
    said = [f"{each.endpoint}: {each.why}" for each in missing]
    said += [f"{gone.count(why)} documents: {why}" for why in dict.fromkeys(gone)]
    lines = [f"- {clean(each, _LONGEST)}" for each in said[:_MOST]]
    lines += [f"- and {len(said) - _MOST} more, in documents.csv"] if len(said) > _MOST else []
    words = "\n".join(["What is lacking:", *lines]) if said else _NOTHING
    return _TEXT.format(incident=incident, at=at, lacking=words).encode()
