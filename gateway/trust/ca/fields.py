"""Validates the fields of a request to the authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography import x509

from gateway.trust.ca.enrolment import EnrolmentError


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """Return a field's text; raises EnrolmentError."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise EnrolmentError(f"the request lacks {name}")
    # Half a surrogate pair is a string in JSON, and cannot be encoded.
    if not value.isascii():
        raise EnrolmentError(f"the request's {name} is not in ASCII")
    return value


def certificate_of(fields: Mapping[str, Any]) -> x509.Certificate:
    """Return the certificate that is shown; raises EnrolmentError."""
    try:
        return x509.load_pem_x509_certificate(text_of(fields, "certificate").encode())
    except ValueError as error:
        raise EnrolmentError("the certificate cannot be read") from error
