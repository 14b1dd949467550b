"""Settings files: TOML, validated whole before any of it is used.

All faults are told at once, each with its line and, for an unknown name, the nearest known one.
Paths in a file are relative to the file.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Tag, ValidationError, ValidationInfo

from service.places import Path as Place
from service.places import find_places, line_of
from wire.clean import clean

# What stands under such a name is never shown: it may be the secret itself, put there by mistake.
_SECRET: Final = re.compile("secret|password")
_LOGIN: Final = re.compile(r"://[^/]*@")


KIND: Final = "kind:"
"""How the tag of each branch begins where one table may be of several kinds."""


class Settings(BaseModel):
    """The base of every table of settings: unknown names are faults, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a settings file; `line` is None where the whole file is meant."""

    line: int | None
    where: str
    problem: str

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}: "
        return f"{place}{self.where}: {self.problem}" if self.where else f"{place}{self.problem}"


class SettingsError(Exception):
    """A settings file that must not be used; the installer's to mend."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__("\n".join([f"{path}: {count}", *(f"  {fault}" for fault in faults)]))


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    return Path(info.context["folder"] / path) if info.context else path


def _must_be_a_file(path: Path, info: ValidationInfo) -> Path:
    found = _beside_the_file(path, info)
    if not found.is_file():
        if _SECRET.search(info.field_name or ""):
            raise ValueError("there is no such file (give a file's name here, never a secret)")
        raise ValueError(f"there is no file {found}")
    return found


AnyPath = Annotated[Path, AfterValidator(_beside_the_file)]
"""A path that may not exist yet."""

ExistingFile = Annotated[Path, AfterValidator(_must_be_a_file)]
"""A path at which a file must stand when the settings are read."""

Model = TypeVar("Model", bound=Settings)


def load(path: Path, model: type[Model]) -> Model:
    """Read `path` as `model`; raises SettingsError that names every fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(path, [Fault(None, "", f"cannot be read: {error}")]) from error
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path, [Fault(None, "", f"is not TOML: {error}")]) from error
    try:
        return model.model_validate(found, context={"folder": path.resolve().parent})
    except ValidationError as error:
        raise SettingsError(path, _faults(error, find_places(text), model)) from error


def _faults(
    error: ValidationError, places: Mapping[Place, int], model: type[BaseModel]
) -> list[Fault]:
    """One fault for each place, in the order of the file."""
    found: dict[Place, Fault] = {}
    for each in error.errors(include_url=False):
        path = _place(each["loc"], each["type"] == "extra_forbidden")
        problem = _problem(dict(each), path, model)
        found.setdefault(path, Fault(line_of(places, path), _dotted(path), problem))
    # pydantic also calls a list too short whose only entry has a fault.
    around = {path[:length] for path in found for length in range(len(path))}
    faults = [fault for path, fault in found.items() if not path or path not in around]
    return sorted(faults, key=lambda fault: fault.line or 0)


def _place(loc: Place, whole: bool) -> Place:
    """Where in the file: pydantic's path without the branches of a union it tried there.

    `whole`: the last part is a name in the file, whatever it looks like.
    """
    named = loc if whole else takewhile(lambda part: isinstance(part, int) or "[" not in part, loc)
    return tuple(part for part in named if not _is_kind(part))


def _is_kind(part: object) -> bool:
    return isinstance(part, str) and part.startswith(KIND)


def _dotted(path: Place) -> str:
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return clean(shown.lstrip("."))


def _problem(error: dict[str, Any], path: Place, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(path[-1]), _names_at(error["loc"][:-1], model), n=1)
        return "unknown setting" + (f'; did you mean "{near[0]}"?' if near else "")
    if error["type"] == "missing":
        return "is missing"
    text = str(error["msg"]).removeprefix("Value error, ")
    found = error["input"]
    if isinstance(found, str | int | float | bool) and not _is_secret(found, path):
        return f"{text} (found {clean(repr(found), 80)})"
    return text


def _is_secret(found: object, path: Place) -> bool:
    return bool(_SECRET.search(_dotted(path)) or _LOGIN.search(str(found)))


def _names_at(loc: Place, model: type[BaseModel]) -> list[str]:
    """The settings known in the table at `loc`, a path of pydantic's."""
    here: Any = model
    for part in loc:
        if _is_kind(part):
            here = _branch(here, str(part))
        elif isinstance(part, str):
            table = _model_in(here)
            field = table.model_fields.get(part) if table else None
            here = field.annotation if field else None
    table = _model_in(here)
    return list(table.model_fields) if table else []


def _branch(annotation: Any, tag: str) -> Any:
    """The branch of a union that bears a tag."""
    if Tag(tag) in getattr(annotation, "__metadata__", ()):
        return annotation
    branches = (_branch(arg, tag) for arg in get_args(annotation))
    return next((found for found in branches if found is not None), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for arg in get_args(annotation) if (m := _model_in(arg))), None)
