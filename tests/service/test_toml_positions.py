"""Where settings stand in a TOML file, line by line."""

from service.toml_positions import find_places, line_of

TEXT = """\
# a comment
site = "lincoln"
button.pin = 17

[store] # with a comment
"path" = "x"

[[camera]]
id = "a"
[[camera]]
id = "b"
  [camera.login]
  user = "u"
"""
PLACES = find_places(TEXT)


def test_keys_and_tables_are_found_on_their_lines() -> None:
    assert PLACES[("site",)] == 2
    assert PLACES[("button", "pin")] == 3
    assert PLACES[("store",)] == 5
    assert PLACES[("store", "path")] == 6


def test_each_table_of_an_array_has_lines_of_its_own() -> None:
    assert PLACES[("camera", 0, "id")] == 9
    assert PLACES[("camera", 1)] == 10
    assert PLACES[("camera", 1, "id")] == 11


def test_what_is_not_there_is_told_by_what_is_around_it() -> None:
    assert line_of(PLACES, ("camera", 1, "source")) == 10
    assert line_of(PLACES, ("store", "path", "deep")) == 6
    assert line_of(PLACES, ("nowhere",)) is None
    assert line_of(PLACES, ()) is None
