"""The installed release of Tocsin."""

from importlib.metadata import PackageNotFoundError, version


def tocsin_version() -> str:
    """Return the version for `--version`, such as `tocsin 0.1.0`."""
    try:
        return f"tocsin {version('tocsin')}"
    except PackageNotFoundError:
        return "tocsin, not installed"
