"""The index of pieces, as each engine has it, and what a word is asked of it by.

SQLite keeps a full-text table without content, written by triggers; its row number is the matter's
id times four plus the level. PostgreSQL keeps an inverted index over the pieces of the table itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from paizhu.kernel import cutting, initials

SLOTS = 4
#: The expression that the index of PostgreSQL stands on.
VECTOR = "array_to_tsvector(string_to_array(pieces, ' '))"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, and the keys of bodies and persons that are called so."""

    text: str
    keys: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Say whether it holds nothing that could be found."""
        sought = cutting.sought(self.text)
        return not (sought.whole or sought.beginning)


def asked(word: Word, pieces_of_keys: Sequence[str]) -> str:
    """Give what the index of this engine is asked for a word: any of the ways it may be found."""
    sought = cutting.sought(word.text)
    ways = [_all_of((*sought.whole,), sought.beginning)]
    if letters := initials.sought(word.text):
        ways.append(_all_of(tuple(letters), ""))
    ways += [_all_of((piece,), "") for piece in pieces_of_keys]
    return (" | " if _is_postgres() else " OR ").join(f"({way})" for way in ways)


def _all_of(whole: tuple[str, ...], beginning: str) -> str:
    if _is_postgres():
        parts = [f"'{piece}'" for piece in whole] + ([f"'{beginning}':*"] if beginning else [])
        return " & ".join(parts)
    parts = [f'"{piece}"' for piece in whole] + ([f'"{beginning}" *'] if beginning else [])
    return " AND ".join(parts)


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
