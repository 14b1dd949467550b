"""The messages for pydantic's errors, worded for a person who writes settings."""

from collections.abc import Mapping
from typing import Any, Final

_WORDS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "int_type": "give a whole number",
    "int_parsing": "give a whole number",
    "int_from_float": "give a whole number",
    "float_type": "give a number",
    "float_parsing": "give a number",
    "finite_number": "give a number",
    "bool_type": "give true or false, without quotation marks",
    "bool_parsing": "give true or false, without quotation marks",
    "string_type": 'give a text, in quotation marks: "…"',
    "path_type": 'give the name of a file, in quotation marks: "…"',
    "greater_than_equal": "give at least {ge}",
    "less_than_equal": "give at most {le}",
    "literal_error": "give one of {expected}",
    "string_too_short": "give at least {min_length} characters",
    "string_too_long": "give at most {max_length} characters",
    "too_short": "give at least {min_length}",
    "too_long": "give at most {max_length}",
}
_TABLES: Final = frozenset({"model_type", "model_attributes_type", "dict_type"})
_LISTS: Final = frozenset({"tuple_type", "list_type"})


def words_for(error: Mapping[str, Any], name: str) -> str:
    """Return what to do about one error of pydantic's; `name` is that of the setting."""
    kind, found = error["type"], error["input"]
    if kind in _LISTS:
        return _words_for_list(found, name)
    if kind in _TABLES:
        return _words_for_table(found, name)
    if words := _WORDS.get(kind):
        return words.format(**error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")


def _words_for_list(found: object, name: str) -> str:
    if isinstance(found, dict):
        return f"there may be several: write [[{name}]] with two brackets over each"
    return 'give a list: ["…", "…"]'


def _words_for_table(found: object, name: str) -> str:
    if isinstance(found, list):
        return f"there is one alone: write [{name}] with one bracket"
    return f"is a heading with settings below it: write [{name}] in a line of its own"
