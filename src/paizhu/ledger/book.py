"""The book: append to it one writer at a time, read it back.

Plain SQL on purpose: an append is one durable transaction, and nothing should be dearer in it than
the disk.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from paizhu.engine.entries import KINDS, Entry
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import chain
from paizhu.ledger.apps import LedgerConfig

#: As a page is selected: seq, matter, digest, header, payload.
_Row = tuple[int, str | None, str, str, str | None]
#: Two writers take the time before they wait for each other, and clocks are set; a step back
#: within this is recorded at the moment of the page before. More is a wrong clock.
PATIENCE = timedelta(minutes=5)
CHUNK = 5000

_COLUMNS = ", ".join(chain.Page._fields)
_INSERT = f"INSERT INTO ledger_entry ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_HEAD = "SELECT seq, digest, at FROM ledger_head WHERE id = 1"
#: SQLite has let in one writer only by then.
_HELD_HEAD = {"sqlite": _HEAD, "postgresql": f"{_HEAD} FOR UPDATE"}
_FIRST_HEAD = "INSERT INTO ledger_head (id, seq, digest, at) VALUES (1, 0, '', '')"
_MOVE_HEAD = "UPDATE ledger_head SET seq = %s, digest = %s, at = %s WHERE id = 1"
#: Of two first writers one waits here, for there is no head row yet to wait for. Not a lock on the
#: table: a third writer that already holds the row would need it too. SQLite lets in one anyway.
_FIRST_WRITER = {"sqlite": "SELECT 1", "postgresql": "SELECT pg_advisory_xact_lock(7041897)"}
_OF_MATTER = "SELECT seq, matter, digest, header, payload FROM ledger_entry WHERE matter"
_FROM_VERSION = f"{_OF_MATTER} = %s AND version >= %s ORDER BY version"
_TAKEN = ("ledger_entry_version_once", "ledger_entry.matter, ledger_entry.version")

SOMEBODY_WAS_FIRST = Text(
    "本事项在您打开之后已有他人处理,本次操作未保存。请重新打开事项,核对后再办理。",
    "Somebody acted on this matter after you opened it, so nothing was stored. "
    "Open the matter again, look at what changed, and repeat your step.",
)


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the book ends."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its page."""

    seq: int
    matter: str | None
    digest: str
    entry: Entry


class Pen:
    """The right to append, held by one writer at a time until the transaction ends."""

    def __init__(self, cursor: CursorWrapper, hash_name: str, token: Callable[[int], str]) -> None:
        self._cursor = cursor
        self.hash_name = hash_name
        self._token = token
        self._seq, self._digest, self._at = _take_head(cursor)
        self._start = self._seq

    @property
    def last(self) -> Appended:
        """The page the next one follows."""
        return Appended(self._seq, self._digest)

    def append(self, matter: str | None, entry: Entry) -> Line:
        """Write an entry as the next page and give it as it will be read back.

        `entry.version` says what the writer believes; the moment may be that of the page before.
        Raise Conflict if that version of the matter is already written, Invalid if the entry
        cannot stand in the book.
        """
        _check(matter, entry)
        place = chain.Place(
            seq=self._seq + 1,
            prev=self._digest,
            hash_name=self.hash_name,
            nonce=self._token(chain.NONCE_BYTES),
            salt=self._token(chain.NONCE_BYTES),
        )
        at = self._moment(entry)
        page = chain.page(matter, entry, at, place)
        try:
            self._cursor.execute(_INSERT, page)
        except IntegrityError as error:
            if any(name in str(error) for name in _TAKEN):
                raise Conflict(SOMEBODY_WAS_FIRST) from error
            raise
        self._seq, self._digest, self._at = page.seq, page.digest, at
        return Line(page.seq, matter, page.digest, chain.as_read(entry, page, at))

    def _moment(self, entry: Entry) -> str:
        """Give the moment to record: local, never before the page before."""
        at = entry.at.astimezone(timezone.get_default_timezone())
        if entry.day > at.date():
            raise Invalid(
                Text(
                    f"记录日期 {entry.day} 晚于登记时间 {at:%Y-%m-%d},不能预先登记。请改为当日或更早的日期。",
                    f"The day {entry.day} is later than the moment of recording, {at:%Y-%m-%d}: "
                    "nothing is recorded ahead of time. Give that day or an earlier one.",
                )
            )
        if self._at and at < (last := datetime.fromisoformat(self._at)):
            if last - at > PATIENCE:
                raise Invalid(
                    Text(
                        f"登记时间 {at:%Y-%m-%d %H:%M} 早于台账最后一条({last:%Y-%m-%d %H:%M}),"
                        "台账只能顺序记载。请校正本机时钟后重试。",
                        f"The moment {at:%Y-%m-%d %H:%M} is before the last page of the ledger "
                        f"({last:%Y-%m-%d %H:%M}), which is only written forward. Set the clock of "
                        "this machine right and try again.",
                    )
                )
            return self._at
        return chain.moment_text(at)

    def move_head(self) -> None:
        """Say once, at the end, where the book now ends."""
        if self._seq > self._start:
            self._cursor.execute(_MOVE_HEAD, (self._seq, self._digest, self._at))


@contextmanager
def writing(
    *, hash_name: str | None = None, token: Callable[[int], str] = secrets.token_hex
) -> Iterator[Pen]:
    """Open the transaction in which entries are appended, and whatever belongs to them is written.

    One at a time: the next writer waits at the head row. Never open one inside another.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        pen = Pen(cursor, hash_name or LedgerConfig.hash_name, token)
        yield pen
        pen.move_head()


def entries_of(matter: str) -> list[Entry]:
    """Give the entries of a matter in their order; none if there is no such matter."""
    return [line.entry for line in lines_of(matter)]


def lines_of(matter: str) -> list[Line]:
    """Give the entries of a matter with their pages."""
    return list(_lines(f"{_OF_MATTER} = %s ORDER BY version", (matter,)))


def lines_after(matter: str, version: int, digest: str) -> list[Line] | None:
    """Give what a matter has after a version; None if that page has another digest, or is not."""
    rows = _rows(_FROM_VERSION, (matter, version))
    return [_line(row) for row in rows[1:]] if rows and rows[0][2] == digest else None


def entries_of_many(refs: Iterable[str]) -> dict[str, list[Entry]]:
    """Give the entries of several matters in few queries; each reference asked for is a key."""
    wanted = list(dict.fromkeys(refs))
    found: dict[str, list[Entry]] = {ref: [] for ref in wanted}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        for line in _lines(f"{_OF_MATTER} IN ({marks}) ORDER BY seq", some):
            found[line.matter or ""].append(line.entry)
    return found


def iter_all() -> Iterator[Line]:
    """Give the whole book in its order, a part at a time."""
    seq = 0
    query = (
        "SELECT seq, matter, digest, header, payload FROM ledger_entry "
        f"WHERE seq > %s ORDER BY seq LIMIT {CHUNK}"
    )
    while lines := list(_lines(query, (seq,))):
        yield from lines
        seq = lines[-1].seq


def first_day() -> date | None:
    """Give the day of the first page; None while the book is empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT header, payload FROM ledger_entry WHERE seq = 1")
        row = cursor.fetchone()
    return chain.entry(row[0], row[1]).day if row else None


def last() -> Appended:
    """Give the page the book ends with; page 0 while nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        row = cursor.fetchone()
    return Appended(row[0], row[1]) if row else Appended(0, chain.GENESIS)


def _lines(query: str, parameters: Sequence[str | int]) -> Iterator[Line]:
    return map(_line, _rows(query, parameters))


def _rows(query: str, parameters: Sequence[str | int]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _line(row: _Row) -> Line:
    seq, matter, digest, header, payload = row
    return Line(seq, matter, digest, chain.entry(header, payload))


def _take_head(cursor: CursorWrapper) -> tuple[int, str, str]:
    """Take the head row; make it when the book is new, and only then."""
    row = _head(cursor)
    if row is None:
        cursor.execute(_FIRST_WRITER[connection.vendor])
        row = _head(cursor)
    if row is None:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_entry)")
        if cursor.fetchone()[0]:
            raise NotAllowed(
                Text(
                    "台账末页标记缺失,不能续写。请运行 paizhu verify 查明原因。",
                    "The mark of where the ledger ends is missing, so nothing can be added. "
                    "Run `paizhu verify` and find out why.",
                )
            )
        cursor.execute(_FIRST_HEAD)
        row = (0, chain.GENESIS, "")
    return row


def _head(cursor: CursorWrapper) -> tuple[int, str, str] | None:
    """Read the head row and hold it until the transaction ends."""
    cursor.execute(_HELD_HEAD[connection.vendor])
    row: tuple[int, str, str] | None = cursor.fetchone()
    return row


def _check(matter: str | None, entry: Entry) -> None:
    """Refuse what is no entry; these are mistakes of the program, said as plainly as others."""
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise Invalid(
            Text(
                f"没有“{entry.kind}”这种记录;可用的有:{'、'.join(KINDS)}。",
                f"There is no entry kind {entry.kind!r}; there are {', '.join(KINDS)}.",
            )
        )
    if (kind.scope == "book" and matter is not None) or (matter is None) != (entry.version == 0):
        raise Invalid(
            Text(
                f"“{entry.kind}”记录的事项({matter})与版本({entry.version})不相符:"
                "台账自身的记录没有事项,版本为 0;事项的记录版本从 1 起。",
                f"{entry.kind!r} with matter {matter} and version {entry.version} cannot be: lines "
                "about the book have no matter and version 0, lines of a matter count from 1.",
            )
        )
    if entry.at.tzinfo is None:
        raise Invalid(
            Text("登记时间必须带时区。", "The moment of recording must have a time zone.")
        )
