"""Load the declared returns, check them against the procedures, and give them by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from paizhu.analysis.catalog import folders
from paizhu.analysis.returns.checking import Filed, mistakes_of
from paizhu.analysis.returns.spec import Return
from paizhu.casework import rulebook
from paizhu.kernel.digest import digest
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, PackErrors, unknown_name
from paizhu.rules.rulebook import Rulebook
from paizhu.rules.shapes import shaped


@dataclass(frozen=True, slots=True)
class LoadedReturn:
    """A return as loaded; its digest is that of its text."""

    spec: Return
    data: bytes
    file: Path

    @property
    def name(self) -> str:
        return self.spec.return_

    @property
    def digest(self) -> str:
        return digest(self.data)


def returns() -> dict[str, LoadedReturn]:
    """Give the returns of the packs in use; raise PackErrors if one cannot be used."""
    return _read(folders(), rulebook.current().digest)


def return_named(name: str) -> LoadedReturn:
    """Give a return; raise NotFound naming the nearest."""
    known = returns()
    if name not in known:
        raise NotFound(unknown_name(Text("报表", "return"), name, known))
    return known[name]


@lru_cache(maxsize=4)
def _read(packs: tuple[Path, ...], _rules: str) -> dict[str, LoadedReturn]:
    """Read once for each state of the rules."""
    loaded, mistakes = load_returns(packs, rulebook.current())
    if mistakes:
        raise PackErrors(mistakes)
    return loaded


def load_returns(
    packs: Sequence[Path], book: Rulebook
) -> tuple[dict[str, LoadedReturn], list[Mistake]]:
    """Read every return of the packs, and everything that is wrong with them."""
    loaded: dict[str, LoadedReturn] = {}
    mistakes: list[Mistake] = []
    for path in (path for pack in packs for path in sorted((pack / "returns").glob("*.yaml"))):
        data = path.read_bytes()
        spec, found = shaped(Return, data, file=path.as_posix())
        mistakes += found
        if spec is not None:
            mistakes += mistakes_of(Filed(spec, path, data), book)
            loaded[spec.return_] = LoadedReturn(spec, data, path)
    return loaded, mistakes


def check_returns(packs: Sequence[Path], book: Rulebook) -> list[Mistake]:
    """Give every mistake in the returns of the packs."""
    return load_returns(packs, book)[1]
