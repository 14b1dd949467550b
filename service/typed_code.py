"""The code by which somebody joins: a line of standard input, typed by a person or of a file.

Never an argument: those are for every user of the machine to read, and stay in the shell's history.
"""


def typed_code() -> str:
    """Ask for the code, and return what was typed; raises EOFError if nothing is."""
    if code := input("The code that the gateway shows: ").strip():
        return code
    raise EOFError
