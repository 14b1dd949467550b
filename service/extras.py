"""How a library that only some machines need is added to an installation (README)."""


def install(extra: str) -> str:
    """Return the command that adds what `extra` names, in backticks as cures have them."""
    return (
        "`/opt/tocsin/bin/pip install --no-deps --require-hashes"
        f" -r /opt/tocsin-source/requirements/{extra}.txt`"
    )
