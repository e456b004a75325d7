"""A large installation is as sound as one made step by step: only faster made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from paizhu.casework import desk, queries, rebuilding, rulebook
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import Matter
from paizhu.demo.bulk.seeding import seed
from paizhu.kernel.errors import NotAllowed
from paizhu.ledger.verify import verify
from paizhu.registry.models import Account, Body
from paizhu.registry.principals import who

NOW = datetime(2026, 8, 19, 7, 40, tzinfo=UTC)
MATTERS = 700


@pytest.fixture
def filled(db, settings, tmp_path):
    settings.PAIZHU_DATA = tmp_path
    rulebook.forget()
    shares = []
    made = seed(
        matters=MATTERS, teams=2, now=NOW, password="a word for all", progress=shares.append
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1
    return made


def test_copies_chain_fold_and_go_on(filled):
    assert filled.matters == Matter.objects.filter(pk__lte=MATTERS).count() == MATTERS
    assert filled.accounts == Account.objects.count() == 11
    assert verify().findings == ()
    checked = rebuilding.check()
    assert (checked.matters, checked.differences) == (Matter.objects.count(), ())
    officer = who(Account.objects.get(username="t01-officer-1"), on=NOW.date())
    page = queries.matters(officer, MatterFilter(), on=NOW.date())
    assert len({row.ref for row in page.rows}) == len(page.rows) == 50
    raw = {"unit": f"body:{Body.objects.get(code='U01').pk}", "origin": "supervision",
           "seen": "一", "asks": "二", "unit_signs": "no"}  # fmt: skip
    opened = desk.open(actor=officer, procedure="question", body="T01", raw=raw, now=NOW)
    assert not Matter.objects.filter(ref=opened.ref, pk__lte=MATTERS).exists()
    assert verify().findings == ()


def test_nothing_is_filled_in_on_top_of_a_ledger(filled):
    with pytest.raises(NotAllowed):
        seed(matters=1, teams=1, now=NOW, password="x", progress=lambda share: None)
