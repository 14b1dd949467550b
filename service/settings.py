"""Settings files: TOML, validated whole before any of it is used.

All faults are told at once, each with its line and, for an unknown name, the nearest known one.
Paths in a file are relative to the file.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo

from service.setting_faults import SECRET, faults_in
from service.textfile import NoTextError, TextFile, read_text_file
from service.toml_positions import find_places
from service.toml_words import fault_of_toml


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
    try:
        there = found.is_file()
    except PermissionError as error:
        raise ValueError(f"this user may not read {found}: run it with sudo") from error
    if not there:
        if SECRET.search(info.field_name or ""):
            raise ValueError("there is no such file (give a file's name here, never a secret)")
        is_there = found.exists()
        raise ValueError(f"{found} is no plain file" if is_there else f"there is no file {found}")
    return found


def matching(pattern: str, words: str) -> AfterValidator:
    """A text must match the whole of `pattern`; if not, `words` say what it must be."""
    known = re.compile(pattern, re.ASCII)

    def must_match(text: str) -> str:
        if not known.fullmatch(text):
            raise ValueError(words)
        return text

    return AfterValidator(must_match)


AnyPath = Annotated[Path, AfterValidator(_beside_the_file)]
"""A path that may not exist yet."""

ExistingFile = Annotated[Path, AfterValidator(_must_be_a_file)]
"""A path at which a file must stand when the settings are read."""

Model = TypeVar("Model", bound=Settings)


def load(path: Path, model: type[Model]) -> Model:
    """Read `path` as `model`; raises SettingsError that names every fault."""
    return parse(read_file(path).text, path, model)


def read_file(path: Path) -> TextFile:
    """Return the text of a file that a person wrote; raises SettingsError."""
    try:
        return read_text_file(path)
    except NoTextError as error:
        raise SettingsError(path, [Fault(None, "", str(error))]) from error
    except OSError as error:
        raise SettingsError(path, [Fault(None, "", f"cannot be read: {error.strerror}")]) from error


def parse(text: str, path: Path, model: type[Model]) -> Model:
    """Read `text` as `model`, as if it stood at `path`; raises SettingsError."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, problem = fault_of_toml(text, error)
        raise SettingsError(path, [Fault(line, "", problem)]) from error
    try:
        return model.model_validate(found, context={"folder": path.resolve().parent})
    except ValidationError as error:
        faults = faults_in(error, find_places(text), model)
        raise SettingsError(path, [Fault(*each) for each in faults]) from error
