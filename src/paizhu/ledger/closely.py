"""Look at one page closely and say everything about it that does not hold."""

from __future__ import annotations

from datetime import datetime

from paizhu.kernel.digest import ALGORITHMS, digest
from paizhu.ledger import chain
from paizhu.ledger.walk import Row, Walk


def _harmless(row: Row) -> Row:
    """Put something wrong but harmless where a column is not of the right type."""
    return row._replace(
        version=row.version if isinstance(row.version, int) else -1,
        header=row.header or b"",
        prev=row.prev or "",
        payload_digest=row.payload_digest or "",
        digest=row.digest or "",
    )


def look(walk: Walk, row: Row) -> None:
    """Say what does not hold on one page, then go on from it as it stands: one cause, one finding."""
    page = _harmless(row)
    header = chain.read_header(page.header.decode("utf-8", "replace"))
    _check_place(walk, page)
    is_as_written = _check_digests(walk, page, header)
    if header is None:
        walk.find(page.seq, "entry.header", f"第 {page.seq} 页的页眉无法读取。",
                  f"The header of page {page.seq} cannot be read.")  # fmt: skip
    else:
        _check_columns(walk, page, header)
        _check_time(walk, page, header)
        if is_as_written:
            walk.remember(row, header)
        walk.rules.setdefault(header.rules.encode(), page.seq)
        walk.at = header.at
    _check_version(walk, page)
    walk.seq, walk.digest = page.seq, page.digest


def _check_place(walk: Walk, page: Row) -> None:
    if page.seq != walk.seq + 1:
        walk.find(page.seq, "entry.seq",
                  f"第 {walk.seq + 1} 至 {page.seq - 1} 页缺失。",
                  f"Pages {walk.seq + 1} to {page.seq - 1} are missing.")  # fmt: skip
    if page.prev != walk.digest:
        walk.find(page.seq, "entry.prev", f"第 {page.seq} 页没有接在前一页之后。",
                  f"Page {page.seq} does not follow the page before it.")  # fmt: skip


def _check_digests(walk: Walk, page: Row, header: chain.Header | None) -> bool:
    name = header.hash if header else page.digest.partition(":")[0]
    if name not in ALGORITHMS:
        walk.find(page.seq, "entry.header", f"第 {page.seq} 页的摘要算法“{name}”未知。",
                  f"Page {page.seq} names an unknown hash, {name!r}.")  # fmt: skip
        return False
    is_whole = page.digest == chain.line_digest(
        page.prev, digest(page.header, name), page.payload_digest
    )
    if not is_whole:
        walk.find(page.seq, "entry.digest",
                  f"第 {page.seq} 页的页眉、前页摘要、内容摘要或本页摘要被改动过。",
                  f"Page {page.seq} was changed: header, prev, payload_digest or digest do not "
                  "match each other.")  # fmt: skip
    is_content = page.content is None or page.payload_digest == digest(page.content, name)
    if not is_content:
        walk.find(page.seq, "entry.payload", f"第 {page.seq} 页的内容被改动过。",
                  f"The content of page {page.seq} was changed: payload and salt do not match "
                  "payload_digest.")  # fmt: skip
    return is_whole and is_content


def _check_columns(walk: Walk, page: Row, header: chain.Header) -> None:
    matter = page.matter.decode("utf-8", "replace") if page.matter is not None else None
    said = {
        "seq": (header.seq, page.seq),
        "matter": (header.matter or None, matter),
        "version": (header.version, page.version),
    }
    for column, (written, stands) in said.items():
        if written != stands:
            walk.find(page.seq, f"entry.{column}",
                      f"第 {page.seq} 页的 {column} 为 {stands},页眉所载为 {written}。",
                      f"Page {page.seq} has {column} {stands}; its header says {written}."
                      )  # fmt: skip


def _check_time(walk: Walk, page: Row, header: chain.Header) -> None:
    at = datetime.fromisoformat(header.at)
    if walk.at and at < datetime.fromisoformat(walk.at):
        walk.find(page.seq, "entry.header",
                  f"第 {page.seq} 页的登记时间 {header.at} 早于前一页的 {walk.at}。",
                  f"Page {page.seq} is back-dated: {header.at} is before {walk.at} on the page "
                  "before it.")  # fmt: skip
    if header.day > header.at[:10]:
        walk.find(page.seq, "entry.header",
                  f"第 {page.seq} 页的记录日期 {header.day} 晚于登记时间。",
                  f"Page {page.seq} counts for {header.day}, later than it was recorded."
                  )  # fmt: skip


def _check_version(walk: Walk, page: Row) -> None:
    before = -1 if page.matter is None else walk.versions.get(page.matter, 0)
    if page.version != before + 1:
        walk.find(page.seq, "entry.version",
                  f"第 {page.seq} 页的版本为 {page.version},应为 {before + 1}。",
                  f"Page {page.seq} has version {page.version} where {before + 1} belongs."
                  )  # fmt: skip
    if page.matter is not None:
        walk.versions[page.matter] = page.version
