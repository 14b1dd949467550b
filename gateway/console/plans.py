"""The school's own floor plans, as files in one folder: `<building> - <floor>` or `<floor>`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

_TYPES: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
# A drawing, not a photograph of one.
_LARGEST: Final = 8_000_000

Floor = tuple[str, str]


class Plans:
    """The plans in `folder`; None if the school gave none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def names(self, floors: Iterable[Floor]) -> dict[Floor, str]:
        """Return the file name of each floor, `(building, floor)`, that has a plan."""
        files = {path.stem: path.name for path in self._files()}
        found = {
            (building, floor): files.get(f"{building} - {floor}") or files.get(floor)
            for building, floor in floors
        }
        return {floor: name for floor, name in found.items() if name}

    def read(self, name: str) -> tuple[bytes, str] | None:
        """Return a plan and its media type; None for whatever is no plan in the folder."""
        path = next((path for path in self._files() if path.name == name), None)
        if path is None or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes(), _TYPES[path.suffix.lower()]

    def _files(self) -> list[Path]:
        """Return them; a folder that cannot be looked at hides the plans, and no incident."""
        try:
            found = sorted(self._folder.iterdir()) if self._folder else []
        except OSError:
            return []
        return [path for path in found if path.suffix.lower() in _TYPES]
