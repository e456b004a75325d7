"""What must hold in every file, whatever it does: names, sizes, clocks, traces of a machine."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import sizes

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "paizhu"
#: Floors that may read the machine's clock; all others are given the moment.
CLOCK_READERS = {"project", "web", "api", "cli", "demo"}
TEXT_FILES = {
    ".py",
    ".toml",
    ".in",
    ".lock",
    ".md",
    ".yaml",
    ".yml",
    ".html",
    ".css",
    ".sql",
    ".cfg",
}
BARE_FILES = {"Makefile", "LICENSE", ".gitignore", ".importlinter"}
#: Words that say nothing about what a thing is; see STYLE.md.
NO_NAME = re.compile(r"workflow|ticket|helper|(?<![a-z])utils?(?![a-z])|state_?machine|event_?bus")
NO_MODULE = NO_NAME.pattern + r"|manager|common|^base$"


def source_files() -> list[Path]:
    return sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def floor(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def attributes(path: Path) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute))


def defined_names(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Give each name that a module chooses itself, not those it borrows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node, node.id


def project_files() -> list[Path]:
    """Give the text files of the project itself: neither generated, installed nor vendored."""
    folders = [ROOT / name for name in ("src", "packs", "tests", "scripts", "docs", "benchmarks")]
    found = [p for folder in folders for p in folder.rglob("*") if p.suffix in TEXT_FILES]
    found += [p for p in ROOT.iterdir() if p.suffix in TEXT_FILES or p.name in BARE_FILES]
    found += [
        *(ROOT / "requirements").iterdir(),
        ROOT / ".ci" / "run",
        *(ROOT / "scripts").iterdir(),
    ]
    return sorted({p for p in found if p.is_file() and "vendor" not in p.parts})


# --- one person, one door ------------------------------------------------------------------------


def test_no_superuser_exists() -> None:
    found = [
        place(path, node)
        for path in source_files()
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Attribute) and node.attr == "is_superuser")
        or (isinstance(node, ast.Name) and node.id == "is_superuser")
        or (isinstance(node, ast.keyword) and node.arg == "is_superuser")
    ]
    assert found == [], "decision 0008: nobody bypasses"


def test_nothing_listens_to_signals() -> None:
    found = [
        place(path, node)
        for path in source_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        and re.fullmatch(r"django\.(dispatch|.*signals)", node.module or "")
    ]
    assert found == [], "what follows from an act is written where the act is"


def test_only_casework_goes_behind_the_ordinary_queries() -> None:
    found = [
        place(path, node)
        for path in source_files()
        if floor(path) != "casework"
        for node in attributes(path)
        if node.attr in {"_base_manager", "_default_manager"}
        or (node.attr == "raw" and ast.unparse(node.value).endswith("objects"))
    ]
    assert found == []


def test_no_procedure_is_known_by_name() -> None:
    """A new procedure needs no Python change, so no Python may ask for one by name."""
    names = {p.parent.name for p in (ROOT / "packs").glob("*/procedures/*/*.yaml")}
    found = [
        f"{place(path, node)} {node.value!r}"
        for path in source_files()
        if floor(path) != "demo"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    quoted = re.compile(
        "|".join(f"""["']{re.escape(name)}["']""" for name in sorted(names)) or "$^"
    )
    found += [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*.html")
        if quoted.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# --- time ----------------------------------------------------------------------------------------


def test_the_clock_of_the_machine_is_read_only_at_the_edge() -> None:
    found = [
        place(path, node)
        for path in source_files()
        if floor(path) not in CLOCK_READERS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in {"now", "today", "utcnow"}
            # With a moment given they only change its zone.
            or (node.func.attr in {"localdate", "localtime"} and not node.args)
            or ast.unparse(node.func) in {"time.time", "time.time_ns"}
        )
    ]
    assert found == [], "`now` is an argument"


def test_naive_clocks_are_refused_by_the_linter() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"][
        "lint"
    ]
    assert "DTZ" in lint["select"]
    assert not [rule for rule in lint["ignore"] if rule.startswith("DTZ")]


# --- names and sizes -----------------------------------------------------------------------------


def test_names_say_what_things_are() -> None:
    found = [
        f"{place(path, node)} {name}"
        for path in source_files()
        for node, name in defined_names(parsed(path))
        if NO_NAME.search(name.lower())
    ]
    found += [
        str(path.relative_to(ROOT))
        for path in source_files()
        if re.search(NO_MODULE, path.stem) or re.search(NO_MODULE, path.parent.name)
    ]
    # Django looks for a database engine under this name and no other.
    assert found == ["src/paizhu/project/sqlite/base.py"]


def test_modules_and_functions_stay_short() -> None:
    assert [line for path in sizes.modules() for line in sizes.too_long(path)] == []


def test_the_measure_of_sizes_finds_what_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    long = tmp_path / "long.py"
    long.write_text("def f():\n" + "    x = 1\n" * sizes.MODULE_LINES, encoding="utf-8")
    assert len(list(sizes.too_long(long))) == 2


# --- what is installed and shipped ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["core", "dev"])
def test_each_dependency_is_pinned_and_says_why_it_is_here(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    named = [at for at, line in enumerate(lines) if re.match(r"[A-Za-z]", line)]
    assert named
    for at in named:
        assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", lines[at]), lines[at]
        assert lines[at - 1].startswith("# "), f"no reason above {lines[at]}"


@pytest.mark.parametrize("name", ["core", "dev"])
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    assert not re.search(r"(?m)https?:|file:|^\s*-(?!-hash=)", lock)
    pinned = re.split(r"(?m)^(?=\w)", lock)[1:]
    assert pinned
    assert [block for block in pinned if "--hash=sha256:" not in block] == []


def test_each_named_dependency_is_in_its_lock() -> None:
    for name in ("core", "dev"):
        named = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8")
        lock = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8").lower()
        for project, version in re.findall(r"(?m)^([\w.-]+)(?:\[\w+\])?==(\S+)", named):
            assert f"{re.sub(r'[._]', '-', project).lower()}==" in lock.replace("_", "-")
            assert f"=={version}" in lock


def test_the_locks_agree() -> None:
    core, dev = (
        dict(re.findall(r"(?m)^([\w-]+)(?:\[\w+\])?==(\S+)", text))
        for text in (
            (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
            for name in ("core", "dev")
        )
    )
    assert {name: dev.get(name) for name in core} == core


def test_vendored_files_are_what_their_list_says() -> None:
    lists = list(SOURCE.rglob("static/vendor/VENDOR.json"))
    assert lists
    for path in lists:
        listed = json.loads(path.read_text(encoding="utf-8"))
        for part in listed:
            assert {"name", "version", "licence", "file", "sha256"} <= set(part)
            data = (path.parent / part["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == part["sha256"], part["file"]
        named = {path.parent / part["file"] for part in listed}
        loose = [
            str(file.relative_to(path.parent))
            for file in path.parent.rglob("*")
            if file.is_file()
            and file != path
            and file not in named
            and file.with_suffix("") not in named  # compressed copies, made from the file
            and not file.name.startswith("LICENSE")
        ]
        assert loose == []


# --- traces of a machine -------------------------------------------------------------------------


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    home = re.compile(r"(?<![\w./~-])/(?:home|Users|root|work|workspace)/[\w.]")
    index = re.compile(r"https?://[^ \"']+/simple(?:/|\b)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if home.search(line) or index.search(line)
    ]
    assert found == []


def test_text_files_are_utf8_with_plain_line_ends() -> None:
    found = [str(p.relative_to(ROOT)) for p in project_files() if b"\r\n" in p.read_bytes()]
    assert found == []


def test_pages_ask_no_other_host() -> None:
    """Strict policy and no internet: nothing a page loads may come from elsewhere."""
    loads = re.compile(
        r"""src=["'](?:https?:)?//|<link[^>]+href=["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//"""
    )
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*")
        if path.suffix in {".html", ".css"} and "vendor" not in path.parts
        if loads.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
