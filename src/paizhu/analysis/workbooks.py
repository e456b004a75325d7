"""What calamine does not tell about an .xlsx: cells with an error or a formula without its value.

Calamine gives both as empty, so a missing amount would look like an amount never written. The
sheet's XML is searched for the two marks; nothing is parsed and no entity is expanded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

#: A sheet that unpacks to more than this is not read: it would fill the memory.
LARGEST_UNPACKED: Final = 400_000_000
_BLOCK: Final = 1 << 20
#: A sheet is laid out whole, empty places too: one value in the last cell there can be takes 550 GB.
MOST_PLACES: Final = 40_000_000

_TAG: Final = re.compile(rb"<(?:\w+:)?(row|c)((?:\s[^>]*)?)>")
_PLACE: Final = re.compile(rb"\sr\s*=(?:\s*[\"']([A-Za-z]{0,9})([0-9]{1,12})[\"'])?")
_CELL: Final = re.compile(rb"<c\b[^>]*>")
_REF: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]+)"')
_HAS_VALUE: Final = re.compile(rb"<v[^>/]*>[^<]")
_SHEET: Final = re.compile(rb"<sheet\b[^>]*>")
_RELATION: Final = re.compile(rb"<Relationship\b[^>]*>")


@dataclass(frozen=True, slots=True)
class SpoiledCells:
    """Cells that hold no value although they look as if: (row, column index), from 1 and 0."""

    errors: frozenset[tuple[int, int]]
    formulas: frozenset[tuple[int, int]]


NONE_SPOILED: Final = SpoiledCells(frozenset(), frozenset())


def unpacked_size(path: Path, *, most: int) -> int:
    """Give how large the workbook is when unpacked, counted no further than beyond `most`."""
    size = 0
    with ZipFile(path) as archive:
        for part in archive.infolist():
            for block in _blocks(archive, part, most):
                size += len(block)
                if size > most:
                    return size
    return size


def _blocks(archive: ZipFile, part: ZipInfo, most: int) -> Iterator[bytes]:
    """Unpack a part as it is: its own table of contents may say what it likes."""
    # Neither the size nor the sum it claims may end the reading.
    part.file_size = most + _BLOCK
    del part.CRC
    try:
        with archive.open(part) as content:
            while block := content.read(_BLOCK):
                yield block
    except (zlib.error, EOFError, RuntimeError, BadZipFile):
        return  # broken or encrypted: whoever reads the workbook says so


def most_places(path: Path) -> int:
    """Give how many places the widest sheet spans, from its first to its last row and column; of
    what is no sheet, nothing. It is asked after `unpacked_size`.
    """
    with ZipFile(path) as archive:
        parts = archive.infolist()
        return max((_places(_blocks(archive, one, LARGEST_UNPACKED)) for one in parts), default=0)


def _places(blocks: Iterable[bytes]) -> int:
    """Lay the cells that hold anything out as calamine does: one without a place stands next."""
    row = column = rows = columns = 0
    rest = b""
    for block in blocks:
        whole, begun, rest = (rest + block).rpartition(b"<")
        rest = begun + rest
        for tag, said in _TAG.findall(whole):
            found = _PLACE.search(said)
            if found and not found[2]:
                return MOST_PLACES + 1  # no place that there can be
            if tag == b"row":
                row, column = int(found[2]) if found else row + 1, 0
                continue
            row = int(found[2]) if found else row
            column = _index(found[1].upper()) + 1 if found else column + 1
            if not said.endswith(b"/"):
                rows, columns = max(rows, row), max(columns, column)
    return rows * columns


def spoiled_cells(path: Path, *, sheet: str) -> SpoiledCells:
    """Find the cells of `sheet` whose value is an error or was never calculated."""
    try:
        with ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            data = archive.read(part) if part else b""
    except (BadZipFile, KeyError):
        return NONE_SPOILED
    if b"<f" not in data and b't="e"' not in data:
        return NONE_SPOILED
    return _search(data)


def _search(data: bytes) -> SpoiledCells:
    errors: set[tuple[int, int]] = set()
    formulas: set[tuple[int, int]] = set()
    for cell in _CELL.finditer(data):
        if cell.group().endswith(b"/>"):
            continue
        is_error = b't="e"' in cell.group()
        end = data.find(b"</c>", cell.end())
        inner = data[cell.end() : end]
        if not is_error and (b"<f" not in inner or _HAS_VALUE.search(inner)):
            continue
        found = _REF.search(cell.group())
        if found:
            place = (int(found.group(2)), _index(found.group(1)))
            (errors if is_error else formulas).add(place)
    return SpoiledCells(frozenset(errors), frozenset(formulas))


def _index(letters: bytes) -> int:
    index = 0
    for one in letters:
        index = index * 26 + one - 64
    return index - 1


def _part_of(archive: ZipFile, sheet: str) -> str | None:
    """Follow the name of a sheet to the part of the archive that holds it."""
    wanted = _escaped(sheet)
    relation = next(
        (
            _attribute(tag.group(), b"r:id")
            for tag in _SHEET.finditer(archive.read("xl/workbook.xml"))
            if _attribute(tag.group(), b"name") in wanted
        ),
        None,
    )
    for tag in _RELATION.finditer(archive.read("xl/_rels/workbook.xml.rels")):
        if relation and _attribute(tag.group(), b"Id") == relation:
            target = (_attribute(tag.group(), b"Target") or b"").decode()
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _attribute(tag: bytes, name: bytes) -> bytes | None:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return found.group(1) if found else None


def _escaped(name: str) -> frozenset[bytes]:
    plain = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    quoted = plain.replace('"', "&quot;")
    return frozenset({plain.encode(), quoted.encode(), quoted.replace("'", "&apos;").encode()})
