"""A book with everything in it, and the keys it was signed with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ledger import books


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def whole_book(db: None, keys: Path) -> None:
    books.whole(keys)
