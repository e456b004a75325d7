"""Rules in plain words: conditions, marks and dated limits, as a manual says them."""

from __future__ import annotations

from paizhu.kernel import days
from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text
from paizhu.rules.conditions import Value
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.law import Basis
from paizhu.rules.markdown import same
from paizhu.rules.spec import AllOf, AnyOf, Condition, Dated, FieldIs, Procedure


def condition_text(condition: Condition, spec: Procedure) -> Text:
    """Say a condition: “来源”为“上级转送”."""
    if isinstance(condition, AllOf | AnyOf):
        parts = condition.all if isinstance(condition, AllOf) else condition.any
        each = [condition_text(part, spec) for part in parts]
        joint = Text("，且", " and ") if isinstance(condition, AllOf) else Text("，或", " or ")
        return Text(joint.zh.join(one.zh for one in each), joint.en.join(one.en for one in each))
    field = spec.fields[condition.field]
    wanted = (condition.is_,) if isinstance(condition, FieldIs) else condition.in_
    show = TYPES[field.type].show
    values: list[Value] = list(wanted)
    return Text(
        f"“{field.title.zh}”为" + "或".join(f"“{show(value, field, 'zh')}”" for value in values),
        f"“{field.title.en}” is "
        + " or ".join(f"“{show(value, field, 'en')}”" for value in values),
    )


def mark_text(mark: str, spec: Procedure) -> Text:
    """Say a mark: an action that took effect, or was proposed."""
    title = spec.actions[mark.removesuffix(".proposed")].title
    if mark.endswith(".proposed"):
        return Text(f"提请“{title.zh}”", f"“{title.en}” proposed")
    return Text(f"“{title.zh}”生效", f"“{title.en}” done")


def dated_text(limit: Dated[Period]) -> Text:
    """Say a limit with the days from which its values applied."""
    said = [
        Text(f"自 {since} 起 {period.text.zh}", f"{period.text.en} from {since}")
        if since
        else period.text
        for since, period in limit.values
    ]
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


CONFIDENCE = {
    "T": Text("已读原文", "read in the text"),
    "T*": Text("原文只读到一部分", "read in part"),
    "S": Text("据二手材料，待核", "second-hand, to be checked"),
    "L": Text("地方做法", "local practice"),
    "M+": Text("凭记忆，待核", "remembered, to be checked"),
    "M-": Text("不确定，不得使用", "uncertain, not to be used"),
}

NO_NUMBER = {
    "promptly": Text("及时，无数字", "promptly, no figure"),
    "periodically": Text("定期，无数字", "periodically, no figure"),
    "set_locally": Text("由地方规定", "set locally"),
    "field": Text("由文书写明", "written in the document"),
    "none_in_text": Text("条文未规定", "not set by the text"),
    "until_end": Text("至事项结束", "until it ends"),
}

LEVEL = {
    "normal": Text("一般", "normal"),
    "content": Text("内容", "content"),
    "identity": Text("身份", "identity"),
}

EVENT = {
    "opened": Text("开始", "opened"),
    "proposed": Text("提请审批", "proposed"),
    "approved": Text("审批同意", "approved"),
    "returned": Text("退回", "returned"),
    "assigned": Text("指定人员", "assigned"),
    "enacted": Text("动作生效", "done"),
    "closed": Text("办结", "closed"),
    "clock_warned": Text("时限临近", "time limit near"),
    "clock_missed": Text("时限已过", "time limit missed"),
    "stuck": Text("无人可签", "nobody can sign"),
}


def cited(basis: Basis) -> Text:
    """Cite with version and, where the text was not read in full, how surely."""
    version = same("")
    if basis.version:
        day = days.say(basis.version)
        version = Text(f"（{day.zh}版）", f" ({day.en})")
    how = sure(basis)
    mark = same("") if basis.confidence == "T" else Text(f"【{how.zh}】", f" [{how.en}]")
    return Text(f"{basis.cited.zh}{version.zh}{mark.zh}", f"{basis.cited.en}{version.en}{mark.en}")


def sure(basis: Basis) -> Text:
    """Say how surely a rule was read."""
    words = CONFIDENCE[basis.confidence]
    return Text(f"{basis.confidence} {words.zh}", f"{basis.confidence} {words.en}")
