"""Refusals 3 and 4: what must not come in, and nothing without a purpose; the store shows no more."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import sources, store
from paizhu.analysis.catalog import tables
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Load, Source
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.analysis.conftest import (
    HEADERS,
    NOW,
    World,
    make_source,
    places,
    purchase,
    stored,
    write_csv,
    write_xlsx,
)
from tests.analysis.test_forbidden import card_number, identity_number

Run = Callable[..., Any]


# --- refusal 3 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["身份证号", "患者姓名", "住院号", "银行卡号", "GPS", "聊天记录", "人脸图片", "联系电话"],
)
def test_a_refused_column_refuses_the_whole_sheet(
    bring_in: Run, source: Source, tmp_path: Path, header: str
) -> None:
    rows = [[*purchase(n), "x"] for n in range(1, 30)]
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", [*HEADERS, header], rows))
    assert (report.outcome, report.kept, report.refused) == ("refused", 0, 29)
    assert report.problems[0].column == "K"
    assert "不得采集" in report.problems[0].say.zh
    assert not Load.objects.exists()
    assert not list(store.folder().rglob("*.parquet"))


def test_content_is_recognized_under_an_innocent_header_and_never_repeated(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rng = random.Random(5)
    for number, make in enumerate(
        [identity_number, card_number, lambda r: f"138{r.randrange(10**8):08}"]
    ):
        values = [make(rng) for _ in range(40)]
        rows = [[*purchase(n), value] for n, value in enumerate(values)]
        path = write_csv(tmp_path / f"{number}.csv", rows, [*HEADERS, "备注"])
        report = bring_in(path)
        assert report.outcome == "refused"
        assert report.problems[0].row == 2
        assert not any(value in repr(report) for value in values)
    assert stored(source) == []


def test_telephones_may_be_left_out_by_the_mapping_and_only_they(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [[*purchase(1), "0571-8888", "x"]]
    path = write_csv(tmp_path / "1.csv", rows, [*HEADERS, "供应商电话", "住院号"])
    guessed = bring_in(path).mapping
    both = guessed.model_copy(update={"ignored": ("供应商电话", "住院号")})
    assert [p.column for p in bring_in(path, mapping=both).problems] == ["L"]
    path = write_csv(tmp_path / "2.csv", [row[:-1] for row in rows], [*HEADERS, "供应商电话"])
    report = bring_in(path, mapping=both)
    assert report.outcome == "stored"
    assert [(f.header.title, f.is_ignored) for f in report.forbidden] == [("供应商电话", True)]
    data = b"".join(p.read_bytes() for p in store.folder().rglob("*.parquet"))
    assert b"0571-8888" not in data
    mapped = both.model_copy(update={"columns": {**both.columns, "item": "供应商电话"}})
    path = write_csv(tmp_path / "3.csv", [row[:-1] for row in rows] * 2, [*HEADERS, "供应商电话"])
    assert bring_in(path, mapping=mapped).outcome == "refused"


def test_a_single_telephone_in_a_text_refuses_its_row_alone(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [purchase(n) for n in range(1, 40)] + [purchase(40, 采购内容="请联系 13812345678")]
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, rows))
    assert (report.kept, places(report)) == (39, [(41, "E")])
    assert "13812345678" not in repr(report)


def test_columns_without_a_place_are_never_stored(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [[*purchase(1), "机密备注"]]
    assert bring_in(write_csv(tmp_path / "1.csv", rows, [*HEADERS, "内部备注"])).stored
    assert b"\xe6\x9c\xba\xe5\xaf\x86" not in b"".join(
        p.read_bytes() for p in store.folder().rglob("*.parquet")
    )
    assert "机密备注" not in repr(stored(source))


# --- refusal 4 -------------------------------------------------------------------------------------


def test_no_import_without_an_approved_source(world: World, bring_in: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "1.csv", [purchase(1)])
    sources.register(
        actor=world.officer, key="waiting", table="purchases", body="WJ", purpose="专项监督",
        plan_ref="JH-1", expires_date=date(2025, 12, 31), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="not approved"):
        bring_in(path, source="waiting")
    with pytest.raises(NotAllowed, match="registered it"):
        sources.approve("waiting", actor=world.officer, now=NOW)
    sources.approve("waiting", actor=world.head, now=NOW)
    with pytest.raises(NotAllowed, match="does not import"):
        bring_in(path, source="waiting", actor=world.head)
    with pytest.raises(Conflict):
        sources.approve("waiting", actor=world.leader, now=NOW)
    assert bring_in(path, source="waiting").stored


def test_unknown_and_forbidden_sources_are_one_answer(
    world: World, bring_in: Run, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "1.csv", [purchase(1)])
    answers = set()
    for actor in (world.stranger, world.liaison):
        with pytest.raises(NotFound) as refused:
            bring_in(path, actor=actor)
        answers.add(refused.value.say.en.replace("wj-purchases", "KEY"))
    with pytest.raises(NotFound) as refused:
        bring_in(path, source="no-such-key")
    answers.add(refused.value.say.en.replace("no-such-key", "KEY"))
    assert len(answers) == 1
    with pytest.raises(NotFound, match="no body"):
        make_source(world, "jy", body="JY")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", " "), ("plan_ref", ""), ("key", "有 空格"), ("expires_date", date(2025, 6, 30)),
        ("expires_date", date(2030, 1, 1)),
    ],
)  # fmt: skip
def test_a_source_says_what_for_and_until_when(world: World, field: str, value: object) -> None:
    claims: dict[str, Any] = {
        "key": "k-1", "table": "purchases", "body": "WJ", "purpose": "专项监督", "plan_ref": "JH-1",
        "expires_date": date(2025, 12, 31), field: value,
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        sources.register(actor=world.officer, now=NOW, **claims)
    assert list(refused.value.fields) == [field]
    assert not Source.objects.exists()


def test_an_expired_source_takes_nothing_and_gives_nothing(
    world: World, bring_in: Run, source: Source, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "1.csv", [purchase(1)])
    bring_in(path)
    later = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
    assert len(stored(source, on=date(2025, 12, 31))) == 1
    assert stored(source, on=later.date()) == []
    assert sources.sources_for(world.officer, now=later) == []
    with pytest.raises(NotAllowed, match="expired"):
        bring_in(write_csv(tmp_path / "2.csv", [purchase(2)]), now=later)
    assert sources.remove_expired(now=later) == 1
    assert not list(store.folder().rglob("*.parquet"))
    load = Load.objects.get()
    assert (load.removed_at, load.removed_because, load.rows_kept) == (later, "expired", 1)


def test_a_withdrawn_load_is_gone_and_its_file_may_come_again(
    world: World, bring_in: Run, source: Source, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "1.csv", [purchase(1)])
    bring_in(path)
    with pytest.raises(Invalid):
        sources.withdraw_load(Load.objects.get(), actor=world.officer, reasons=" ", now=NOW)
    with pytest.raises(NotFound):
        sources.withdraw_load(Load.objects.get(), actor=world.stranger, reasons="错", now=NOW)
    sources.withdraw_load(Load.objects.get(), actor=world.officer, reasons="列对错了", now=NOW)
    assert stored(source) == []
    assert bring_in(path, now=NOW + timedelta(minutes=1)).stored
    assert len(stored(source)) == 1


def test_a_source_takes_only_the_table_it_was_registered_for(
    world: World, source: Source, bring_in: Run, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "1.csv", [purchase(1)])
    with pytest.raises(NotFound, match="Did you mean “purchases”"):
        import_file("purchase", path, source=source.key, actor=world.officer, now=NOW)
    Source.objects.filter(pk=source.pk).update(table="invoices")
    with pytest.raises(NotAllowed, match="registered for “invoices”"):
        bring_in(path)


# --- the store -------------------------------------------------------------------------------------


def test_a_connection_reaches_no_other_file_and_no_other_setting(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n", "utf-8")
    with store.connect([source], tables=tables().values(), on=NOW.date()) as connection:
        assert len(connection.execute("SELECT * FROM purchases").fetchall()) == 1
        for forbidden in (
            f"SELECT * FROM read_csv('{other}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'x.duckdb'}'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(Exception, match=r"(?i)permission|disabled|locked|configuration"):
                connection.execute(forbidden)


def test_an_unapproved_source_gives_no_rows_even_if_handed_in(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    Source.objects.update(approved_by=None, approved_at=None)
    assert stored(Source.objects.get()) == []


def test_progress_is_told_while_a_large_file_is_read(bring_in: Run, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    path = write_csv(tmp_path / "1.csv", [purchase(n) for n in range(20_500)])
    bring_in(path, progress=lambda step, rows: told.append((step, rows)))
    assert told == [
        ("check", 10_000), ("check", 20_000), ("read", 10_000), ("read", 20_000),
        ("read", 20_500), ("store", 20_500),
    ]  # fmt: skip


def test_many_problems_are_all_counted_and_the_first_thousand_shown(
    bring_in: Run, tmp_path: Path
) -> None:
    report = bring_in(
        write_csv(tmp_path / "1.csv", [purchase(n, 合同金额="x") for n in range(1500)])
    )
    assert (report.outcome, report.problems_total, len(report.problems)) == ("refused", 1500, 1000)


def test_stored_rows_that_were_changed_or_deleted_are_noticed(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    assert sources.damaged_loads() == []
    file = store.folder() / Load.objects.get().stored_as
    file.write_bytes(file.read_bytes() + b"x")
    assert sources.damaged_loads() == ["wj-purchases: 1.csv"]
    file.unlink()
    assert sources.damaged_loads() == ["wj-purchases: 1.csv"]
    with pytest.raises(Invalid, match="are gone"):
        stored(source)
