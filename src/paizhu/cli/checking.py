"""`paizhu check`: every mistake with its place, every warning, every scenario that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from paizhu.cli.call import FOUND, Call, Leave
from paizhu.cli.packs import folders
from paizhu.engine.scenario import Failure, run_all
from paizhu.kernel.text import Text, Word
from paizhu.rules.load import load
from paizhu.rules.mistakes import Mistake, PackErrors
from paizhu.rules.rulebook import Rulebook, RunnableProcedure


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found."""

    packs: list[Path]
    mistakes: Sequence[Mistake] = ()
    warnings: Sequence[Mistake] = ()
    scenarios: int = 0
    failures: Sequence[Failure] = ()
    procedures: Sequence[str] = ()
    digest: str = ""

    @property
    def is_good(self) -> bool:
        return not self.mistakes and not self.failures


def check(call: Call, packs: Sequence[Path]) -> None:
    """Check packs and say everything that was found; leave with 1 if anything must be mended."""
    report = checked(folders(packs))
    if call.as_json:
        call.show(_shown(report))
    else:
        for line in _lines(report, call.lang):
            call.say(line)
    if not report.is_good:
        raise Leave(FOUND)


def checked(chosen: list[Path]) -> Report:
    """Load the packs, run the scenarios and the cases of measures, check the returns."""
    try:
        book = load(chosen)
    except PackErrors as errors:
        return Report(chosen, mistakes=errors.mistakes)
    report = Report(chosen, warnings=book.mistakes, digest=book.digest)
    report.procedures = [_version(one) for one in _versions(book)]
    report.scenarios, report.failures = run_all(book)
    found = [*_measures(chosen), *_returns(chosen, book), *_published(chosen)]
    report.mistakes = [one for one in found if not one.is_warning]
    report.warnings = [*report.warnings, *(one for one in found if one.is_warning)]
    return report


def _measures(chosen: list[Path]) -> list[Mistake]:
    """Check measures and run their cases; packs without any need no database engine for it."""
    if not any(any(folder.glob("measures/*/measure.yaml")) for folder in chosen):
        return []
    from paizhu.analysis.measures import check_measures

    return check_measures(chosen)


def _returns(chosen: list[Path], book: Rulebook) -> list[Mistake]:
    """Check returns against the procedures they count."""
    if not any(any(folder.glob("returns/*.yaml")) for folder in chosen):
        return []
    from paizhu.analysis.returns.declared import check_returns

    return check_returns(chosen, book)


def _published(chosen: list[Path]) -> list[Mistake]:
    """Check the indicators over published data."""
    from paizhu.analysis.ocds.indicators import check_indicators

    return check_indicators(chosen)


def _versions(book: Rulebook) -> list[RunnableProcedure]:
    return [version for versions in book.procedures.values() for version in versions]


def _version(procedure: RunnableProcedure) -> str:
    return f"{procedure.name} {procedure.effective_from}"


# --- shown --------------------------------------------------------------------------------------


def _shown(report: Report) -> dict[str, object]:
    return {
        "good": report.is_good,
        "packs": report.packs,
        "digest": report.digest,
        "procedures": report.procedures,
        "mistakes": report.mistakes,
        "warnings": report.warnings,
        "scenarios": {"run": report.scenarios, "failures": report.failures},
    }


def _lines(report: Report, lang: str) -> Iterator[str]:
    for mistake in (*report.warnings, *report.mistakes):
        yield _label(mistake).say(lang) + mistake.show(lang)
    for failure in report.failures:
        step = Text(f"场景第 {failure.step} 步：", f"scenario step {failure.step}: ").say(lang)
        yield f"{failure.file}:{failure.line}: {step}{failure.say}"
    yield _outcome(report).say(lang)


def _label(mistake: Mistake) -> Text:
    return Text("提醒 ", "warning ") if mistake.is_warning else Text("错误 ", "mistake ")


def _outcome(report: Report) -> Text:
    if report.mistakes:
        return Text(
            f"有 {len(report.mistakes)} 处错误，规则包不能使用。",
            f"{len(report.mistakes)} {Word(len(report.mistakes)):mistake|mistakes}: the packs cannot be used.",
        )
    count, bad = report.scenarios, len(report.failures)
    procedures = len(report.procedures)
    warned = Text(f"；提醒 {len(report.warnings)} 条", f"; {len(report.warnings)} warnings")
    if bad:
        return Text(
            f"{count} 个场景中有 {bad} 处与预期不符。",
            f"{bad} of {count} scenarios went otherwise.",
        )
    return Text(
        f"检查通过：{procedures} 个程序版本，{count} 个场景{warned.zh}。",
        f"Good: {procedures} versions of procedures, {count} scenarios{warned.en}.",
    )
