"""`paizhu due`: from a law id and a start to the day it falls due, and why that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date

from paizhu.cli.call import Call, day, listed_by
from paizhu.cli.packs import law_of
from paizhu.kernel.counting import Due
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text, Word
from paizhu.rules.law import Basis
from paizhu.rules.reckoning import PauseDates, Reckoned, facts, limits_of, reckon
from paizhu.rules.wording import CONFIDENCE

#: Why a clock has no figure.
NO_NUMBER = {
    "promptly": Text("条文只说“及时”，没有数字", "the text says “promptly” and gives no figure"),
    "periodically": Text(
        "条文只说“定期”，没有数字", "the text says “periodically” and gives no figure"
    ),
    "set_locally": Text("由各地规定", "set by each place"),
    "field": Text("以文书中写明的期限为准", "written in the document itself"),
    "none_in_text": Text("条文没有规定期限", "the text gives no limit"),
    "until_end": Text("至事项结束", "until the matter ends"),
}


def due(
    call: Call,
    clock: str,
    start: str,
    *,
    receipt: str | None,
    pauses: Sequence[str],
    on: str | None,
) -> None:
    """Count a limit and say why."""
    begun = day(start, option="--start")
    counted_from = day(receipt, option="--receipt") if receipt else begun
    stood = day(on, option="--on") if on else counted_from
    spans = [pause_dates(raw) for raw in pauses]
    law = law_of(clock)
    with listed_by("paizhu explain law"):
        limits = limits_of(clock, law)
    answers = [
        reckon(
            one,
            law,
            start=counted_from,
            pauses=spans,
            stood=stood,
            on=day(on, option="--on") if on else None,
        )
        for one in limits
    ]
    value = {
        "clock": clock,
        "start": begun,
        "receipt": counted_from if receipt else None,
        "counted_from": counted_from,
        "law_on": stood,
        "pauses": [{"from": since, "until": until} for since, until in spans],
        **(_laid_out(answers[0]) if len(answers) == 1 else {"phases": list(map(facts, answers))}),
    }
    lines: list[Text | str] = []
    for answer in answers:
        lines += [*_lines(answer, call.lang), ""]
    call.answer(value, [*_from(begun, counted_from), *lines[:-1]])


def pause_dates(raw: str) -> PauseDates:
    """Read `A..B`, or `A..` while it still stands; the clock runs again on B."""
    first, dots, last = raw.partition("..")
    if not dots:
        say = Text(
            f"--pause 的“{raw}”无法识别，请写成 2025-11-03..2025-11-10；仍在中止的写 2025-11-03..",
            f"--pause: “{raw}” is not a pause. Write 2025-11-03..2025-11-10, or 2025-11-03.. while it lasts.",
        )
        raise Invalid(say, fields={"--pause": say})
    since = day(first, option="--pause")
    until = day(last, option="--pause") if last else None
    if until is not None and until < since:
        say = Text(
            f"--pause 的“{raw}”先后颠倒：恢复日早于中止日。",
            f"--pause: “{raw}” runs backwards; it is resumed before it begins.",
        )
        raise Invalid(say, fields={"--pause": say})
    return since, until


# --- shown --------------------------------------------------------------------------------------


def _laid_out(answer: Reckoned) -> dict[str, object]:
    laid_out = facts(answer)
    return {field.name: getattr(laid_out, field.name) for field in fields(laid_out)}


def _from(begun: date, counted_from: date) -> list[Text]:
    if begun == counted_from:
        return []
    return [
        Text(
            f"自收到之日 {counted_from} 起算，不自登记之日 {begun} 起算",
            f"Counted from receipt on {counted_from}, not from {begun}",
        )
    ]


def _lines(answer: Reckoned, lang: str) -> Iterator[Text | str]:
    basis, reckoned = answer.basis, answer.due
    title = basis.title or Text(answer.clock, answer.clock)
    yield Text(f"{answer.clock} {title.zh}", f"{answer.clock} {title.en}")
    yield _due_line(answer)
    limit = basis.limit.text if basis.limit else Text("无", "none")
    yield Text(f"期限　　{limit.zh}", f"limit       {limit.en}")
    yield Text(
        f"依据　　《{basis.instrument_title.zh}》", f"rule        {basis.instrument_title.en}"
    )
    yield Text(f"条文　　{basis.article}", f"article     {basis.article}")
    yield Text(f"版本　　{basis.version or '—'}", f"version     {basis.version or '–'}")
    yield _confidence(basis)
    if basis.says:
        yield Text(f"要求　　{basis.says.zh}", f"must        {basis.says.en}")
    if not basis.in_force:
        yield Text("注意　　该日此规定未施行", "note        not in force on that day")
    if basis.note:
        yield Text(f"说明　　{basis.note.zh}", f"note        {basis.note.en}")
    yield from _extension_line(basis)
    if reckoned is not None:
        yield from _reckoning(reckoned, lang)


def _due_line(answer: Reckoned) -> Text:
    reckoned, basis = answer.due, answer.basis
    if reckoned is None:
        why = NO_NUMBER.get(
            basis.no_number or "", Text("当日没有规定数字", "no figure on that day")
        )
        return Text(f"到期　　无：{why.zh}", f"due         none: {why.en}")
    if reckoned.date is None:
        return Text(
            "到期　　中止中，恢复后才能确定", "due         not known while the clock stands still"
        )
    shown = f"{reckoned.moment:%Y-%m-%d %H:%M}" if reckoned.moment else reckoned.date.isoformat()
    zh, en = f"到期　　{shown}", f"due         {shown}"
    if reckoned.provisional:
        zh += "（暂定：该年放假安排尚未公布）"
        en += " (provisional: the holidays of that year are not published)"
    if answer.days_left is not None:
        unit = (
            Text("个工作日", "working days")
            if basis.limit and basis.limit.unit == "working_day"
            else Text("日", "days")
        )
        left = answer.days_left
        zh += f"，{'尚有' if left >= 0 else '已超'} {abs(left)} {unit.zh}"
        en += f", {abs(left)} {unit.en} {'left' if left >= 0 else 'late'}"
    return Text(zh, en)


def _confidence(basis: Basis) -> Text:
    how = CONFIDENCE[basis.confidence]
    return Text(
        f"核对程度　{basis.confidence}（{how.zh}）", f"confidence  {basis.confidence} ({how.en})"
    )


def _extension_line(basis: Basis) -> Iterator[Text]:
    if basis.extension is None:
        return
    by = (
        basis.extension.by.text
        if basis.extension.by
        else Text("条文未定长度", "no length in the text")
    )
    who, times = basis.extension.approved_by, basis.extension.times
    often = Text(f"，最多 {times} 次", f", at most {times} times") if times else Text("", "")
    yield Text(
        f"延长　　{by.zh}{often.zh}，{who.zh}批准",
        f"extension   {by.en}{often.en}, approved by: {who.en}",
    )


def _reckoning(reckoned: Due, lang: str) -> Iterator[Text | str]:
    for step in reckoned.steps:
        yield Text(
            f"　　　　{step.label.zh} → {step.date}", f"            {step.label.en} → {step.date}"
        )
    if reckoned.skipped:
        yield Text(
            f"未计入 {len(reckoned.skipped)} 天：",
            f"{len(reckoned.skipped)} {Word(len(reckoned.skipped)):day|days} skipped:",
        )
    for skipped in reckoned.skipped:
        yield f"  {skipped.date}  {skipped.why.say(lang)}"
