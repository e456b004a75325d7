"""Real input: published contracts go through sheet, import, measure and question as they are."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import explaining, flags, running
from paizhu.analysis.mapping import ColumnMap
from paizhu.analysis.models import Flag, Run
from tests.analysis import ocds_sheet
from tests.analysis.conftest import NOW, SPLIT, World, stored

PACKAGE = ocds_sheet.shared_data() / ocds_sheet.PACKAGE
pytestmark = pytest.mark.skipif(
    not PACKAGE.is_file(),
    reason=f"the published package {ocds_sheet.PACKAGE.name} is not here; set PAIZHU_SHARED to its folder",
)
ROOT = Path(__file__).resolve().parents[2]
Do = Callable[..., Any]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "contratos.xlsx"
    assert ocds_sheet.write_sheet(PACKAGE, path) == 100
    return path


def by_publication(mapping: ColumnMap) -> ColumnMap:
    """Few contracts say when they were signed; take the day they were published instead."""
    columns = mapping.columns | {
        "signed_date": "awards/0/documents/0/datePublished", "ref_no": "id"
    }  # fmt: skip
    return mapping.model_copy(update={"columns": columns})


def test_every_contract_comes_in_with_its_gaps(bring_in: Do, source: Any, sheet: Path) -> None:
    report = bring_in(sheet)
    assert (report.outcome, report.rows_read, report.kept, report.refused) == (
        "stored",
        100,
        100,
        0,
    )
    empty = {name: count for name, _, count in report.quality.empty}
    assert (empty["signed_date"], empty["item_class"], empty["currency"]) == (93, 93, 0)
    assert report.quality.currencies == (("EUR", 100),)
    names = {name for (name,) in stored(source, "unit")}
    assert {
        "Município de Lagoa",
        "Câmara Municipal da Lousã",
        "IEFP, I.P. – Delegação Regional de Lisboa e Vale do Tejo",
    } <= names
    total = sum(
        float(ocds_sheet.value_at(r, "awards/0/value/amount")) for r in ocds_sheet.releases(PACKAGE)
    )  # type: ignore[arg-type]
    assert stored(source, "round(sum(amount) OVER (), 2)::DOUBLE")[0][0] == pytest.approx(total)


def test_their_telephones_are_refused_and_may_be_left_out(bring_in: Do, tmp_path: Path) -> None:
    path = tmp_path / "with-telephone.xlsx"
    ocds_sheet.write_sheet(PACKAGE, path, paths=(*ocds_sheet.PATHS, ocds_sheet.TELEPHONE))
    report = bring_in(path)
    assert report.outcome == "refused"
    assert [problem.column for problem in report.problems] == ["N"]
    left_out = report.mapping.model_copy(update={"ignored": (ocds_sheet.TELEPHONE,)})
    assert bring_in(path, mapping=left_out).kept == 100


def test_euros_are_not_measured_by_a_line_in_yuan(world: World, bring_in: Do, sheet: Path) -> None:
    mapping = by_publication(bring_in(sheet, dry_run=True).mapping)
    assert bring_in(sheet, mapping=mapping).kept == 100
    (result,) = running.run(SPLIT, actor=world.officer, now=NOW)
    assert result.assessment.outcome == "not_assessable"
    assert "a currency other than CNY, never converted: 100 rows" in result.assessment.reasons[0].en
    assert Run.objects.get().left_out[0]["rows"] == 100
    assert not Flag.objects.exists()


def test_with_a_line_of_their_own_they_raise_a_flag_and_a_question(
    world: World, bring_in: Do, sheet: Path, tmp_path: Path, settings: Any
) -> None:
    use_line_of(1500, "EUR", pack=tmp_path / "elsewhere", settings=settings)
    mapping = by_publication(bring_in(sheet, dry_run=True).mapping)
    bring_in(sheet, mapping=mapping)
    (result,) = running.run(SPLIT, actor=world.officer, now=NOW)
    assert (result.assessment.population.rows, result.assessment.population.assessable) == (
        100,
        100,
    )
    flag = Flag.objects.get(subject="Viagens Abreu, S.A.")
    card = explaining.why(flag, now=NOW)
    assert "Centro de Segurança Social da Madeira" in card.sentence.en
    assert "1,798.15 EUR in all" in card.sentence.en
    amounts = [{title.en: value for title, value in row.cells}["Amount"] for row in card.rows]
    assert amounts == ["815.26", "982.89"]
    receipt = flags.ask(flag.pk, actor=world.officer, raw={"unit_signs": "no"}, now=NOW)
    assert flags.flag_for(world.officer, flag.pk, now=NOW).matter == receipt.ref


def use_line_of(amount: int, currency: str, *, pack: Path, settings: Any) -> None:
    """Use the pack as it would be declared elsewhere: same query, a line and currency of its own."""
    shutil.copytree(ROOT / "packs" / "cn-discipline", pack)
    declared = pack / "measures" / SPLIT / "measure.yaml"
    text = declared.read_text("utf-8").replace("{2020-01-01: 400000}", f"{{2000-01-01: {amount}}}")
    text = text.replace("least: 10000", f"least: {amount}")
    declared.write_text(text.replace("currency: CNY", f"currency: {currency}"), "utf-8")
    settings.PAIZHU_PACKS = [pack]
