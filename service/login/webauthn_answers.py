"""What browsers are asked of passkeys and how their answers are judged, by py_webauthn.

Imported only when a passkey is set up or used: the library is large, and most sites have none.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
)

from service.login.passkey_values import Asked, MadeKey


def question(site: str, challenge: bytes) -> dict[str, Any]:
    """Return what a browser needs to have any of its passkeys for that site answer."""
    asked = generate_authentication_options(rp_id=site, challenge=challenge)
    return dict(json.loads(options_to_json(asked)))


def offer(
    site: str, issuer: str, name: str, challenge: bytes, known: Iterable[bytes]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey for `name`, on a device without one of it."""
    asked = generate_registration_options(
        rp_id=site,
        rp_name=issuer,
        user_id=hashlib.sha256(name.encode()).digest(),
        user_name=name,
        challenge=challenge,
        # Found by the device itself, so that we need tell nobody who has one.
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(each) for each in known],
    )
    return dict(json.loads(options_to_json(asked)))


def made_key(given: str, asked: Asked) -> MadeKey:
    """Return the key that a browser made; raises ValueError."""
    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.site,
            expected_origin=asked.origin,
        )
    except WebAuthnException as error:
        raise ValueError(str(error)) from error
    return MadeKey(made.credential_id, made.credential_public_key, made.sign_count)


def count_of(given: str, asked: Asked, key: MadeKey) -> int:
    """Return how often the key was used by now; raises ValueError unless `given` is its answer."""
    try:
        proved = verify_authentication_response(
            credential=given,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.site,
            expected_origin=asked.origin,
            credential_public_key=key.public,
            credential_current_sign_count=key.used,
        )
    except WebAuthnException as error:
        raise ValueError(str(error)) from error
    return proved.new_sign_count
