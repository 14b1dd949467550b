"""A pipe in the place of a secret, a key or a certificate holds nobody up."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.files import read_plain, read_whole
from service.identity import key_in, read_certificate
from service.keypair import must_be_pair, must_hold_certificates
from service.seal import read_signer, read_verifier
from service.secrets import read_password, read_secrets
from service.textfile import read_text_file
from service.tls import client_tls
from tests.service.brokers import new_authority

READERS: list[Callable[[Path], Any]] = [
    read_plain,
    read_whole,
    read_text_file,
    read_secrets,
    read_password,
    read_signer,
    read_verifier,
    read_certificate,
    key_in,
    must_hold_certificates,
    lambda pipe: must_be_pair(pipe, pipe.with_name("ours.key")),
    lambda pipe: must_be_pair(pipe.with_name("ours.crt"), pipe),
    lambda pipe: client_tls(pipe, None, None),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("read", READERS)
def test_whoever_reads_a_pipe_is_told_that_it_is_none(
    tmp_path: Path, read: Callable[[Path], Any]
) -> None:
    new_authority().sign(tmp_path, "ours")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises((OSError, ValueError), match="no plain file"):
        read(tmp_path / "pipe")
