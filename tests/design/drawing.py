"""Draws who imports whom from the source itself: nothing is imported, nothing is run."""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("wire", "service", "device", "gateway", "police", "simulator")

# Stands in a drawing for every `from . import …`.
RELATIVE = "(relative)"


@dataclass(frozen=True)
class Drawing:
    """For each of our modules, the names of the modules that it imports, anywhere in its text."""

    imports: Mapping[str, frozenset[str]]

    def of_ours(self, module: str) -> set[str]:
        """The modules of this project that `module` imports."""
        return {name for name in self.imports[module] if name in self.imports}

    def of_others(self, module: str) -> set[str]:
        """The top-level names of what `module` imports from elsewhere, the standard library too."""
        return {name.split(".")[0] for name in self.imports[module] if name not in self.imports}

    def of_third_parties(self, module: str) -> set[str]:
        """The top-level names of the libraries that `module` imports."""
        return self.of_others(module) - sys.stdlib_module_names


def draw(root: Path) -> Drawing:
    """Read every module of ours under `root`."""
    files = {
        _name(path.relative_to(root)): path
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    }
    return Drawing(
        {
            module: frozenset(
                name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                for name in _imported(node, files)
            )
            for module, path in files.items()
        }
    )


def package(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(node: ast.AST, ours: Mapping[str, Path]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (each.name for each in names)
        case ast.ImportFrom(module=str(module), names=names):
            inner = [f"{module}.{each.name}" for each in names]
            yield from {name if name in ours else module for name in inner}
        case ast.ImportFrom(module=None):
            yield RELATIVE
        case ast.Call(
            func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]
        ):
            yield name
