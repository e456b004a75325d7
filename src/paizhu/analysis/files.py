"""Open a file of business rows of any kind we read; what is wrong with it stands in its faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from paizhu.analysis import columnar, jsonlines, sqlitefiles
from paizhu.analysis.sheets import Sheet, open_sheet
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_OPENERS: Final[Mapping[str, Callable[..., Sheet]]] = {
    ".xlsx": open_sheet,
    ".csv": open_sheet,
    ".jsonl": jsonlines.open_lines,
    ".ndjson": jsonlines.open_lines,
    ".parquet": columnar.open_parquet,
    ".sqlite": sqlitefiles.open_database,
    ".sqlite3": sqlitefiles.open_database,
    ".db": sqlitefiles.open_database,
}
SUFFIXES: Final = tuple(_OPENERS)


def open_file(path: Path, *, sheet: str | None = None) -> Sheet:
    """Open a file and read its header; raise `Invalid` only where there is no such file or kind.

    `sheet` names a sheet of a workbook or a table of a database.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        kinds = " ".join(SUFFIXES)
        raise Invalid(
            Text(f"不能读取“{path.name}”：只接受 {kinds}。请另存为其中一种。",
                 f"“{path.name}” cannot be read; these are: {kinds}. Save it as one of them.")
        )  # fmt: skip
    if not path.is_file():
        raise Invalid(
            Text(f"找不到文件“{path.name}”。请核对路径。",
                 f"There is no file “{path.name}”. Check the path.")
        )  # fmt: skip
    return opener(path, sheet=sheet)
