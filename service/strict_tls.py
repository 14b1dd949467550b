"""Strict verification of certificates (RFC 5280), the same on every Python.

Python 3.13 verifies so by default, earlier ones do not.  A school founded before its certificates
bore key identifiers has an authority that strict verification refuses.  A client that trusts such
an authority verifies as Python 3.12 did, until renewal brings the authority's new certificate.
"""

import ssl
from typing import Final

# The tag, the length and the value of 2.5.29.14 in DER: cheaper than a parser on a small Pi.
_SUBJECT_KEY_IDENTIFIER: Final = b"\x06\x03\x55\x1d\x0e"
_FOUNDED_HERE: Final = b"Tocsin authority of "


def verify_strictly(context: ssl.SSLContext) -> None:
    """Have `context`, which has loaded whom it trusts, verify as Python 3.13 does."""
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    if _trusts_an_authority_of_before(context):
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT


def _trusts_an_authority_of_before(context: ssl.SSLContext) -> bool:
    return any(
        _FOUNDED_HERE in trusted and _SUBJECT_KEY_IDENTIFIER not in trusted
        for trusted in context.get_ca_certs(binary_form=True)
    )
