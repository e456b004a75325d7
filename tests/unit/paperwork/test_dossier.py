"""A dossier proves itself to an outsider, and whatever is changed in it shows."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.ledger import book, checkpoints
from paizhu.paperwork import dossier, dossier_check
from tests.unit.ledger import books

REF = "XS-WJ-2025-001"
NOW = books.START + timedelta(days=4)
DATA = ("entries.json", "chain.json", "checkpoint.json")


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    books.whole(tmp_path / "keys")
    return dossier.write(
        REF, tmp_path / "out", entries=book.entries_of(REF), now=NOW, keys=tmp_path / "keys"
    )


def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as an outsider would: no packages, no site, no environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd="/",
    )  # fmt: skip


def trouble(folder: Path, key: str = "") -> str:
    """Say what the script finds, run here; empty if everything holds."""
    try:
        dossier_check.check(folder, key)
    except Exception as error:  # noqa: BLE001 - as the script itself does
        return repr(error)
    return ""


def sum_up(folder: Path) -> None:
    """Make SHA256SUMS right again, as somebody would who knows what they do."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    names.remove("SHA256SUMS")
    lines = (f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def test_a_dossier_holds_on_a_machine_with_nothing_but_python(folder: Path) -> None:
    done = alone(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert REF in done.stdout
    key = checkpoints.public_key(folder.parent / "keys")
    assert key is not None
    assert key in done.stdout
    assert alone(folder, key).returncode == 0
    assert alone(folder, "00" * 32).returncode == 1


def test_the_script_is_at_most_eighty_lines_of_the_standard_library(folder: Path) -> None:
    text = (folder / "verify.py").read_text(encoding="utf-8")
    assert text.count("\n") <= 80
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("name", ["README.md", "verify.py", "SHA256SUMS", *DATA, "rules"])
def test_each_changed_file_is_found(folder: Path, name: str) -> None:
    path = folder / name
    path = next(path.iterdir()) if path.is_dir() else path
    whole = path.read_bytes()
    path.write_bytes(whole + b"\n")
    done = alone(folder)
    assert done.returncode == 1
    assert "SHA256SUMS" in done.stderr
    path.unlink()
    assert alone(folder).returncode != 0
    path.write_bytes(whole)
    assert alone(folder).returncode == 0
    (folder / "extra.txt").write_text("x", encoding="utf-8")
    assert alone(folder).returncode == 1


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path to every single value in a piece of JSON."""
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from places(one, (*path, index))
    else:
        yield path


def other(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return "x"
    if isinstance(value, int):
        return value + 1
    return value[:-1] + ("0" if str(value)[-1:] != "0" else "1") if isinstance(value, str) else None


@pytest.mark.parametrize("name", DATA)
def test_each_changed_value_is_found_even_when_the_sums_are_made_right(
    folder: Path, name: str
) -> None:
    path = folder / name
    whole = json.loads(path.read_text(encoding="utf-8"))
    missed = []
    for place in places(whole):
        changed = json.loads(json.dumps(whole))
        inner = changed
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = other(inner[place[-1]])
        path.write_text(json.dumps(changed), encoding="utf-8")
        sum_up(folder)
        if not trouble(folder):
            missed.append(place)
    assert missed == []


def test_each_changed_or_missing_rule_text_is_found_even_when_the_sums_are_made_right(
    folder: Path,
) -> None:
    for path in sorted((folder / "rules").iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole + b"#")
        sum_up(folder)
        assert "rules/" in trouble(folder)
        path.unlink()
        sum_up(folder)
        assert "no rule text" in trouble(folder)
        path.write_bytes(whole)


Change = Callable[[list[Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines.pop(0),
        lambda lines: lines.pop(2),
        lambda lines: lines.pop(),
        lambda lines: lines.append(lines[0]),
        lambda lines: lines.clear(),
    ],
)
def test_a_page_taken_out_or_put_in_twice_is_found(folder: Path, change: Change) -> None:
    path = folder / "entries.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record["lines"])
    path.write_text(json.dumps(record), encoding="utf-8")
    sum_up(folder)
    done = alone(folder)
    assert done.returncode == 1
    assert "page" in done.stderr


def test_the_changed_page_is_named(folder: Path) -> None:
    path = folder / "entries.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("1200.50", "1200.51", 1), encoding="utf-8")
    sum_up(folder)
    done = alone(folder)
    assert done.returncode == 1
    assert "page 1: 内容被改动" in done.stderr


def test_other_matters_cannot_be_read_from_it(folder: Path) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file())
    assert REF in text
    assert "XS-WJ-2025-002" not in text
    assert "XS-WJ-2025-003" not in text


def test_what_the_reader_may_not_see_is_proved_by_its_digest_alone(
    db: None, tmp_path: Path
) -> None:
    books.whole(tmp_path / "keys")
    first, second, *rest = book.entries_of(REF)
    seen = [replace(first, payload=None), replace(second, payload={"values": {}}), *rest[1:]]
    folder = dossier.write(REF, tmp_path / "o", entries=seen, now=NOW, keys=tmp_path / "keys")
    record = json.loads((folder / "entries.json").read_text(encoding="utf-8"))
    hidden, partly, unseen, *shown = record["lines"]
    assert [line["payload"] for line in (hidden, partly, unseen)] == [None] * 3
    assert [line["salt"] for line in (hidden, partly, unseen)] == [None] * 3
    assert partly["unproved"] == {"values": {}}
    assert all(line["payload"] for line in shown)
    assert alone(folder).returncode == 0


def test_a_removed_matter_still_has_a_dossier_that_holds(db: None, tmp_path: Path) -> None:
    books.whole(tmp_path / "keys")
    ref = "XS-WJ-2025-002"
    folder = dossier.write(
        ref, tmp_path / "o", entries=book.entries_of(ref), now=NOW, keys=tmp_path / "keys"
    )
    assert "反映采购问题" not in (folder / "entries.json").read_text(encoding="utf-8")
    assert alone(folder).returncode == 0


def test_a_dossier_of_a_new_page_comes_with_a_new_checkpoint(db: None, tmp_path: Path) -> None:
    books.keep_rules()
    page = books.put(REF, 1)
    folder = dossier.write(
        REF, tmp_path / "o", entries=book.entries_of(REF), now=NOW, keys=tmp_path / "keys"
    )
    signed = checkpoints.read(folder / "checkpoint.json")
    assert signed.seq == page.seq
    assert checkpoints.latest() == signed


def test_a_dossier_is_never_written_over_something(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="left alone"):
        dossier.write(REF, folder, entries=[], now=NOW, keys=tmp_path / "keys")
    with pytest.raises(Invalid, match="left alone"):
        dossier.write(REF, folder / "README.md", entries=[], now=NOW, keys=tmp_path / "keys")


def test_there_is_no_dossier_of_nothing(db: None, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        dossier.write("XS-WJ-2025-404", tmp_path / "o", entries=[], now=NOW, keys=tmp_path)


def test_the_signature_check_agrees_with_the_library() -> None:
    for number in range(8):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
        public, text = key.public_key().public_bytes_raw(), b"page %d" % number
        signature = key.sign(text)
        assert dossier_check.is_signed(public, signature, text)
        assert not dossier_check.is_signed(public, signature, text + b".")
        late = (int.from_bytes(signature[32:], "little") + dossier_check.Q).to_bytes(33, "little")
        assert not dossier_check.is_signed(public, signature[:32] + late, text)
    with pytest.raises(ValueError, match="no such key"):
        dossier_check.is_signed((2).to_bytes(32, "little"), signature, text)
