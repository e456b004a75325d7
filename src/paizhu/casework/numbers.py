"""Numbers of matters and documents: consecutive in their series, given under the lock of the book."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from paizhu.engine.entries import Value
from paizhu.kernel.digest import canonical, digest


def next_number(pattern: str, body: str, year: int) -> str:
    """Give the next number of a pattern such as `XS-{body}-{year}-{serial:03}`."""
    series = pattern.replace("{body}", body).replace("{year}", str(year))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_numberseries (series, last) VALUES (%s, 1)"
            " ON CONFLICT (series) DO UPDATE SET last = casework_numberseries.last + 1"
            " RETURNING last",
            [series],
        )
        serial = int(cursor.fetchone()[0])
    return pattern.format(body=body, year=year, serial=serial)


def content_digest(values: Mapping[str, Value]) -> str:
    """Give the digest of the values a document is made from."""
    return digest(canonical(dict(values)))
