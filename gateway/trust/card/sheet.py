"""The sheet that lies in a box of cards: which card is for which room, to tick off on the wall."""

import html
from collections.abc import Sequence
from typing import Final

from gateway.trust.card.card import Card
from gateway.trust.labels import until_in_words

_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Cards of units</title>
<style>
body {{ font: 11pt sans-serif; margin: 10mm }}
table {{ border-collapse: collapse; width: 100% }} tr {{ break-inside: avoid }}
th, td {{ border: 1px solid #555; padding: 2mm 3mm; text-align: left }}
</style>
<h1>{count} cards</h1>
<p>Each card is a secret until its first boot: it lets one unit into the school, once, {until}.
Cards that are left over: write them anew.</p>
<table><thead><tr><th>Room<th>Unit<th>Address<th>Serial number of the Pi<th>Hangs, lamp seen<th>By
<tbody>
{rows}
</table></html>
"""
_ROW: Final = "<tr><td>{room}<td>{unit}<td>{address}<td><td>☐<td>"


def sheet(cards: Sequence[Card]) -> str:
    """Return the page; no code stands on it."""
    rows = "\n".join(map(_row, cards))
    until = html.escape(until_in_words(cards[0].label.until))
    return _PAGE.format(count=len(cards), until=until, rows=rows)


def _row(card: Card) -> str:
    address = str(card.network.address.ip) if card.network.address else "of the network"
    label = card.label
    return _ROW.format(
        room=html.escape(label.room), unit=html.escape(label.unit), address=html.escape(address)
    )
