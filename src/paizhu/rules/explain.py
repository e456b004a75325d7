"""Manual pages from declarations: what an officer reads instead of YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paizhu.kernel.text import Text
from paizhu.rules import flow
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.markdown import bullets, joined, only_when, plain, said, same, table, with_remark
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ActionSpec, ClockSpec, FieldSpec, Procedure
from paizhu.rules.wording import (
    EVENT,
    LEVEL,
    cited,
    condition_text,
    dated_text,
    mark_text,
)

_NONE = Text("—", "–")


def manual(procedure: RunnableProcedure, lang: str) -> str:
    """Give the manual page of a procedure as markdown with a mermaid diagram."""
    parts = [
        _head(procedure),
        _roles(procedure.spec),
        _stages(procedure.spec),
        _actions(procedure),
        _clocks(procedure),
        _documents(procedure.spec),
        _notices(procedure.spec),
    ]
    return "\n".join(line.say(lang) for part in parts for line in part) + "\n"


def diagram(spec: Procedure) -> Iterator[Text]:
    """Give the stages as a mermaid state diagram."""
    yield same("stateDiagram-v2")
    for name, stage in spec.stages.items():
        yield Text(
            f'    state "{plain(stage.title.zh)}" as {name}',
            f'    state "{plain(stage.title.en)}" as {name}',
        )
    for move in flow.moves(spec):
        title = spec.actions[move.action].title
        source = move.source or "[*]"
        yield Text(
            f"    {source} --> {move.target}: {plain(title.zh)}",
            f"    {source} --> {move.target}: {plain(title.en)}",
        )
    yield from (same(f"    {name} --> [*]") for name, s in spec.stages.items() if s.final)


# --- parts of the page --------------------------------------------------------------------------


def _head(procedure: RunnableProcedure) -> Iterator[Text]:
    spec = procedure.spec
    yield Text(f"# {spec.title.zh}", f"# {spec.title.en}")
    yield same("")
    if spec.summary is not None:
        yield from (spec.summary, same(""))
    since = procedure.effective_from
    yield Text(
        f"自 {since} 起开始的事项适用本版。编号格式 `{spec.number}`，日历：{procedure.calendar.title.zh}。",
        f"Matters opened from {since} follow this version. Number `{spec.number}`; calendar: "
        f"{procedure.calendar.title.en}.",
    )
    yield same("")
    refs = [*spec.basis, *(ref for over in procedure.tightenings for ref in over.basis)]
    yield from bullets(cited(procedure.basis_of(ref)) for ref in refs)
    yield from (same(f"`{procedure.digest}`"), same(""))


def _roles(spec: Procedure) -> Iterator[Text]:
    yield from (Text("## 角色与知悉范围", "## Roles, and who may know"), same(""))
    rows = []
    for name, role in spec.roles.items():
        held = Text("岗位", "post")
        if role.held_by == "assignment":
            held = Text(f"指定，至少 {role.at_least} 人", f"assigned, at least {role.at_least}")
        levels = [level for level in LEVEL if name in getattr(spec.access, level)]
        reads = joined(LEVEL[level] for level in levels[-1:])
        rows.append([role.title, same(f"`{name}`"), held, reads])
    yield from table(
        [Text("角色", "role"), Text("键", "key"), Text("产生", "held by"), Text("可阅看", "reads")],
        rows,
    )


def _stages(spec: Procedure) -> Iterator[Text]:
    yield from (Text("## 阶段", "## Stages"), same(""), same("```mermaid"))
    yield from diagram(spec)
    yield from (same("```"), same(""))


def _actions(procedure: RunnableProcedure) -> Iterator[Text]:
    yield from (Text("## 动作", "## Actions"), same(""))
    for name, action in procedure.spec.actions.items():
        yield Text(f"### {action.title.zh}（`{name}`）", f"### {action.title.en} (`{name}`)")
        yield same("")
        if action.help is not None:
            yield from (action.help, same(""))
        yield from bullets(_about(procedure, action))
        if action.form:
            yield from _form(procedure.spec, action.form)


def _about(procedure: RunnableProcedure, action: ActionSpec) -> Iterator[Text]:
    spec = procedure.spec
    yield said(Text("办理人", "By"), joined(spec.roles[role].title for role in action.by))
    if action.from_:
        stages = joined(spec.stages[stage].title for stage in action.from_)
        yield said(Text("阶段", "In stage"), stages)
    if action.when is not None:
        yield said(Text("条件", "When"), condition_text(action.when, spec))
    if isinstance(action.to, str):
        yield said(Text("转入", "Leads to"), spec.stages[action.to].title)
    elif action.to is not None:
        for target in action.to:
            yield said(
                Text("转入", "Leads to"),
                only_when(spec.stages[target.stage].title, condition_text(target.when, spec)),
            )
    if action.assigns is not None:
        yield said(Text("指定", "Assigns"), spec.roles[action.assigns].title)
    for approval in action.approvals:
        signed = spec.roles[approval.by].title
        if approval.basis is not None:
            signed = with_remark(signed, cited(procedure.basis_of(approval.basis)))
        if approval.when is not None:
            signed = only_when(signed, condition_text(approval.when, spec))
        yield said(Text("审批", "Signed by"), signed)
    for refusal in action.refuses:
        refused = with_remark(refusal.say, cited(procedure.basis_of(refusal.basis)))
        yield said(
            Text("不得登记", "Refused"), only_when(refused, condition_text(refusal.when, spec))
        )
    if action.issues:
        titles = joined(spec.documents[document].title for document in action.issues)
        yield said(Text("制发", "Issues"), titles)
    for opened in action.opens_matter:
        other = same(f"`{opened.procedure}`")
        if opened.when is not None:
            other = only_when(other, condition_text(opened.when, spec))
        yield said(Text("开启关联事项", "Opens a linked matter"), other)


def _form(spec: Procedure, form: Sequence[str]) -> Iterator[Text]:
    yield from table(
        [
            Text("字段", "field"),
            Text("键", "key"),
            Text("类型", "type"),
            Text("必填", "required"),
            Text("级别", "level"),
            Text("说明", "remarks"),
        ],
        [
            [
                field.title,
                same(f"`{name}`"),
                TYPES[field.type].title,
                Text("是", "yes") if field.required else _NONE,
                LEVEL[field.level],
                _remarks(spec, field),
            ]
            for name in form
            for field in [spec.fields[name]]
        ],
    )


def _remarks(spec: Procedure, field: FieldSpec) -> Text:
    remarks = [field.help] if field.help is not None else []
    if field.options:
        remarks.append(joined(field.options.values()))
    if field.when is not None:
        remarks.append(said(Text("仅当", "only when"), condition_text(field.when, spec)))
    if field.recuses:
        remarks.append(Text("此人自动回避", "this person is recused"))
    return joined(remarks, Text("；", "; ")) if remarks else _NONE


def _clocks(procedure: RunnableProcedure) -> Iterator[Text]:
    yield from (Text("## 时限", "## Time limits"), same(""))
    for name, clock in procedure.spec.clocks.items():
        yield Text(f"### {clock.title.zh}（`{name}`）", f"### {clock.title.en} (`{name}`)")
        yield same("")
        yield from bullets(_clock(procedure, clock))


def _clock(procedure: RunnableProcedure, clock: ClockSpec) -> Iterator[Text]:
    spec = procedure.spec
    basis = procedure.basis_of(clock.basis)
    yield said(Text("期限", "Limit"), _limit(procedure, clock))
    if clock.target is not None:
        yield said(Text("内部目标", "Own aim"), clock.target.text)
    yield said(Text("依据", "Basis"), cited(basis))
    yield said(Text("起", "Starts"), joined(mark_text(mark, spec) for mark in clock.starts))
    if clock.counted_from is not None:
        yield said(Text("起算日", "Counted from"), spec.fields[clock.counted_from].title)
    if clock.when is not None:
        yield said(Text("仅当", "Only when"), condition_text(clock.when, spec))
    yield said(Text("止", "Stops"), joined(mark_text(mark, spec) for mark in clock.stops))
    for pause in clock.pauses:
        between = Text(
            f"{mark_text(pause.from_, spec).zh}至{mark_text(pause.until, spec).zh}",
            f"{mark_text(pause.from_, spec).en} until {mark_text(pause.until, spec).en}",
        )
        yield said(
            Text("中止", "Pauses"), with_remark(between, cited(procedure.basis_of(pause.basis)))
        )
    if clock.extension is not None:
        by, times = clock.extension.by, clock.extension.times
        action = spec.actions[clock.extension.action].title
        yield said(
            Text("延长", "Prolonged"),
            Text(
                f"经“{action.zh}”每次{by.text.zh}，至多 {times} 次",
                f"by “{action.en}”, {by.text.en} each time, at most {times}",
            ),
        )
    if clock.warn:
        yield said(Text("提前提醒", "Warns ahead"), joined(warn.text for warn in clock.warn))
    if not (clock.roll and basis.roll):
        yield Text("末日遇休息日不顺延", "The last day is never moved to a working day")


def _limit(procedure: RunnableProcedure, clock: ClockSpec) -> Text:
    if clock.due is not None:
        title = procedure.spec.fields[clock.due].title
        return Text(f"“{title.zh}”所载之日", f"the day in “{title.en}”")
    if clock.limit is not None:
        return dated_text(clock.limit)
    legal = procedure.basis_of(clock.basis).limit
    return legal.text if legal else _NONE


def _documents(spec: Procedure) -> Iterator[Text]:
    if spec.documents:
        yield from (Text("## 文书", "## Documents"), same(""))
        yield from table(
            [Text("文书", "document"), Text("编号", "number"), Text("级别", "level")],
            [[d.title, same(d.number or "—"), LEVEL[d.level]] for d in spec.documents.values()],
        )


def _notices(spec: Procedure) -> Iterator[Text]:
    if spec.notices:
        yield from (Text("## 通知", "## Notices"), same(""))
        for notice in spec.notices:
            event = EVENT[notice.event]
            if notice.action is not None:
                event = with_remark(event, spec.actions[notice.action].title)
            yield from bullets([said(event, joined(spec.roles[r].title for r in notice.to))])
