"""An empty installation is founded whole or not at all, once, and its people stand in the book."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from paizhu.casework import accounts, founding, rulebook
from paizhu.kernel.errors import NotAllowed, NotFound
from paizhu.ledger import book
from paizhu.ledger.verify import verify
from paizhu.registry import administration
from paizhu.registry.models import Account, Body, FirstPassword, Person, Post, Tenure, Tie
from paizhu.registry.principals import superior_of, supervised_by, who
from paizhu.rules.charter import ADMINISTRATION, Charter
from paizhu.rules.check import charter as charters
from tests import world as worlds

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
ON = date(2026, 1, 5)
TABLES = (Body, Tie, Post, Person, Tenure, Account, FirstPassword)


@pytest.fixture
def empty(db, settings):
    settings.PAIZHU_PACKS = worlds.PACKS
    rulebook.forget()
    yield
    rulebook.forget()


@pytest.fixture(scope="module")
def charter() -> Charter:
    file = Path(worlds.ROOT) / "docs" / "how-to" / "founding.yaml"
    return charters.read(file.read_bytes(), file=file.name, on=ON)[0]


def test_everything_the_file_names_is_made(empty, charter):
    made = founding.found(charter, now=NOW)
    assert made.counted == {"bodies": 8, "ties": 9, "posts": 24, "persons": 25, "tenures": 25}
    kept = (Body, Tie, Post, Person, Tenure)
    assert [table.objects.count() for table in kept] == list(made.counted.values())
    bodies = {one.code: one.pk for one in Body.objects.all()}
    assert superior_of(bodies["WJ"], on=ON) == bodies["YJW"]
    assert supervised_by([bodies["WJ"]], on=ON) == {bodies["YWJ"], bodies["H01"], bodies["H02"]}
    english = Account.objects.get(username="lu.tinglan")
    assert (english.language, english.person.code) == ("en", "YT016")
    assert not Account.objects.filter(person__code="YT033").exists()


def test_each_appointment_and_account_is_a_page_by_the_installation(empty, charter):
    made = founding.found(charter, now=NOW)
    lines = [line.entry for line in book.iter_all()]
    assert [entry.kind for entry in lines[:1]] == ["rules_changed"]
    kinds = [entry.kind for entry in lines]
    assert (kinds.count("posts_changed"), kinds.count("accounts_changed")) == (25, 24)
    assert made.page == len(lines) == 50
    assert {(entry.person, entry.name) for entry in lines} == {("system", "")}
    opened = [entry.payload for entry in lines if entry.kind == "accounts_changed"]
    assert {one["what"] for one in opened} == {"opened"}
    assert {one["account"] for one in opened} == {link.username for link in made.links}
    assert verify().is_good


def test_three_persons_look_after_it_and_know_nothing_else(empty, charter):
    founding.found(charter, now=NOW)
    found = {}
    for post in ADMINISTRATION:
        tenure = Tenure.objects.get(post__key=post)
        found[post] = who(tenure.person.account, on=ON)
        assert Tenure.objects.filter(person=tenure.person).count() == 1
    assert {key: one.administers for key, one in found.items()} == administration.POSTS
    assert {one.posts for one in found.values()} == {()}


def test_a_link_sets_a_password_once_and_in_time(empty, charter):
    made = founding.found(charter, now=NOW)
    first, second = made.links[0], made.links[1]
    assert accounts.of_link(first.secret, now=NOW).username == first.username
    owner = accounts.set_first_password(first.secret, "quiet river stones", now=NOW)
    assert owner.check_password("quiet river stones")
    with pytest.raises(NotFound):
        accounts.of_link(first.secret, now=NOW)
    assert second.expires_at == NOW + timedelta(days=3)
    with pytest.raises(NotFound):
        accounts.of_link(second.secret, now=second.expires_at)


@pytest.mark.parametrize("there", ["body", "person"])
def test_nothing_is_founded_where_anything_is(empty, charter, there):
    if there == "body":
        Body.objects.create(code="X", kind="unit", name_zh="某", name_en="X")
    else:
        Person.objects.create(code="X", name_zh="某", name_en="X")
    before, page = [table.objects.count() for table in TABLES], book.last()
    with pytest.raises(NotAllowed) as refused:
        founding.found(charter, now=NOW)
    assert "不能再次建立" in refused.value.say.zh
    assert "nothing was founded" in refused.value.say.en
    assert [table.objects.count() for table in TABLES] == before
    assert book.last() == page


def test_rules_written_down_by_serving_empty_tables_do_not_stand_in_the_way(empty, charter):
    rulebook.publish(NOW)
    assert founding.found(charter, now=NOW).counted["bodies"] == len(charter.bodies)


def test_a_second_founding_is_refused(empty, charter):
    page = founding.found(charter, now=NOW).page
    with pytest.raises(NotAllowed):
        founding.found(charter, now=NOW)
    assert book.last().seq == page


def test_what_the_tables_refuse_half_way_leaves_nothing(empty, charter):
    """As if the check had missed something: the last of the persons has the account of the first."""
    persons = list(charter.persons)
    persons[-1] = persons[-1].model_copy(update={"account": persons[0].account})
    with pytest.raises(DatabaseError):
        founding.found(charter.model_copy(update={"persons": tuple(persons)}), now=NOW)
    assert [table.objects.count() for table in TABLES] == [0] * len(TABLES)
    assert book.last().seq == 0
    assert founding.found(charter, now=NOW).page == 50


def test_the_file_allows_what_the_tables_hold(empty):
    """The pure floors cannot ask the tables, so what both say is compared here."""
    longest = {
        key: (
            table._meta.get_field(f"{name}_zh").max_length,
            table._meta.get_field(f"{name}_en").max_length,
        )
        for key, table, name in (("body", Body, "name"), ("post", Post, "title"), ("person", Person, "name"))
    }  # fmt: skip
    assert longest == charters.LONGEST
    assert set(charters.TIES) == set(Tie.KINDS)
    assert {kind for pairs in charters.TIES.values() for pair in pairs for kind in pair} == set(Body.KINDS)  # fmt: skip
    assert charters.USERNAME == accounts.USERNAME
    assert charters.STAFF_CODE == accounts.CODE
    assert tuple(administration.POSTS) == ADMINISTRATION == tuple(founding.TITLES)
    for pattern, table, name in ((charters.BODY_CODE, Body, "code"), (charters.POST_KEY, Post, "key")):  # fmt: skip
        most = table._meta.get_field(name).max_length
        letter = "A" if table is Body else "a"
        assert pattern.fullmatch(letter * most)
        assert not pattern.fullmatch(letter * (most + 1))
