"""Write the purchases of a published OCDS package to an .xlsx sheet, as they are.

One row for each contract; headers are the paths of the values in the package, values are not
touched: foreign names, currency and gaps stay. Run it by hand with the two files named:

    python tests/analysis/ocds_sheet.py PACKAGE.json SHEET.xlsx [--with-telephone]
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

PACKAGE = Path("ocds") / "portugal-base-100.json"
#: What a published contract says that a purchase book has a column for, and a little more.
PATHS = (
    "ocid",
    "id",
    "buyer/name",
    "buyer/id",
    "tender/description",
    "tender/procurementMethodDetails",
    "tender/items/0/classification/id",
    "awards/0/suppliers/0/name",
    "awards/0/suppliers/0/id",
    "awards/0/value/amount",
    "awards/0/value/currency",
    "awards/0/documents/0/datePublished",
    "contracts/0/dateSigned",
)
TELEPHONE = "parties/0/contactPoint/telephone"


def shared_data() -> Path:
    """Give the folder of published data: PAIZHU_SHARED, else beside the repository."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("PAIZHU_SHARED") or beside)


def releases(package: Path) -> Iterator[dict[str, Any]]:
    """Give the releases of a package, or of a list of packages."""
    read = json.loads(package.read_text("utf-8"))
    for part in read if isinstance(read, list) else [read]:
        yield from part["releases"]


def value_at(release: object, path: str) -> object:
    """Follow a path; nothing where it leads nowhere."""
    for step in path.split("/"):
        if isinstance(release, list):
            release = release[int(step)] if int(step) < len(release) else None
        elif isinstance(release, dict):
            release = release.get(step)
    return release


def write_sheet(package: Path, sheet: Path, *, paths: Sequence[str] = PATHS) -> int:
    """Write the sheet; give the number of rows below the header."""
    book = xlsxwriter.Workbook(str(sheet))
    page = book.add_worksheet("contracts")
    page.write_row(0, 0, paths)
    number = 0
    for number, release in enumerate(releases(package), start=1):
        for column, path in enumerate(paths):
            value = value_at(release, path)
            if isinstance(value, int | float):
                page.write_number(number, column, value)
            elif value is not None:
                page.write_string(number, column, str(value))
    book.close()
    return number


def main(words: Sequence[str]) -> int:
    """Write the sheet named on the command line."""
    if len(words) < 2:
        sys.stderr.write(__doc__ or "")
        return 2
    paths = (*PATHS, TELEPHONE) if "--with-telephone" in words else PATHS
    rows = write_sheet(Path(words[0]), Path(words[1]), paths=paths)
    sys.stdout.write(f"{rows} rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
