"""The installed release of Tocsin."""

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """Return its number, such as `0.1.0`; empty if it is not installed."""
    try:
        return version("tocsin")
    except PackageNotFoundError:
        return ""


def tocsin_version() -> str:
    """Return the version for `--version`, such as `tocsin 0.1.0`."""
    number = release()
    return f"tocsin {number}" if number else "tocsin, not installed"
