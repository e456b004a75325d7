"""Does the book still say what was written? Finds and names every page that does not."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from paizhu.engine.entries import KINDS, Value
from paizhu.kernel.digest import ALGORITHMS, digest
from paizhu.ledger import closely, quick, ranges, reads
from paizhu.ledger.checkpoints import Checkpoint
from paizhu.ledger.walk import Finding, Row, Walk

__all__ = ["Finding", "Report", "verify"]

#: So many numbers in one statement.
MOST_ASKED = 5000
_DIGEST = re.compile(r"(?:sha256|sm3):[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; the book is good if nothing was."""

    pages: int
    digest: str
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        return not self.findings


def verify(*, against: Checkpoint | None = None, key: str | None = None) -> Report:
    """Read the whole book and everything it vouches for.

    `against` is a checkpoint kept elsewhere, `key` the public key it should be signed with: only
    with them is a book found out that its owner wrote anew from end to end.
    """
    walk = Walk()
    head = _read_all(walk)
    _check_head(walk, head)
    _check_removals(walk)
    _check_rule_texts(walk)
    _check_checkpoints(walk, key)
    _check_seals(walk)
    if against is not None:
        _check_against(walk, against, key)
    findings = sorted(walk.findings, key=lambda finding: finding.seq)
    return Report(walk.seq, walk.digest, tuple(findings))


def _read_all(walk: Walk) -> Any:
    """Read to the end, a part at a time so that writers never wait; give the head row found there.

    Head and last page are read in one statement: what is appended meanwhile is read as well.
    """
    after = _read_in_halves(walk)
    while True:
        while _read_some(walk, after):
            after = walk.seq
        top, *head = _rows(
            "SELECT (SELECT MAX(seq) FROM ledger_entry), head.seq, head.digest, head.at "
            "FROM (SELECT 1 AS id) one LEFT JOIN ledger_head head ON head.id = one.id"
        )[0]
        if top is None or top <= after:
            return head


def _read_in_halves(walk: Walk) -> int:
    """Read a large book with a second process; give the page after which there is still to read."""
    after = -(2**31)
    pages = _rows("SELECT MAX(seq) FROM ledger_entry")[0][0] or 0
    later = ranges.second(connection.vendor, connection.get_connection_params(), pages)
    if later is None:
        return after
    try:
        while _read_some(walk, after, later.begins):
            after = walk.seq
        return walk.seq if later.joins(walk) else after
    finally:
        later.leave()


def _read_some(walk: Walk, after: int, until: int | None = None) -> bool:
    """Read what one statement gives; False if there is nothing more."""
    is_more = False
    with connection.cursor() as cursor:
        for rows in ranges.parts(cursor, connection.vendor, after, until):
            is_more = True
            if not quick.all_hold(walk, rows):
                for row in rows:
                    closely.look(walk, Row(*row))
    return is_more


def _check_head(walk: Walk, head: list[Any]) -> None:
    seq, name, at = head
    if not isinstance(seq, int):
        if walk.seq:
            walk.find(
                walk.seq, "head", "台账末页标记缺失。", "The mark of the last page is missing."
            )
    elif seq > walk.seq:
        walk.find(walk.seq + 1, "head.seq", f"第 {walk.seq + 1} 至 {seq} 页被截去。",
                  f"Pages {walk.seq + 1} to {seq} were cut off the end.")  # fmt: skip
    elif (seq, name, at) != (walk.seq, walk.digest, walk.at):
        walk.find(walk.seq, "head", f"末页标记(第 {seq} 页)与第 {walk.seq} 页不符。",
                  f"The mark of the last page (page {seq}) does not match page {walk.seq}."
                  )  # fmt: skip


def _check_removals(walk: Walk) -> None:
    """Content may be missing only where a later page of the same matter names two persons for it."""
    lawful = set()
    for seq, header, payload in walk.pages_of("shredded"):
        if header.person == payload.get("approved_by"):
            walk.find(seq, "entry.payload", f"第 {seq} 页的内容移除由同一人提出和批准。",
                      f"On page {seq} one person both asked for and approved a removal."
                      )  # fmt: skip
        for page in _numbers(payload.get("entries")):
            gone = walk.empty.get(page)
            if gone is None:
                walk.find(page, "entry.payload", f"第 {page} 页的内容已按第 {seq} 页移除,却又出现。",
                          f"The content of page {page} was removed by page {seq} but is there again."
                          )  # fmt: skip
            elif gone.matter == header.matter and page < seq and _may_go(gone.kind):
                lawful.add(page)
    for page in (walk.empty.keys() - lawful) | _halves(sorted(walk.empty)):
        walk.find(page, "entry.payload", f"第 {page} 页的内容被移除,而没有相应的移除记录。",
                  f"The content of page {page} is gone, and no page records a lawful removal."
                  )  # fmt: skip


def _halves(pages: list[int]) -> set[int]:
    """Give the pages of which only one of payload and salt is missing: that is no removal."""
    found: set[int] = set()
    for start in range(0, len(pages), MOST_ASKED):
        some = pages[start : start + MOST_ASKED]
        marks = ", ".join(["%s"] * len(some))
        query = f"SELECT seq FROM ledger_entry WHERE COALESCE(payload, salt) IS NOT NULL AND seq IN ({marks})"
        found.update(seq for (seq,) in _rows(query, *some))
    return found


def _numbers(value: Value) -> list[int]:
    return [page for page in value if isinstance(page, int)] if isinstance(value, list) else []


def _may_go(kind: str) -> bool:
    return kind in KINDS and KINDS[kind].shred == "payload"


def _check_rule_texts(walk: Walk) -> None:
    """Each text is what its digest says, and every text a page or a manifest rests on is there."""
    used = {rules.decode(): seq for rules, seq in walk.rules.items() if rules}
    rows = _rows("SELECT digest, data FROM ledger_ruletext")
    texts = {
        str(name): data.encode() if isinstance(data, str) else bytes(data) for name, data in rows
    }
    for name, seq in used.items():
        if name in texts:
            for part in _DIGEST.findall(texts[name].decode("utf-8", "replace")):
                if part not in texts:
                    _no_text(walk, seq, part)
        else:
            _no_text(walk, seq, name)
    for name, data in texts.items():
        algorithm = name.partition(":")[0]
        if algorithm not in ALGORITHMS or digest(data, algorithm) != name:
            seq = used.get(name, 0)
            walk.find(seq, "ruletext.data", f"规则文本 {name} 被改动过。",
                      f"The rule text {name} was changed.")  # fmt: skip


def _no_text(walk: Walk, seq: int, name: str) -> None:
    walk.find(seq, "ruletext", f"第 {seq} 页所依据的规则文本 {name} 不在台账中。",
              f"Page {seq} rests on the rule text {name}, which is not in the ledger."
              )  # fmt: skip


def _check_checkpoints(walk: Walk, key: str | None) -> None:
    """Each checkpoint stands word for word on its page, is signed, and names the page rightly."""
    rows = _rows(
        "SELECT entry, seq, digest, at, key, signature FROM ledger_checkpoint WHERE entry <= %s",
        walk.seq,
    )
    stored = {row[0]: Checkpoint(*row[1:]) for row in rows}
    pages = {seq: payload for seq, _, payload in walk.pages_of("checkpoint")}
    named = "SELECT seq, digest FROM ledger_entry WHERE seq IN (SELECT seq FROM ledger_checkpoint)"
    digests: dict[int, str] = dict(_rows(named))
    for seq in stored.keys() | pages.keys():
        found, payload = stored.get(seq), pages.get(seq)
        said = {} if found is None else asdict(found)
        said.pop("at", None)
        if found is None or payload is None or said != dict(payload):
            walk.find(seq, "checkpoint", f"第 {seq} 页的检查点与检查点表不符。",
                      f"The checkpoint on page {seq} and the table of checkpoints differ."
                      )  # fmt: skip
        elif not found.is_signed() or (key is not None and found.key != key):
            walk.find(seq, "checkpoint.signature", f"第 {seq} 页检查点的签名不成立。",
                      f"The signature of the checkpoint on page {seq} does not hold."
                      )  # fmt: skip
        elif digests.get(found.seq) != found.digest:
            _not_as_signed(walk, found)


def _check_against(walk: Walk, kept: Checkpoint, key: str | None) -> None:
    """Compare with a checkpoint kept elsewhere: rewriting or truncation before it shows."""
    if not kept.is_signed() or (key is not None and kept.key != key):
        walk.find(kept.seq, "checkpoint.signature", "所给检查点的签名不是本单位的。",
                  "The checkpoint given is not signed by this installation.")  # fmt: skip
    rows = _rows("SELECT digest FROM ledger_entry WHERE seq = %s", kept.seq)
    if not rows or rows[0][0] != kept.digest:
        _not_as_signed(walk, kept)


def _not_as_signed(walk: Walk, kept: Checkpoint) -> None:
    walk.find(kept.seq, "checkpoint.digest",
              f"第 {kept.seq} 页与 {kept.at} 签署时不同:该页或之前的内容被改写或截去。",
              f"Page {kept.seq} is not what was signed at {kept.at}: it, or pages before it, were "
              "rewritten or cut off.")  # fmt: skip


def _check_seals(walk: Walk) -> None:
    """Each sealed day stands word for word on its page, and its lines give the digest sealed."""
    rows = _rows(
        "SELECT entry, day, lines, digest FROM ledger_readseal WHERE entry <= %s", walk.seq
    )
    stored: dict[int, dict[str, Value]] = {
        row[0]: dict(zip(("day", "lines", "digest"), row[1:], strict=True)) for row in rows
    }
    pages = {seq: dict(payload) for seq, _, payload in walk.pages_of("reads_sealed")}
    for seq in stored.keys() | pages.keys():
        sealed = pages.get(seq)
        if sealed is None or stored.get(seq) != sealed:
            walk.find(seq, "readseal", f"第 {seq} 页封存的阅读记录与封存表不符。",
                      f"The read lines sealed on page {seq} and the table of seals differ."
                      )  # fmt: skip
            continue
        day, name = str(sealed.get("day")), str(sealed.get("digest"))
        algorithm = name.partition(":")[0]
        lines = reads.of_day(day, algorithm) if algorithm in ALGORITHMS else None
        if lines != (sealed.get("lines"), name):
            walk.find(seq, "readline", f"{day} 的阅读记录在第 {seq} 页封存之后被改动过。",
                      f"The read lines of {day} were changed after page {seq} sealed them."
                      )  # fmt: skip


def _rows(query: str, *parameters: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return list(cursor.fetchall())
