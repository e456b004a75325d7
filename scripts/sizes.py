"""Measure modules and functions; what is too long is split by noun, not by kind."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "tests", "benchmarks", "scripts")
MODULE_LINES = 400
FUNCTION_LINES = 50


def modules() -> Iterator[Path]:
    """Give every Python file of ours; migrations are written by Django and are not."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def too_long(path: Path) -> Iterator[str]:
    """Say what in this file is longer than it may be."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    lines = text.count("\n")
    if lines > MODULE_LINES:
        yield f"{name}: {lines} lines, at most {MODULE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {length} lines, "
                    f"at most {FUNCTION_LINES}"
                )


def main() -> int:
    """Print what is too long; 1 if anything is."""
    found = [line for path in modules() for line in too_long(path)]
    print("\n".join(found) if found else "Sizes: every module and function is short enough.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
