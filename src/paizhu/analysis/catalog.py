"""The declared tables in use, read once a process from the pack folders of the settings."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from paizhu.analysis.tables import Table, load_tables


@lru_cache(maxsize=4)
def _tables(folders: tuple[Path, ...]) -> dict[str, Table]:
    return load_tables(folders)


def folders() -> tuple[Path, ...]:
    """Give the pack folders of the settings."""
    return tuple(Path(folder) for folder in settings.PAIZHU_PACKS)


def tables() -> dict[str, Table]:
    """Give the declared business tables."""
    return _tables(folders())
