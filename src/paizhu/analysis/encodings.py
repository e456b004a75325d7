"""Tell how a .csv is encoded, by decoding all of it strictly, and what separates its columns.

GB18030 accepts nearly any bytes, so a western file would come out as rare characters without an
error. Such a reading is refused: a wrong name is worse than no name.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paizhu.kernel.text import Text

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 65_536
_DELIMITERS: Final = (",", ";", "\t", "|")
#: Everyday characters are rows 16–55 of GB 2312; accented western letters never come out there.
_EVERYDAY: Final = range(0xB0, 0xD8)


@dataclass(frozen=True, slots=True)
class Undecodable:
    """No known encoding fits; the line is the first one that is not UTF-8."""

    line: int
    say: Text


def detect(path: Path) -> str | Undecodable:
    """Give `utf-8-sig`, `utf-8` or `gb18030`, or why it is none of them."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start:
        return Undecodable(1, _save_as_utf8("UTF-16"))
    line = _first_bad_line(path, "utf-8")
    if line is None:
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    if start.startswith(codecs.BOM_UTF8) or _first_bad_line(path, "gb18030") is not None:
        return Undecodable(line, _save_as_utf8(""))
    if not _reads_as_chinese(start):
        return Undecodable(line, _save_as_utf8("Latin-1"))
    return "gb18030"


def delimiter_of(text: str) -> str:
    """Give the character that most often separates the first written line outside quotes."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for index, part in enumerate(line.split('"')) if index % 2 == 0)
    return max(_DELIMITERS, key=bare.count)


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """Decode block by block; give the line where it fails, None when it never does."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start)
            if not block:
                return None
            line += block.count(b"\n")


def _reads_as_chinese(sample: bytes) -> bool:
    """Say whether most two-byte characters of the sample are everyday Chinese ones."""
    everyday = others = 0
    position = 0
    while position < len(sample) - 1:
        lead, trail = sample[position], sample[position + 1]
        if lead < 0x80:
            position += 1
            continue
        if lead in _EVERYDAY and trail >= 0xA1:
            everyday += 1
        elif lead not in range(0xA1, 0xAA):
            others += 1
        position += 2
    return everyday > 2 * others


def _save_as_utf8(seems: str) -> Text:
    kind_zh, kind_en = (f"（像是 {seems}）", f" (it looks like {seems})") if seems else ("", "")
    return Text(
        f"文件编码{kind_zh}不是 UTF-8 或 GB18030，文字会读错。请在表格软件中另存为“CSV UTF-8”。",
        f"The encoding{kind_en} is neither UTF-8 nor GB18030, so words would be misread. Save the "
        "file as “CSV UTF-8” in a spreadsheet program.",
    )
