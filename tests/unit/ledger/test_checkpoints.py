"""A checkpoint says where the book ended, signed, to be kept by somebody else."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.ledger import book, checkpoints
from paizhu.ledger.checkpoints import Checkpoint
from paizhu.ledger.keys import made_once
from paizhu.ledger.verify import verify
from tests.unit.ledger import books

pytestmark = pytest.mark.django_db
LATER = books.START + timedelta(days=30)


def test_a_checkpoint_stands_in_the_book_and_in_a_file(keys: Path, tmp_path: Path) -> None:
    books.whole(keys)
    before = book.last()
    signed = checkpoints.sign(LATER, keys=keys)
    assert (signed.seq, signed.digest) == (before.seq, before.digest)
    assert checkpoints.latest() == signed
    checkpoints.write(signed, tmp_path / "kept.json")
    assert checkpoints.read(tmp_path / "kept.json") == signed
    assert verify(against=signed, key=checkpoints.public_key(keys)).findings == ()


def test_a_checkpoint_that_covers_a_page_is_not_signed_again(keys: Path) -> None:
    books.whole(keys)
    last = checkpoints.latest()
    assert last is not None
    assert checkpoints.covering(last.seq, now=LATER, keys=keys) == last
    assert checkpoints.covering(last.seq + 1, now=LATER, keys=keys).seq == last.seq + 1


def test_an_empty_book_cannot_be_signed(keys: Path) -> None:
    assert checkpoints.latest() is None
    assert checkpoints.public_key(keys) is None
    with pytest.raises(NotFound):
        checkpoints.sign(LATER, keys=keys)


def test_the_key_is_its_owners_alone_and_made_once(keys: Path) -> None:
    books.put("A", 1)
    first = checkpoints.sign(LATER, keys=keys)
    assert checkpoints.sign(LATER, keys=keys).key == first.key == checkpoints.public_key(keys)
    assert stat.S_IMODE((keys / checkpoints.PRIVATE).stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_the_second_of_two_that_start_together_takes_the_first_ones_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    def slow() -> bytes:
        path.write_bytes(b"first")
        return b"second"

    assert made_once(path, slow) == b"first"
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    "change",
    [{"seq": 1}, {"digest": "sha256:00"}, {"at": "2020"}, {"key": "zz"}, {"signature": "00"}],
)
def test_a_checkpoint_file_that_was_changed_is_refused(
    keys: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    books.whole(keys)
    path = tmp_path / "kept.json"
    signed = checkpoints.latest()
    assert signed is not None
    path.write_text(json.dumps({**asdict(signed), **change}), encoding="utf-8")
    with pytest.raises(Invalid, match="does not hold"):
        checkpoints.read(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"seq": 1}', "null", None])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "kept.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match="not a checkpoint file"):
        checkpoints.read(path)


def test_a_checkpoint_with_values_of_another_type_is_refused(keys: Path, tmp_path: Path) -> None:
    books.whole(keys)
    signed = checkpoints.latest()
    assert signed is not None
    (tmp_path / "k").write_text(json.dumps({**asdict(signed), "seq": "1"}), encoding="utf-8")
    with pytest.raises(Invalid, match="not a checkpoint file"):
        checkpoints.read(tmp_path / "k")


def test_a_checkpoint_of_another_key_is_not_ours(keys: Path, tmp_path: Path) -> None:
    books.whole(keys)
    books.put("A", 1, LATER)
    foreign = checkpoints.sign(LATER, keys=tmp_path / "theirs")
    found = verify(against=foreign, key=checkpoints.public_key(keys)).findings
    assert {finding.where for finding in found} == {"checkpoint.signature"}


def test_an_unsigned_checkpoint_proves_nothing(keys: Path) -> None:
    books.whole(keys)
    last = checkpoints.latest()
    assert isinstance(last, Checkpoint)
    assert not verify(against=replace(last, signature="")).is_good
