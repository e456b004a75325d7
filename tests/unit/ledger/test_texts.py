"""Rule texts are kept by digest and given back as they were."""

from __future__ import annotations

import pytest
from django.db import connection

from paizhu.kernel.digest import digest
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.ledger import texts
from paizhu.ledger.verify import verify
from tests.plugins.owner import guards_off
from tests.unit.ledger import books

pytestmark = pytest.mark.django_db


def kept(data: bytes, name: str | None = None) -> texts.Kept:
    return texts.Kept(name or digest(data), "calendar", "cn", data)


def test_a_text_is_kept_once_and_read_back() -> None:
    assert texts.keep([kept(b"a"), kept(b"b")]) == 2
    assert texts.keep([kept(b"b"), kept(b"c"), kept(b"c")]) == 1
    assert texts.keep([]) == 0
    assert texts.text(digest(b"b")) == b"b"


def test_a_text_may_be_named_by_either_hash() -> None:
    name = digest(b"a", "sm3")
    texts.keep([kept(b"a", name)])
    assert texts.text(name) == b"a"
    assert verify().is_good


def test_a_text_that_is_not_what_its_digest_says_is_not_kept() -> None:
    with pytest.raises(Invalid, match="calendar cn"):
        texts.keep([kept(b"a"), kept(b"b", digest(b"c"))])
    with pytest.raises(NotFound, match="holds no rule text"):
        texts.text(digest(b"a"))


def test_a_page_under_unknown_rules_is_found() -> None:
    books.put("A", 1)
    (finding,) = verify().findings
    assert (finding.seq, finding.where) == (1, "ruletext")


def test_a_missing_part_of_the_rules_is_found() -> None:
    books.keep_rules()
    books.put("A", 1)
    assert verify().is_good
    with guards_off(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_ruletext WHERE digest = %s", (digest(books.CALENDAR),))
    (finding,) = verify().findings
    assert digest(books.CALENDAR) in finding.say.en
