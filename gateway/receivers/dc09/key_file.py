"""The key of an account, in its file: read at the start, and again when the file changes."""

from pathlib import Path

from gateway.core.events import HealthStatus
from gateway.core.formats.dc09.key import Form, read_key
from gateway.receivers.dc09.aes import Aes
from gateway.receivers.reloading import FileReloader
from service.secrets import read_password, unreadable
from wire.ids import EndpointName


class KeyFile:
    """The cipher of the key in `file`; without a key that can be used nothing is sealed, and both
    ways raise CredentialsError.
    """

    def __init__(self, endpoint: EndpointName, file: Path, form: Form) -> None:
        self._file = file
        self._form = form
        self._reloader = FileReloader(endpoint, [file], self._read)

    def check(self) -> HealthStatus:
        """Take up a key that has changed; one that cannot be used leaves all as it was."""
        return self._reloader.check()

    def encrypt(self, clear: bytes) -> bytes:
        """Return the ciphertext of whole blocks."""
        self._reloader.must_be_usable()
        return self._aes.encrypt(clear)

    def decrypt(self, sealed: bytes) -> bytes:
        """Return the clear text of whole blocks."""
        self._reloader.must_be_usable()
        return self._aes.decrypt(sealed)

    def _read(self) -> None:
        try:
            text = read_password(self._file)
        except OSError as error:
            raise ValueError(unreadable(self._file, error)) from error
        self._aes = Aes(read_key(text, self._form))
