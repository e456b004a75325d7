"""A correct pack with a local one over it, small enough to read, to be copied and spoiled."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from paizhu.rules.load import load
from paizhu.rules.mistakes import Mistake, PackErrors
from paizhu.rules.rulebook import Rulebook

SAMPLE = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class Packs:
    """The sample packs in a folder of the test's own."""

    folder: Path

    @property
    def dirs(self) -> list[Path]:
        return [self.folder / "national", self.folder / "local"]

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, file: str, content: str | bytes) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def line_of(self, file: str, text: str) -> int:
        lines = (self.folder / file).read_text(encoding="utf-8").splitlines()
        found = [number for number, line in enumerate(lines, start=1) if text in line]
        assert len(found) == 1, f"{text!r} stands on lines {found} of {file}"
        return found[0]

    def load(self) -> Rulebook:
        return load(self.dirs)

    def mistakes(self) -> tuple[Mistake, ...]:
        """Give the mistakes and warnings of the packs as they now are."""
        try:
            return self.load().mistakes
        except PackErrors as errors:
            return errors.mistakes


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    shutil.copytree(SAMPLE, tmp_path / "packs")
    return Packs(tmp_path / "packs")


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load([SAMPLE / "national", SAMPLE / "local"])
