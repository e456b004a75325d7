"""Relations of a supplier: from which rows, for whom, by what, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import relations
from paizhu.analysis.catalog import tables
from paizhu.analysis.importing import import_file
from paizhu.analysis.matching import key_of
from paizhu.analysis.models import Sameness, Source
from paizhu.kernel.errors import Invalid, NotFound
from tests.analysis.conftest import NOW, World, make_source, write_csv

#: The department deals with one; another has its name with another form, a third its seat and holder.
ONE, LIKE, BEHIND = "浙江康泰医疗器械有限公司", "康泰医疗器械股份公司", "宏远物流有限公司"
NUMBER, OTHER_NUMBER = "91330100MA0000001X", "91330100MA0000002Y"
BOOKS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "contracts": (
        {"unit": "市第一医院", "contract_no": "1", "supplier": ONE, "supplier_id": NUMBER},
        {"unit": "市第一医院", "contract_no": "2", "supplier": ONE, "supplier_id": NUMBER},
        {"unit": "市第二医院", "contract_no": "3", "supplier": LIKE, "supplier_id": ""},
    ),
    "companies": (
        {"company_id": NUMBER, "company": ONE, "address": "杭州市西湖区文三路12号",
         "role": "法定代表人", "holder_key": "d:aaaa"},
        {"company_id": OTHER_NUMBER, "company": BEHIND, "address": "杭州市西湖区文三路12号",
         "role": "股东", "holder_key": "d:aaaa"},
    ),
    "relatives": (
        {"unit": "市第一医院", "staff_code": "S1", "post_no": "G7", "relation": "配偶",
         "relative_key": "d:aaaa", "company": ONE, "company_id": NUMBER, "declared_date": "2025-01-05"},
        {"unit": "市第一医院", "staff_code": "S2", "post_no": "G8", "relation": "配偶",
         "relative_key": "d:bbbb", "company": ONE, "company_id": "", "declared_date": "2025-01-05"},
    ),
    "outside_posts": (
        {"unit": "市第二医院", "staff_code": "S3", "post_no": "G9", "company": "别名", "company_id": NUMBER,
         "role": "顾问", "since_date": "2024-01-01"},
    ),
}  # fmt: skip


@pytest.fixture
def books(world: World, tmp_path: Path) -> list[Source]:
    """Every table as a source of the commission, taken in by the officer."""
    return [bring(world, tmp_path, table, rows) for table, rows in BOOKS.items()]


def bring(world: World, tmp_path: Path, table: str, rows: Sequence[Mapping[str, str]]) -> Source:
    source = make_source(world, f"wj-{table.replace('_', '-')}", table=table)
    columns = tables()[table].columns
    filled = [
        name for name in columns if columns[name].required != "no" or any(r.get(name) for r in rows)
    ]
    filler = {"money": "1000", "date": "2025-03-03", "number": "1", "text": ""}
    cells = [[r.get(name, filler[columns[name].type]) for name in filled] for r in rows]
    path = write_csv(tmp_path / f"{table}.csv", cells, [columns[name].title.zh for name in filled])
    report = import_file(table, path, source=source.key, actor=world.officer, now=NOW)
    assert report.stored, report.say
    return source


def ties(found: relations.Relations) -> list[tuple[str, str, int]]:
    return [(tie.whom.en, tie.because.en, tie.rows) for tie in found.ties]


def test_a_supplier_is_shown_with_units_companies_and_posts(world: World, books: Any) -> None:
    found = relations.relations_of(world.officer, key_of(ONE), now=NOW)
    assert set(ties(found)) == {
        ("市第一医院", "the same registration number", 2),
        (BEHIND, "one holder or officer in both (the same digest)", 1),
        (BEHIND, "the same registered address", 1),
        ("市第一医院 · post G7", "declared, and the register bears it out (number and digest)", 1),
        ("市第二医院 · post G9", "the same registration number, as declared", 1),
    }  # fmt: skip
    assert len(found.ties) == 5


def test_a_declaration_with_a_name_alone_ties_no_post(world: World, books: Any) -> None:
    found = relations.relations_of(world.officer, key_of(ONE), now=NOW)
    assert found.unmatched_posts == 1
    assert not any("G8" in tie.whom.en for tie in found.ties)


def test_no_text_of_the_relations_names_or_points_to_a_person(world: World, books: Any) -> None:
    found = relations.relations_of(world.officer, key_of(ONE), now=NOW)
    said = " ".join(f"{t.whom.zh} {t.because.zh} {t.whom.en} {t.because.en}" for t in found.ties)
    for hidden in ("S1", "S2", "S3", "d:aaaa", "d:bbbb", "配偶"):
        assert hidden not in said


def test_a_person_confirms_another_spelling_and_its_ties_come_in(world: World, books: Any) -> None:
    found = relations.relations_of(world.officer, key_of(ONE), now=NOW)
    (like,) = found.candidates
    assert (like.company.name, like.because[0].en) == (
        LIKE, "the same name without place and legal form"
    )  # fmt: skip
    relations.confirm(
        world.officer, key_of(ONE), like.company.key, same=True, reasons="发票抬头为证", now=NOW
    )
    joined = relations.relations_of(world.officer, key_of(ONE), now=NOW)
    assert joined.candidates == ()
    assert ("市第二医院", "the same name; no registration number given", 1) in ties(joined)
    kept = Sameness.objects.get()
    assert (kept.same, kept.by_id, kept.reasons) == (True, world.officer.person, "发票抬头为证")
    assert ONE not in f"{kept.one}{kept.other}", "digests only"


def test_a_spelling_said_to_be_another_company_is_not_offered_again(
    world: World, books: Any
) -> None:
    other = key_of(LIKE)
    relations.confirm(world.officer, key_of(ONE), other, same=False, reasons="另一家", now=NOW)
    found = relations.relations_of(world.officer, key_of(ONE), now=NOW)
    assert found.candidates == ()
    assert len(found.spellings) == 1
    assert relations.relations_of(world.leader, key_of(ONE), now=NOW).candidates, (
        "said for one team"
    )


def test_a_word_needs_reasons_and_something_that_was_offered(world: World, books: Any) -> None:
    with pytest.raises(Invalid):
        relations.confirm(world.officer, key_of(ONE), key_of(LIKE), same=True, reasons=" ", now=NOW)
    with pytest.raises(NotFound):
        relations.confirm(
            world.officer, key_of(ONE), key_of(BEHIND), same=True, reasons="x", now=NOW
        )


def test_others_and_expired_sources_give_nothing(world: World, books: list[Source]) -> None:
    key = key_of(ONE)
    for who in (world.stranger, world.liaison):
        assert relations.suppliers(who, "", now=NOW) == ((), 0)
        with pytest.raises(NotFound):
            relations.relations_of(who, key, now=NOW)
    later = NOW + timedelta(days=365)
    assert relations.suppliers(world.officer, "", now=later) == ((), 0)
    with pytest.raises(NotFound):
        relations.relations_of(world.officer, key, now=later)


def test_suppliers_are_found_by_part_of_the_name_or_the_number(world: World, books: Any) -> None:
    def names(wanted: str) -> list[str]:
        return [one.name for one in relations.suppliers(world.officer, wanted, now=NOW)[0]]

    assert names("康泰") == [ONE, LIKE]
    assert names(NUMBER.lower()) == [ONE]
    assert set(names("")) == {ONE, LIKE, BEHIND}
    assert names("没有") == []
