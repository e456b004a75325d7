"""The declared tables: whole, chained, told apart by their headings, and free of what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from paizhu.analysis.catalog import tables
from paizhu.analysis.forbidden import kind_of_header
from paizhu.analysis.mapping import settle
from paizhu.analysis.sheets import open_sheet
from paizhu.analysis.tables import chains, load_tables
from paizhu.rules.mistakes import PackErrors

PACK = Path(__file__).resolve().parents[2] / "packs" / "cn-discipline"
#: What hospitals and commissions keep (facts: data a team may ask for).
WANTED = {
    "plans", "demands", "projects", "bids", "experts", "awards", "contracts", "amendments", "acceptances",
    "invoices", "payments", "items", "orders", "receipts", "issues", "charges", "equipment", "use_log",
    "works_budget", "research_spending", "posts", "rotation", "relatives", "outside_posts", "companies",
    "meeting_topics", "query_log", "operations", "purchases",
}  # fmt: skip


def test_every_table_a_team_may_ask_for_is_declared() -> None:
    assert set(tables()) >= WANTED


def test_every_entry_is_named_by_its_unit_and_a_number_of_its_own() -> None:
    for table in tables().values():
        assert table.identity
        assert table.table == "companies" or table.identity[0] == "unit"
        named = [table.columns[name] for name in table.identity]
        assert any(column.required == "row" for column in named), table.table


def test_no_table_asks_for_what_must_not_be_collected() -> None:
    for table in tables().values():
        for name, column in table.columns.items():
            for word in (name, column.title.zh, column.title.en, *column.synonyms):
                assert kind_of_header(word) is None, (table.table, name, word)


def test_no_table_asks_for_the_name_of_a_person() -> None:
    words = [w for t in tables().values() for c in t.columns.values() for w in (c.title.zh, *c.synonyms)]  # fmt: skip
    assert [w for w in words if "姓名" in w] == []


def test_a_heading_stands_for_one_column_of_a_table() -> None:
    for table in tables().values():
        seen: dict[str, str] = {}
        for name, column in table.columns.items():
            for word in {name, column.title.zh, column.title.en.casefold(), *column.synonyms}:
                assert seen.setdefault(word.casefold(), name) == name, (table.table, word)


def test_its_own_headings_are_understood_in_both_languages(tmp_path: Path) -> None:
    for table in tables().values():
        for lang in ("zh", "en"):
            titles = [column.title.say(lang) for column in table.columns.values()]
            file = tmp_path / f"{table.table}.csv"
            file.write_text(
                "\n".join([",".join(f'"{t}"' for t in titles), "," * (len(titles) - 1)]), "utf-8"
            )
            settled = settle(open_sheet(file), table, given=None)
            assert settled.problems == (), table.table
            assert settled.map.columns == dict(zip(table.columns, titles, strict=True)), table.table


def test_chains_lead_from_entry_to_entry() -> None:
    found = set(chains(tables()))
    assert ("payments", "contract_no", "contracts", "contract_no") in found
    assert ("receipts", "order_no", "orders", "order_no") in found
    kinds = {(t, c): column.type for t, table in tables().items() for c, column in table.columns.items()}  # fmt: skip
    assert all(kinds[table, column] == kinds[to, key] for table, column, to, key in found)


@pytest.mark.parametrize("wrong", ["contract.contract_no", "contracts.contract_number"])
def test_a_chain_that_leads_nowhere_is_named(tmp_path: Path, wrong: str) -> None:
    shutil.copytree(PACK / "tables", tmp_path / "tables")
    file = tmp_path / "tables" / "payments.yaml"
    text = file.read_text("utf-8")
    assert "contracts.contract_no" in text
    file.write_text(text.replace("contracts.contract_no", wrong), "utf-8")
    with pytest.raises(PackErrors) as refused:
        load_tables([tmp_path])
    (mistake,) = refused.value.mistakes
    assert (Path(mistake.file).name, mistake.key) == ("payments.yaml", "columns.contract_no.refers")
    assert mistake.allowed == ("contracts.contract_no",)
