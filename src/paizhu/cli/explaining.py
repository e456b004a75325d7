"""`paizhu explain procedure` and `explain law`: the rules in words, with where they are from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from paizhu.cli.call import Call, day, listed_by
from paizhu.cli.dates import NO_NUMBER
from paizhu.cli.packs import law_of, rulebook
from paizhu.kernel.text import Text
from paizhu.rules.law import Basis, LawBook
from paizhu.rules.spec import Dated, EffectPeriod, Instrument, LegalClock, Provision
from paizhu.rules.wording import CONFIDENCE


def procedure(call: Call, name: str, *, on: str | None) -> None:
    """Show the manual page of a procedure, or list all."""
    from paizhu.rules.explain import manual

    stood = day(on, option="--on") if on else call.today
    if not name:
        _list_procedures(call, stood)
        return
    with listed_by("paizhu explain procedure"):
        chosen = rulebook().procedure(name, on=stood)
    value = {
        "procedure": chosen.name,
        "title": chosen.title,
        "effective_from": chosen.effective_from,
        "digest": chosen.digest,
        "declared": chosen.spec.model_dump(
            mode="python", by_alias=True, exclude_defaults=True, warnings=False
        ),
        "manual": {"zh": manual(chosen, "zh"), "en": manual(chosen, "en")},
    }
    call.answer(value, [manual(chosen, call.lang)])


def law(call: Call, ref: str, *, on: str | None) -> None:
    """Show an instrument, or a provision, clock or effect as it stood on a day, or list all."""
    stood = day(on, option="--on") if on else call.today
    if not ref:
        _list_law(call)
        return
    book = law_of(ref).book
    if ref in book.instruments:
        instrument = book.instruments[ref]
        call.answer(_instrument(instrument), list(_instrument_lines(instrument)))
        return
    held_by = ref.split("/")[0] if "/" in ref else ""
    with listed_by(f"paizhu explain law {held_by}".strip()):
        basis = book.basis(ref, stood)
    dated = _dated(ref, book)
    value = {"on": stood, "basis": _shown(basis), **{key: _by_day(d) for key, d in dated.items()}}
    call.answer(value, list(_lines(basis, dated, stood)))


def _list_procedures(call: Call, stood: date) -> None:
    in_force = [
        one
        for _, versions in sorted(rulebook().procedures.items())
        for one in [version for version in versions if version.effective_from <= stood][-1:]
    ]
    call.answer(
        [{"procedure": one.name, "title": one.title} for one in in_force],
        [Text(f"{o.name}  {o.title.zh}", f"{o.name}  {o.title.en}") for o in in_force],
    )


def _list_law(call: Call) -> None:
    instruments = [one for _, one in sorted(rulebook().instruments.items())]
    lines: list[Text | str] = []
    for one in instruments:
        name = one.instrument
        lines.append(Text(f"{name}  《{one.title.zh}》", f"{name}  {one.title.en}"))
        lines += _row_lines(one)
    call.answer([_instrument(one) for one in instruments], lines)


def _dated(ref: str, book: LawBook) -> dict[str, Dated[object]]:
    """Give what has changed over the years: articles, limits, confidence."""
    name, row = _row(ref, book)
    provision_ref = row.provision if isinstance(row, LegalClock | EffectPeriod) else ref
    instrument, _, slug = provision_ref.rpartition("/")
    provision = book.instruments[instrument or name].provisions[slug]
    found: dict[str, Dated[object]] = {"articles": provision.cites, "confidences": row.confidence}  # type: ignore[dict-item]
    limits = row.limit if isinstance(row, LegalClock) else getattr(row, "period", None)
    if "." in ref and not isinstance(row, Provision):
        limits = row.phases[ref.split(".", 1)[1]].limit
    if limits is not None:
        found["limits"] = limits
    return found


def _row(ref: str, book: LawBook) -> tuple[str, Provision | LegalClock | EffectPeriod]:
    if "/" in ref:
        name, slug = ref.split("/")
        return name, book.instruments[name].provisions[slug]
    row = ref.split(".")[0]
    return book.clocks.get(row) or book.effects[row]


def _by_day(dated: Dated[object]) -> list[dict[str, object]]:
    return [{"since": since, "is": str(value)} for since, value in dated.values]


def _shown(basis: Basis) -> dict[str, object]:
    return {
        "ref": basis.ref,
        "instrument": basis.instrument,
        "instrument_title": basis.instrument_title,
        "article": basis.article,
        "version": basis.version,
        "confidence": basis.confidence,
        "in_force": basis.in_force,
        "title": basis.title,
        "limit": str(basis.limit) if basis.limit else None,
        "no_number": basis.no_number,
        "roll": basis.roll,
        "direction": basis.direction,
        "says": basis.says,
        "note": basis.note,
    }


def _lines(basis: Basis, dated: dict[str, Dated[object]], stood: date) -> Iterator[Text | str]:
    title = basis.title or Text("", "")
    yield Text(f"{basis.ref} {title.zh}".rstrip(), f"{basis.ref} {title.en}".rstrip())
    yield Text(f"《{basis.instrument_title.zh}》", basis.instrument_title.en)
    yield Text(
        f"{stood}：{basis.article}（{basis.version or '—'} 版）"
        + ("" if basis.in_force else "，该日未施行"),
        f"On {stood}: {basis.article} (version of {basis.version or '–'})"
        + ("" if basis.in_force else ", not in force on that day"),
    )
    if basis.says:
        yield basis.says
    if basis.limit or basis.no_number:
        yield _limit(basis)
    for since, article in dated["articles"].values:
        yield Text(f"　{since or '始终'}　{article}", f"  {since or 'always'}  {article}")
    for since, limit in dated["limits"].values if "limits" in dated else ():
        in_zh, in_en = limit.text.zh, limit.text.en
        yield Text(f"　期限　{since or '始终'}　{in_zh}", f"  limit  {since or 'always'}  {in_en}")
    how = CONFIDENCE[basis.confidence]
    yield Text(
        f"核对程度：{basis.confidence}（{how.zh}）", f"Confidence: {basis.confidence} ({how.en})"
    )
    if basis.note:
        yield basis.note


def _limit(basis: Basis) -> Text:
    if basis.limit is None:
        why = NO_NUMBER.get(basis.no_number or "", Text("", ""))
        return Text(f"期限：{why.zh}", f"Limit: {why.en}")
    roll = Text("", "") if basis.roll else Text("，末日不顺延", ", never moved to a working day")
    return Text(f"期限：{basis.limit.text.zh}{roll.zh}", f"Limit: {basis.limit.text.en}{roll.en}")


def _instrument(instrument: Instrument) -> dict[str, object]:
    return {
        "instrument": instrument.instrument,
        "title": instrument.title,
        "rank": instrument.rank,
        "versions": instrument.versions,
        "repealed": instrument.repealed,
        "confidence": instrument.confidence,
        "source": instrument.source,
        "provisions": sorted(instrument.provisions),
        "clocks": {ref: clock.title for ref, clock in instrument.clocks.items()},
        "effects": {ref: effect.title for ref, effect in instrument.effects.items()},
    }


def _instrument_lines(instrument: Instrument) -> Iterator[Text | str]:
    yield Text(f"《{instrument.title.zh}》", instrument.title.en)
    versions = ", ".join(day.isoformat() for day in instrument.versions)
    yield Text(f"版本：{versions}", f"Versions: {versions}")
    if instrument.repealed:
        yield Text(f"施行至：{instrument.repealed}", f"In force until: {instrument.repealed}")
    yield from _row_lines(instrument)
    for slug, provision in instrument.provisions.items():
        cites = "; ".join(str(value) for _, value in provision.cites.values)
        yield f"  {instrument.instrument}/{slug}  {cites}"


def _row_lines(instrument: Instrument) -> Iterator[Text]:
    rows: dict[str, LegalClock | EffectPeriod] = {**instrument.clocks, **instrument.effects}
    for ref, row in rows.items():
        yield Text(f"  {ref}  {row.title.zh}", f"  {ref}  {row.title.en}")
