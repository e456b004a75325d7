"""Stages and actions: every stage can be reached and left for an end, every answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from paizhu.kernel.text import Text
from paizhu.rules import flow
from paizhu.rules.check.subject import Subject
from paizhu.rules.conditions import fields_of
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.mistakes import Mistake
from paizhu.rules.spec import LEVELS, ActionSpec


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report dead ends, places out of reach, and answers without a target."""
    yield from _opening(subject)
    yield from _ends(subject)
    for name, action in subject.spec.actions.items():
        yield from _leaving(subject, name, action)
        yield from _covering(subject, name, action)
        yield from _papers(subject, name, action)


def _opening(subject: Subject) -> Iterator[Mistake]:
    actions = subject.spec.actions
    opening = {name: action for name, action in actions.items() if action.opens}
    if not opening:
        yield subject.mistake("actions", allowed=tuple(actions), say=Text(
            "没有动作写明 opens: true，事项无从开始。",
            "No action says opens: true, so no matter could begin.",
        ))  # fmt: skip
    for name, action in opening.items():
        wrong = (
            ("from", bool(action.from_), Text("开始前没有阶段，请删去 from。", "Nothing comes before it; delete from.")),
            ("approvals", bool(action.approvals), Text(
                "开始动作即时生效；需审批的请另设一个动作。",
                "It takes effect at once; put the signature on an action that follows.")),
            ("to", action.to is None, Text("请用 to 写明从哪个阶段开始。", "Say with to in which stage it begins.")),
            ("assigns", action.assigns is not None, Text(
                "开始时尚无事项可指定人员；请放在后一个动作。", "Seats are filled by an action that follows.")),
        )  # fmt: skip
        for key, is_wrong, say in wrong:
            if is_wrong:
                yield subject.mistake("actions", name, key, say=say)
    for name, action in actions.items():
        if not action.opens and not action.from_:
            yield subject.mistake("actions", name, "from", allowed=tuple(subject.spec.stages), say=Text(
                f"请用 from 写明“{name}”在哪些阶段可以进行。", f"Say with from in which stages “{name}” is taken."
            ))  # fmt: skip


def _ends(subject: Subject) -> Iterator[Mistake]:
    spec = subject.spec
    final = _final(subject)
    if not final:
        yield subject.mistake("stages", allowed=tuple(spec.stages), say=Text(
            "没有终结阶段（final: true），事项无法办结。", "No stage is final, so no matter could end."
        ))  # fmt: skip
        return
    found = flow.reachable(spec)
    for name in spec.stages:
        if name not in found:
            yield subject.mistake("stages", name, say=Text(
                f"没有动作能到达阶段“{name}”。请补一个通向它的动作，或删去。",
                f"No action leads to the stage “{name}”. Add one, or delete the stage.",
            ))  # fmt: skip
        elif not flow.reachable(spec, name) & final:
            yield subject.mistake("stages", name, allowed=tuple(sorted(final)), say=Text(
                f"从阶段“{name}”无法到达终结阶段。请补一个出路。",
                f"No way leads from the stage “{name}” to a final one. Add a way out.",
            ))  # fmt: skip


def _final(subject: Subject) -> set[str]:
    return {name for name, stage in subject.spec.stages.items() if stage.final}


def _leaving(subject: Subject, name: str, action: ActionSpec) -> Iterator[Mistake]:
    for number, source in enumerate(action.from_):
        onward = set(flow.targets(action, source)) - {source}
        if subject.spec.stages[source].final and onward:
            yield subject.mistake("actions", name, "from", number, say=Text(
                f"“{source}”是终结阶段，事项不再离开。需要继续的请另开关联事项。",
                f"“{source}” is final and never left. To go on, open a linked matter.",
            ))  # fmt: skip
        if subject.spec.stages[source].rests and action.by and onward - _final(subject):
            yield subject.mistake("actions", name, "from", number, allowed=tuple(sorted(_final(subject))), say=Text(
                f"阶段“{source}”写明不等人办理（rests），“{name}”却由人办向下一阶段。请删去 rests，或只留提前终结的动作。",
                f"The stage “{source}” rests: nobody is waited for in it, yet people lead on from it by “{name}”. "
                "Delete rests, or leave only what ends it early.",
            ))  # fmt: skip


def _covering(subject: Subject, name: str, action: ActionSpec) -> Iterator[Mistake]:
    """Conditional targets must name a stage for each answer, and the answer must be there."""
    if action.to is None or isinstance(action.to, str):
        return
    used = dict.fromkeys(one.field for target in action.to for one in fields_of(target.when))
    endless = [field for field in used if not TYPES[subject.spec.fields[field].type].is_finite]
    for field in endless:
        yield subject.mistake("actions", name, "to", allowed=("choice", "yesno"), say=Text(
            f"去向只能取决于单选或是否字段；“{field}”不是。",
            f"Where it leads can rest on a choice or yes-no field only; “{field}” is neither.",
        ))  # fmt: skip
    missing = [] if endless else flow.uncovered(subject.spec, name)
    if missing:
        shown = [
            " + ".join(f"{field}={'—' if v is None else str(v).lower() if isinstance(v, bool) else v}"
                       for field, v in answer.items())
            for answer in missing
        ]  # fmt: skip
        yield subject.mistake("actions", name, "to", allowed=tuple(subject.spec.stages), say=Text(
            f"下列回答没有去向：{'；'.join(shown)}（—表示未填）。请为每种回答写明阶段。",
            f"No stage is named for {'; '.join(shown)} (— means unanswered). Name one for each answer.",
        ))  # fmt: skip


def _papers(subject: Subject, name: str, action: ActionSpec) -> Iterator[Mistake]:
    """A document may show what its action asked for, so its readers should be as few."""
    asked = [subject.spec.fields[field] for field in action.form]
    highest = max((LEVELS.index(field.level) for field in asked), default=0)
    for document in action.issues:
        level = subject.spec.documents[document].level
        if LEVELS.index(level) < highest:
            yield subject.mistake("documents", document, "level", is_warning=True,
                allowed=LEVELS[highest:], say=Text(
                f"文书“{document}”的级别（{level}）低于“{name}”所填内容，请确认其中不载此类内容。",
                f"The document “{document}” is {level}, below what “{name}” asks for; "
                "make sure that it shows none of it.",
            ))  # fmt: skip
