"""The rules in use, and the rules each matter was opened under."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from paizhu.ledger import texts
from paizhu.rules.load import load
from paizhu.rules.rulebook import Rulebook, RunnableProcedure, runnable_from_texts


@lru_cache(maxsize=4)
def _load(folders: tuple[str, ...]) -> Rulebook:
    return load([Path(folder) for folder in folders])


def current() -> Rulebook:
    """Give the rules in use, read once a process from the folders of the settings."""
    return _load(tuple(str(folder) for folder in settings.PAIZHU_PACKS))


_known: dict[str, RunnableProcedure] = {}


def rules_of(digest: str) -> RunnableProcedure:
    """Give the procedure a digest names: one in use, or one rebuilt from the texts kept."""
    found = _known.get(digest)
    if found is None:
        found = next(
            (
                procedure
                for versions in current().procedures.values()
                for procedure in versions
                if procedure.digest == digest
            ),
            None,
        ) or runnable_from_texts(digest, texts.text)
        _known[digest] = found
    return found


def keep(procedure: RunnableProcedure) -> None:
    """Store every text the procedure rests on, so that it can be read long after its pack."""
    texts.keep(texts_of(procedure))


def texts_of(procedure: RunnableProcedure) -> list[texts.Kept]:
    """Give the manifest and every text it names."""
    import json  # noqa: PLC0415 - read here only

    book = current()
    manifest = json.loads(procedure.manifest)
    digests = [
        manifest["procedure"],
        *manifest["tightenings"],
        manifest["calendar"],
        *manifest["instruments"].values(),
    ]
    named = [texts.Kept(procedure.digest, "manifest", procedure.name, procedure.manifest)]
    for digest in digests:
        text = book.texts.get(digest)
        if text is not None:
            named.append(texts.Kept(text.digest, text.kind, text.name, text.data))
    return named
