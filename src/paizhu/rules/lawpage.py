"""The page of an instrument: what is cited of it, its time limits, how surely it was read."""

from __future__ import annotations

from collections.abc import Iterator

from paizhu.kernel.text import Text
from paizhu.rules.law import LawBook
from paizhu.rules.markdown import bullets, said, same, table
from paizhu.rules.spec import Instrument
from paizhu.rules.wording import NO_NUMBER, cited, sure

_NONE = Text("—", "–")


def law_page(law: LawBook, ref: str, lang: str) -> str:
    """Give the page of an instrument, found by its key or by anything cited from it."""
    name = ref if ref in law.instruments else law.instrument_of(ref)
    instrument = law.instruments[name]
    lines = [*_head(instrument), *_articles(law, instrument), *_limits(law, instrument)]
    return "\n".join(line.say(lang) for line in lines) + "\n"


def _head(instrument: Instrument) -> Iterator[Text]:
    yield Text(f"# {instrument.title.zh}", f"# {instrument.title.en}")
    yield same("")
    yield from bullets(_facts(instrument))


def _facts(instrument: Instrument) -> Iterator[Text]:
    days = same(", ".join(str(day) for day in instrument.versions))
    yield said(Text("版本", "Versions"), days)
    if instrument.issuer is not None:
        yield said(Text("制定机关", "Issued by"), instrument.issuer)
    if instrument.repealed is not None:
        yield said(Text("施行至", "In force until"), same(str(instrument.repealed)))
    if instrument.note is not None:
        yield instrument.note


def _articles(law: LawBook, instrument: Instrument) -> Iterator[Text]:
    rows = []
    for slug, provision in instrument.provisions.items():
        basis = law.basis(f"{instrument.instrument}/{slug}", instrument.versions[-1])
        cites = "; ".join(
            f"{since}: {one}" if since else one for since, one in provision.cites.values
        )
        rows.append([same(f"`{slug}`"), same(cites), sure(basis), basis.says or _NONE])
    heads = [Text("键", "key"), Text("条文", "article"), Text("核对", "read"), Text("内容", "says")]
    yield from table(heads, rows)


def _limits(law: LawBook, instrument: Instrument) -> Iterator[Text]:
    rows = []
    phases = {ref: clock.phases for ref, clock in instrument.clocks.items()}
    phases |= {ref: effect.phases for ref, effect in instrument.effects.items()}
    for ref, parts in phases.items():
        for one in [f"{ref}.{part}" for part in parts] or [ref]:
            basis = law.basis(one, instrument.versions[-1])
            why = NO_NUMBER.get(basis.no_number or "", _NONE)
            limit = basis.limit.text if basis.limit else why
            rows.append([same(f"`{one}`"), basis.title or _NONE, limit, cited(basis)])
    heads = [Text("键", "key"), Text("名称", "name"), Text("期限", "length"), Text("依据", "basis")]
    if rows:
        yield from table(heads, rows)
