"""Run the measurements: each module here with a `run() -> dict`, in a process of its own.

    python -m benchmarks [NAME…] [--json FILE]

`run` gives figures by name; nested dictionaries are groups. A key `misses` holds sentences, one for
each bound that was not kept: then the command ends with 1. Each run gets an empty data folder.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def names() -> list[str]:
    """Give every module that has a `run`, by its text: importing them all would be slow."""
    return sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if not path.stem.startswith("_") and "\ndef run(" in path.read_text(encoding="utf-8")
    )


def run_here(name: str, file: Path) -> None:
    """Run one measurement in this process and write its figures."""
    import django

    django.setup()
    found = importlib.import_module(f"benchmarks.{name}").run()
    file.write_text(json.dumps(found, default=str, ensure_ascii=False), encoding="utf-8")


def run_apart(name: str) -> dict[str, object]:
    """Run one measurement in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        given = {
            **os.environ,
            "PAIZHU_DATA": str(Path(folder) / "data"),
            "DJANGO_SETTINGS_MODULE": "paizhu.project.settings",
        }
        command = [sys.executable, "-m", "benchmarks", "--here", name, "--json", str(file)]
        ended = subprocess.run(command, cwd=FOLDER.parent, env=given, check=False)
        if ended.returncode != 0:
            return {"misses": [f"{name} ended with {ended.returncode}"]}
        figures: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
        return figures


def show(figures: dict[str, object], indent: str = "  ") -> None:
    """Print figures, groups indented."""
    for name, value in figures.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            show(value, indent + "  ")
        elif name == "misses" and isinstance(value, list):
            for sentence in value:
                print(f"{indent}NOT KEPT: {sentence}")
        else:
            said = f"{value:,.3g}" if isinstance(value, float) and abs(value) < 1000 else value
            said = f"{said:,.0f}" if isinstance(said, int | float) else said
            print(f"{indent}{name:<58} {said:>14}" if len(str(said)) <= 14 else
                  f"{indent}{name}: {said}")  # fmt: skip


def main() -> int:
    """Run the measurements named, or all; 1 if a bound was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="*", help=", ".join(names()))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        run_here(given.name[0], given.json)
        return 0
    if unknown := sorted(set(given.name) - set(names())):
        parser.error(f"no measurement named {', '.join(unknown)}; there are {', '.join(names())}")
    results: dict[str, dict[str, object]] = {}
    for name in given.name or names():
        since = time.perf_counter()
        results[name] = run_apart(name)
        print(f"\n{name} ({time.perf_counter() - since:.1f} s)")
        show(results[name])
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(figures.get("misses") for figures in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
