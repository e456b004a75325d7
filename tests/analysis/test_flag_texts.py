"""What flags say and rest on: no verdict, no person, no clue; law as filed; values within their bounds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import (
    LoadedMeasure,
    check_measures,
    load_measures,
    measure_named,
    measures,
)
from paizhu.analysis.measurespec import Measure
from paizhu.kernel.text import Text
from paizhu.rules.load import load
from paizhu.rules.mistakes import PackErrors

PACK = Path(__file__).resolve().parents[2] / "packs" / "cn-discipline"
FLAGS = {name: one for name, one in measures().items() if one.spec.kind == "flag"}
#: Words that find somebody guilty, or make more of a flag than a question.
VERDICTS = re.compile(
    r"涉嫌|违纪|违法|犯罪|贪污|受贿|贿赂|腐败|嫌疑|问题线索|立案|查处|处分|有罪|舞弊"
    r"|\bguilty\b|\bcorrupt|\bcrim|\bfraud|\bbrib|\boffen[cd]|\bsuspect|\bculprit|\bwrongdoer|\bviolat", re.IGNORECASE,
)  # fmt: skip
#: Columns that stand for a person: they tell findings apart and are never what a flag is about.
PERSONS = {
    "staff_code", "claimant_code", "requester_code", "approver_code", "expert_code", "relative_key", "holder_key",
}  # fmt: skip


def said(spec: Measure) -> Iterator[Text]:
    """Give what a flag says of a finding, and the whole of what stands beside it but the law's own words."""
    yield from (t for t in (spec.title, spec.says, spec.asks, spec.why) if t is not None)
    yield from (*spec.exclusions, *spec.known_false_alarms)
    for parameter in spec.parameters.values():
        yield parameter.title
        yield from [parameter.note] if parameter.note else []
    if spec.one_flag:
        yield from (text for words in spec.one_flag.words.values() for text in words.values())


@pytest.mark.parametrize("name", measures())
def test_no_text_finds_anybody_guilty_or_speaks_of_a_clue(name: str) -> None:
    for text in said(measure_named(name).spec):
        for words in (text.zh, text.en):
            assert words.strip()
            assert not VERDICTS.search(words), words


@pytest.mark.parametrize("name", FLAGS)
def test_no_flag_is_about_a_person(name: str) -> None:
    shape = FLAGS[name].spec.one_flag
    assert shape is not None
    about = {shape.subject, shape.body, shape.value} | FLAGS[name].spec.names_in_sentence()
    assert not about & PERSONS


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_is_a_question_and_opens_nothing_else(name: str) -> None:
    spec = FLAGS[name].spec
    assert spec.procedure == "question"
    assert spec.states == {"origin": "red_flag"}
    assert spec.asks is not None
    assert "请" in spec.asks.zh
    assert "lease" in spec.asks.en
    assert set(spec.fills) <= {"unit", "measure", "flag", "rows", "seen", "asks", "amount"}


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_says_why_what_it_leaves_out_and_when_it_is_wrong(name: str) -> None:
    spec = FLAGS[name].spec
    assert spec.why.zh
    assert spec.why.en
    assert spec.exclusions
    assert spec.known_false_alarms
    kinds = [case.kind for case in FLAGS[name].cases]
    assert kinds.count("positive") >= 1
    assert kinds.count("clean") >= 2
    assert any(p.least is not None for p in spec.parameters.values())


def test_relatives_are_matched_by_confirmed_numbers_in_both_registers() -> None:
    sql = FLAGS["relative_supplier_tie"].sql
    assert "companies.holder_key = relatives.relative_key" in sql
    assert "contracts.supplier_id = ties.company_id" in sql
    assert {"relatives", "companies"} <= set(FLAGS["relative_supplier_tie"].spec.inputs)
    assert not re.search(r"ON [^)]*\bsupplier = [^)]*company\b", sql)


def test_law_is_quoted_as_it_is_filed() -> None:
    instruments = load([PACK]).instruments
    cited = [b for one in FLAGS.values() for b in one.spec.basis]
    assert cited
    for basis in cited:
        if basis.provision is None:
            assert basis.confidence != "T", "what was read in the text is filed in the pack"
            continue
        instrument, _, provision = basis.provision.partition(".")
        filed = instruments[instrument].provisions[provision]
        assert basis.instrument.zh == instruments[instrument].title.zh
        assert [value for _, value in filed.confidence.values] == [basis.confidence]
        assert [value for _, value in filed.cites.values] == [basis.article.zh]


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [("short_notice", "least_days", 20), ("contract_signed_late", "most_days", 30),
     ("contract_growth", "growth", "0.1"), ("addendum_without_extension", "least_days", 15)],
)  # fmt: skip
def test_statutory_limits_are_dated_and_may_only_be_tightened(
    name: str, parameter: str, value: object
) -> None:
    one = FLAGS[name].spec.parameters[parameter]
    ((since, limit),) = one.value.values
    assert since is not None
    assert limit == Decimal(str(value))
    looser = limit * 2 if parameter in {"most_days", "growth"} else limit / 2
    assert not one.allows(looser)


@pytest.mark.parametrize("name", measures())
def test_the_one_text_has_its_words_in_the_dialect_of_a_cluster(name: str) -> None:
    sql = measure_named(name).sql
    (spark,) = sqlglot.transpile(
        sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
    )
    assert "QUALIFY" not in spark.upper()
    assert sqlglot.parse_one(spark, dialect="spark").find(sqlglot.exp.Select) is not None


# --- an institution's own values ----------------------------------------------------------------

OVERRIDE = """act: {zh: 关于调整公开招标数额标准的决定, en: Decision on the tender line}
approved_date: 2025-01-06
parameters:
"""


def with_override(pack: Path, name: str, parameters: str) -> dict[str, LoadedMeasure]:
    for part in ("measures", "tables", "calendars"):
        shutil.copytree(PACK / part, pack / part)
    folder = pack / "measures" / name
    folder.mkdir(exist_ok=True)
    (folder / "override.yaml").write_text(OVERRIDE + parameters, "utf-8")
    return load_measures([pack], tables())


def test_an_institution_sets_its_own_value_by_a_named_act(tmp_path: Path) -> None:
    found = with_override(
        tmp_path, "other_method_unapproved", "  tender_line: {2025-01-01: 1000000}\n"
    )
    before, after = FLAGS["other_method_unapproved"], found["other_method_unapproved"]
    line = after.spec.parameters["tender_line"]
    assert [value for _, value in line.value.values] == [Decimal(1_000_000)]
    assert not line.example
    assert line.note is not None
    assert "2025-01-06" in line.note.en
    assert "决定" in line.note.zh
    assert after.digest != before.digest
    assert after.sql_digest == before.sql_digest
    assert found["short_notice"].digest == FLAGS["short_notice"].digest


@pytest.mark.parametrize(
    ("name", "parameters", "key"),
    [("short_notice", "  least_days: 10\n", "parameters.least_days"),
     ("short_notice", "  days: 30\n", "parameters.days"),
     ("split_below_tender_line", "  days: 60\n", "parameters.days"),
     ("no_such_flag", "  days: 30\n", ""),
     ("short_notice", "  {}\n", "parameters")],
)  # fmt: skip
def test_a_value_out_of_bounds_or_out_of_place_is_refused(
    tmp_path: Path, name: str, parameters: str, key: str
) -> None:
    with pytest.raises(PackErrors) as refused:
        with_override(tmp_path, name, parameters)
    (mistake,) = refused.value.mistakes
    assert (Path(mistake.file).name, mistake.key) == ("override.yaml", key)


def test_a_declared_value_must_be_within_its_own_bounds(tmp_path: Path) -> None:
    for part in ("measures", "tables", "calendars"):
        shutil.copytree(PACK / part, tmp_path / part)
    file = tmp_path / "measures" / "short_notice" / "measure.yaml"
    file.write_text(file.read_text("utf-8").replace("least: 20", "least: 21"), "utf-8")
    (mistake,) = check_measures([tmp_path])
    assert "not between" in mistake.say.en
    file.write_text(file.read_text("utf-8").replace("    most: 60\n", ""), "utf-8")
    (mistake,) = check_measures([tmp_path])
    assert "stand together" in mistake.say.en


def test_an_unknown_calendar_is_named(tmp_path: Path) -> None:
    for part in ("measures", "tables", "calendars"):
        shutil.copytree(PACK / part, tmp_path / part)
    file = tmp_path / "measures" / "holiday_approvals" / "measure.yaml"
    file.write_text(file.read_text("utf-8").replace("calendar: cn", "calendar: cm"), "utf-8")
    (mistake,) = check_measures([tmp_path])
    assert (mistake.key, mistake.allowed) == ("calendar", ("cn",))
