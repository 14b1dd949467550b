"""Draws an authenticator app's address as a QR code, by segno."""

import segno


def qr_svg(uri: str) -> str:
    """Return an SVG of `uri`, dark on white whatever colours the page has."""
    drawn: str = segno.make(uri, error="m").svg_inline(
        scale=5, border=4, light="#fff", omitsize=True
    )
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
