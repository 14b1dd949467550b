"""Which package imports which, from the import lines, as a Mermaid graph."""

import ast
from pathlib import Path
from typing import Final

PACKAGES: Final = ("wire", "service", "device", "gateway", "police", "simulator")


def drawn() -> str:
    """Return the graph."""
    arrows = {
        (package, target)
        for package in PACKAGES
        for file in Path(package).rglob("*.py")
        for target in _imported(file)
        if target in PACKAGES and target != package
    }
    lines = ["```mermaid", "graph TD"]
    lines += [f"    {here} --> {there}" for here, there in sorted(arrows)]
    return "\n".join([*lines, "```"])


def _imported(file: Path) -> set[str]:
    """The top-level names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
