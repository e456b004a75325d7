"""Copies of patterns: whole pages of the book, chained in order, and the rows that follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from secrets import token_hex

from django.db import connection, transaction
from django.utils import timezone

from paizhu.casework import projections, search_rows
from paizhu.demo.bulk.patterns import REF, SERIAL, Pattern
from paizhu.engine.entries import Entry
from paizhu.ledger import book, chain
from paizhu.ledger.apps import LedgerConfig

#: Pages or rows in one transaction.
BATCH = 50_000
NONCE, SALT = "\ue002", "\ue003"
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written."""

    matters: int
    pages: int
    rows: int


@dataclass(slots=True)
class _Numbered:
    """A pattern with how often it is copied, its first serial and the id of its first matter."""

    pattern: Pattern
    copies: int
    first_serial: int = 0
    first_id: int = 0

    def ref(self, copy: int) -> str:
        spec = self.pattern.rules.spec
        serial = self.first_serial + copy
        return spec.number.format(body=self.pattern.body, year=self.pattern.year, serial=serial)


def write(patterns: Sequence[Pattern], *, matters: int, progress: Progress) -> Written:
    """Write so many matters, each a copy of a pattern under a number of its own."""
    share, left = divmod(matters, len(patterns))
    numbered = [_Numbered(one, share + (place < left)) for place, one in enumerate(patterns)]
    numbered.sort(key=lambda one: one.pattern.entries[0].at)
    series: Counter[str] = Counter()
    last = 0
    for one in numbered:
        name = _series(one.pattern.rules.spec.number, one.pattern.body, one.pattern.year)
        one.first_serial, one.first_id = series[name] + 1, last + 1
        series[name] += one.copies
        last += one.copies
    pages = _write_book(numbered, series, lambda done: progress(done * 0.6))
    rows = _write_rows(numbered, lambda done: progress(0.6 + done * 0.4))
    _store("casework_numberseries", ("series", "last"), series.items())
    _go_on_after(last)
    return Written(last, pages, rows)


def _series(pattern: str, body: str, year: int) -> str:
    return pattern.replace("{body}", body).replace("{year}", str(year))


# --- the book -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Template:
    """A page of a pattern as text, with signs where each copy differs."""

    at: str
    version: int
    header: tuple[str, ...]
    payload: str
    document: str


def _template(entry: Entry, one: _Numbered) -> _Template:
    at = chain.moment_text(timezone.localtime(entry.at))
    place = chain.Place(-1, "", LedgerConfig.hash_name, NONCE, SALT)
    page = chain.page(REF, entry, at, place)
    # Keys are sorted: the number of the matter comes first, then nonce, then page.
    before, rest = page.header.split(REF)
    between, rest = rest.split(NONCE)
    middle, after = rest.split('"seq":-1')
    number = str((entry.payload or {}).get("number", ""))
    document = number.removeprefix(SERIAL) if number.startswith(SERIAL) else ""
    name = _series(document, one.pattern.body, one.pattern.year)
    return _Template(
        at, entry.version, (before, between, f'{middle}"seq":', after), page.payload or "", name
    )


def _write_book(numbered: Sequence[_Numbered], series: Counter[str], progress: Progress) -> int:
    """Write all pages in the order of time; copies of one page stand one after another."""
    events = sorted(
        ((entry.at, place, entry) for place, one in enumerate(numbered) for entry in one.pattern.entries),
        key=lambda event: (event[0], event[1], event[2].version),
    )  # fmt: skip
    templates = ((numbered[place], _template(entry, numbered[place])) for _, place, entry in events)
    total = sum(one.copies * len(one.pattern.entries) for one in numbered)
    texts = _texts(templates, series)
    written = 0
    while part := list(islice(texts, BATCH)):
        with book.writing() as pen:
            pages = list(_chained(part, pen.last, pen.hash_name))
            _store("ledger_entry", chain.Page._fields, pages)
            head = (pages[-1].seq, pages[-1].digest, part[-1][0].at)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE ledger_head SET seq = %s, digest = %s, at = %s WHERE id = 1", head
                )
        written += len(part)
        progress(written / total)
    return written


def _texts(
    templates: Iterable[tuple[_Numbered, _Template]], series: Counter[str]
) -> Iterator[tuple[_Template, str, str]]:
    """Give each page to be written: its template, matter and payload."""
    for one, template in templates:
        for copy in range(one.copies):
            ref = one.ref(copy)
            payload = template.payload.replace(REF, ref)
            if template.document:
                series[template.document] += 1
                number = template.document.format(serial=series[template.document])
                payload = payload.replace(_written_number(one, template), number)
            yield template, ref, payload


def _written_number(one: _Numbered, template: _Template) -> str:
    start = template.payload.index(SERIAL)
    return template.payload[start : template.payload.index('"', start)]


def _chained(
    part: Iterable[tuple[_Template, str, str]], last: book.Appended, name: str
) -> Iterator[chain.Page]:
    """Chain pages to the last one of the book, as the book itself does."""
    seq, prev = last.seq, last.digest
    for template, ref, payload in part:
        seq += 1
        salt = token_hex(chain.NONCE_BYTES)
        before, between, middle, after = template.header
        nonce = token_hex(chain.NONCE_BYTES)
        header = f"{before}{ref}{between}{nonce}{middle}{seq}{after}"
        content = chain.payload_digest(salt, payload, name)
        digest = chain.line_digest(prev, chain.digest_of(header, name), content)
        yield chain.Page(seq, ref, template.version, header, payload, salt, content, prev, digest)
        prev = digest


# --- the rows -----------------------------------------------------------------------------------


def _write_rows(numbered: Sequence[_Numbered], progress: Progress) -> int:
    columns = ("id", "ref", *projections.MATTER_COLUMNS)
    words = columns.index("words")
    written = 0
    for start, group in _groups(numbered):
        heads: list[projections.Row] = []
        others: dict[str, list[projections.Row]] = {t.name: [] for t in projections.TABLES}
        for one in group:
            head = projections.matter_row(one.pattern.state, one.pattern.rules)
            rows = projections.rows_of(one.pattern.state, one.pattern.rules)
            for copy in range(one.copies):
                row = [one.first_id + copy, one.ref(copy), *head]
                row[words] = str(row[words]).replace(REF, str(row[1]))
                heads.append(tuple(row))
                for name, found in rows.items():
                    others[name] += [(row[0], *_of_copy(name, other, one, copy)) for other in found]
        with transaction.atomic():
            _store("casework_matter", columns, heads)
            for table in projections.TABLES:
                _store(table.name, ("matter_id", *table.columns), others[table.name])
        written += len(heads) + sum(map(len, others.values()))
        progress((start + len(group)) / len(numbered))
    return written


def _of_copy(table: str, row: projections.Row, one: _Numbered, copy: int) -> projections.Row:
    """Give a row of the pattern as its copy has it: where a number stands, its own."""
    if table != "casework_searchtext":
        return row
    level, text, pieces = (str(value) for value in row)
    if REF not in text:
        return row
    ref = one.ref(copy)
    return level, text.replace(REF, ref), search_rows.numbered(pieces, ref)


def _groups(numbered: Sequence[_Numbered]) -> Iterator[tuple[int, Sequence[_Numbered]]]:
    """Give patterns together whose copies fill a batch."""
    most = max(1, BATCH // 4 // max(1, numbered[0].copies))
    for start in range(0, len(numbered), most):
        yield start, numbered[start : start + most]


def _store(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows the fastest way each engine has; every trigger and constraint looks at each."""
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        if found := list(rows):
            cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", found)


def _go_on_after(last: int) -> None:
    """Let the next matter get the next id: PostgreSQL does not look at ids that were given."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('casework_matter', 'id'), %s)", [last]
            )
