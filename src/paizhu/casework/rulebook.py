"""The rules in use, and the rules each matter was opened under."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from paizhu.engine.entries import Entry
from paizhu.kernel.digest import canonical, digest
from paizhu.ledger import book, texts
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
        ) or runnable_from_texts(digest, _text)
        _known[digest] = found
    return found


@lru_cache(maxsize=1)
def _all_texts() -> dict[str, bytes]:
    return texts.everything()


def _text(name: str) -> bytes:
    """Give a text kept. All are read at once: a list of old matters would ask for hundreds.

    One that was kept since then is asked for by itself.
    """
    found = _all_texts().get(name)
    return texts.text(name) if found is None else found


def keep(procedure: RunnableProcedure) -> None:
    """Store every text the procedure rests on, so that it can be read long after its pack.

    All at once or none: where the manifest is, everything it names is.
    """
    if not texts.has(procedure.digest):
        texts.keep(_texts_of(procedure))


def publish(now: datetime) -> bool:
    """Record in the book that other rules are in use than before; give whether they were."""
    book_now = current()
    listing = canonical(sorted(book_now.texts))
    name = digest(listing)
    entry = Entry(
        kind="rules_changed",
        person="system",
        post="system",
        at=timezone.localtime(now),
        day=timezone.localtime(now).date(),
        rules=name,
        payload={"before": "", "after": name, "reasons": "rules in use", "clocks": []},
    )
    with book.writing() as pen:
        if not texts.keep([texts.Kept(name, "rulebook", "rules in use", listing)]):
            return False
        texts.keep(
            texts.Kept(text.digest, text.kind, text.name, text.data)
            for text in book_now.texts.values()
        )
        pen.append(None, entry)
    return True


def forget() -> None:
    """Read the packs anew at the next question; for a pack that changed while we run."""
    _load.cache_clear()
    _all_texts.cache_clear()
    _known.clear()


def _texts_of(procedure: RunnableProcedure) -> list[texts.Kept]:
    """Give the manifest and every text it names."""
    manifest = json.loads(procedure.manifest)
    digests = [
        manifest["procedure"],
        *manifest["tightenings"],
        manifest["calendar"],
        *manifest["instruments"].values(),
    ]
    known = current().texts
    named = [texts.Kept(procedure.digest, "manifest", procedure.name, procedure.manifest)]
    return named + [
        texts.Kept(known[one].digest, known[one].kind, known[one].name, known[one].data)
        for one in digests
        if one in known
    ]
