"""The dossier of a matter: a folder that proves itself to an outsider without this software."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from paizhu.engine.entries import Entry
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book, checkpoints, excerpt
from paizhu.ledger.chain import Page

CHECK = Path(__file__).with_name("dossier_check.py")
README = Path(__file__).with_name("dossier_readme.md")


def write(
    ref: str,
    out: Path,
    *,
    entries: Sequence[Entry],
    now: datetime,
    keys: Path,
    leaving_out: Collection[int] = (),
) -> Path:
    """Write the dossier of a matter into a new folder, and give the folder.

    `entries` are those of the matter as the reader may see them: a page whose payload is None or
    masked is proved by its digest alone. Of the versions in `leaving_out` the reader may not learn
    that they are there: they stand among the other digests. Whether they may have a dossier at all,
    the caller has asked.
    A checkpoint is signed if none yet stands after the last page. Raise Invalid if the folder holds
    something, NotFound if there is no such matter.
    """
    lines = book.lines_of(ref)
    if not lines:
        raise NotFound(Text(f"没有事项 {ref}。", f"There is no matter {ref}."))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Invalid(
            Text(
                f"{out} 已有内容，未作改动。请指定新的目录。",
                f"{out} already holds something and was left alone. Name a new folder.",
            )
        )
    checkpoint = checkpoints.covering(lines[-1].seq, now=now, keys=keys)
    part = excerpt.excerpt(ref, until=checkpoint.seq, leaving_out=leaving_out)
    seen = {entry.version: entry for entry in entries}
    chain = {"first": part.first, "prev": part.prev, "lines": part.between}
    record = {"ref": ref, "lines": [_line(page, seen.get(page.version)) for page in part.shown]}
    rules = excerpt.rule_texts({line.entry.rules for line in lines if line.entry.rules})
    files = {
        "README.md": README.read_bytes(),
        "verify.py": CHECK.read_bytes(),
        "entries.json": _json(record),
        "chain.json": json.dumps(chain, separators=(",", ":")).encode() + b"\n",
        "checkpoint.json": _json(asdict(checkpoint)),
        **{f"rules/{name.replace(':', '-')}": data for name, data in rules.items()},
    }
    _write(out, files)
    return out


def _line(page: Page, seen: Entry | None) -> dict[str, object]:
    """Give a page as it is shown: its content only when the reader may see all of it."""
    payload = None if page.payload is None else json.loads(page.payload)
    is_whole = payload is not None and seen is not None and seen.payload == payload
    line: dict[str, object] = {
        "seq": page.seq,
        "header": json.loads(page.header),
        "payload": payload if is_whole else None,
        "salt": page.salt if is_whole else None,
        "payload_digest": page.payload_digest,
        "prev": page.prev,
        "digest": page.digest,
    }
    if not is_whole and seen is not None and seen.payload is not None:
        line["unproved"] = seen.payload
    return line


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    """Write the files and, last, the list of their digests: without it a dossier is none."""
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    (out / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
