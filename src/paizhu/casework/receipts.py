"""What was handed over, as both sides hold it: what was sent, its digest, who took it, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from paizhu.casework import access
from paizhu.casework.cards import HandOverCard, HandOverStep, Receipt
from paizhu.casework.naming import Names, known_as
from paizhu.casework.timeline import fields
from paizhu.casework.writing import Bench
from paizhu.engine.entries import Entry, Value
from paizhu.engine.state import Done, sent_digest
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.spec import HandOver

STATES = {
    "offer": Text("已送出，等对方签收", "Sent; the receiver has not answered yet"),
    "accept": Text("对方已签收", "Accepted by the receiver"),
    "give_back": Text("对方已退回", "Given back by the receiver"),
    "recall": Text("已撤回", "Recalled by the sender"),
    "expire": Text("逾期未答复，自动退回", "Not answered in time; it went back by rule"),
    "done": Text("已办结并反馈结果", "Done, and the result reported"),
}


def for_reader(who: Who, receipt: Receipt) -> Receipt:
    """Leave out the matters opened by an act that whoever acted may not know of."""
    if not receipt.opened:
        return receipt
    known = access.visible_to(who).filter(ref__in=receipt.opened).order_by("pk")
    return replace(receipt, opened=tuple(known.values_list("ref", flat=True)))


def hand_over(bench: Bench, reading: access.Reading, names: Names) -> HandOverCard | None:
    """Give the receipt of the last hand-over of a matter; None before anything was offered."""
    shape = bench.procedure.spec.hand_over
    if shape is None or bench.state.is_shredded:
        return None
    kinds = _kinds(shape)
    done = [one for one in bench.state.done if one.action in kinds]
    starts = [place for place, one in enumerate(done) if one.action == shape.offer]
    if not starts:
        return None
    last, state = done[starts[-1] :], bench.state
    is_whole = state.sent == sent_digest(state.values, bench.procedure)
    sent = {name: state.values.get(name) for name in shape.sends} if is_whole else {}
    bodies = [f"body:{body}" for body in state.parts.get(shape.to, ())]
    receivers = [names[body] for body in bodies if body in names]
    return HandOverCard(
        state=kinds[last[-1].action],
        say=STATES[kinds[last[-1].action]],
        receiver=Text(
            "、".join(name.zh for name in receivers), ", ".join(name.en for name in receivers)
        ),
        digest=state.sent,
        is_whole=is_whole,
        sent=tuple(fields(sent, bench.procedure, reading.roles, names)),
        steps=tuple(_steps(last, bench, reading, names)),
    )


def _kinds(shape: HandOver) -> dict[str, str]:
    named = {
        shape.offer: "offer",
        shape.accept: "accept",
        shape.give_back: "give_back",
        shape.recall: "recall",
        shape.expire: "expire",
    }
    return named | ({shape.done: "done"} if shape.done else {})


def _steps(
    done: Iterable[Done], bench: Bench, reading: access.Reading, names: Names
) -> Iterable[HandOverStep]:
    entries = {entry.version: entry for entry in bench.entries}
    shape = bench.procedure.spec.hand_over
    for one in done:
        entry = entries[one.version]
        values = {} if shape and one.action == shape.offer else _values_of(entry, bench)
        yield HandOverStep(
            title=bench.procedure.spec.actions[one.action].title,
            who=_who(one, entry, names),
            at=one.at,
            received=str((entry.payload or {}).get("received", "")),
            details=tuple(fields(values, bench.procedure, reading.roles, names)),
        )


def _who(done: Done, entry: Entry, names: Names) -> Text:
    """Give who did it, and beside them whoever signed."""
    if done.person == "system":
        return Text("系统", "The system")
    persons = dict.fromkeys((done.person, *done.signers))
    said = [known_as(p, entry.name if p == entry.person else "", names) for p in persons]
    return Text("、".join(name.zh for name in said), ", ".join(name.en for name in said))


def _values_of(entry: Entry, bench: Bench) -> Mapping[str, Value]:
    """Give what was filled in: with the act itself, or in the proposal it was signed from."""
    payload = entry.payload or {}
    proposal = payload.get("proposal")
    if proposal is not None:
        proposed = next((e for e in bench.entries if e.version == proposal), None)
        payload = (proposed.payload if proposed else None) or {}
    values = payload.get("values")
    return values if isinstance(values, dict) else {}
