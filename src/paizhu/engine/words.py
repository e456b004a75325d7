"""What the engine says when it refuses: what happened, why, and what to do now."""

from __future__ import annotations

from collections.abc import Sequence

from paizhu.kernel.text import Text

RECUSED = Text(
    "您已登记回避，不能参与本事项。",
    "You are recused from this matter and may not take part in it.",
)
OWN_PROPOSAL = Text(
    "这是您本人提请的，不能由您审批；请等待其他有权审批的人签署。",
    "You proposed this, so you may not sign it; someone else with the right to sign must.",
)
SIGNED_BEFORE = Text(
    "您已在这次提请上签署过，同一人不能签署两次。",
    "You have signed this proposal already; nobody signs twice.",
)
NOTHING_TO_SIGN = Text(
    "这项提请已不在等待审批，请刷新页面查看现状。",
    "This proposal no longer waits for a signature; reload the page to see where it stands.",
)
NOT_YOUR_PROPOSAL = Text(
    "只有提请人本人可以撤回。", "Only the person who proposed it may withdraw it."
)
STAGE_MOVED_ON = Text(
    "事项已进入其他阶段，这项提请不能再生效；请退回或撤回。",
    "The matter has moved to another stage, so this can no longer take effect;"
    " return or withdraw it.",
)
ALREADY_PROPOSED = Text(
    "已有同一提请等待审批；请等待签署，或由提请人先撤回。",
    "The same has been proposed and waits for signature; wait, or let the proposer withdraw it.",
)
REASONS_NEEDED = Text("请写明理由。", "Please give the reasons.")
EMPTY = Text("请填写内容。", "Please write something.")
DAY_IN_FUTURE = Text("计算日期不能晚于今天。", "The day it counts for may not be later than today.")
DAY_BEFORE_OPENING = Text(
    "计算日期不能早于事项登记之日。",
    "The day it counts for may not be before the matter was opened.",
)
RECEIVED_IN_FUTURE = Text(
    "收到日期不能晚于登记日期。", "The day of receipt may not be after the day of the entry."
)
SEAT_RECUSED = Text(
    "所选人员中有已登记回避的，请另选。", "Someone you chose is recused; choose another person."
)
TOO_LATE_TO_PROLONG = Text(
    "时限已过，不能再延长；请按超期办理并说明情况。",
    "The time limit has passed, so it can no longer be prolonged; go on as late and say why.",
)
NO_CLOCK_TO_PROLONG = Text(
    "现在没有正在计算的时限，无需延长。",
    "No time limit is running now, so there is none to prolong.",
)
NOT_PAUSED = Text("时限没有中止，无需恢复。", "The time limit is not paused, so it cannot resume.")
PAUSED_ALREADY = Text(
    "现在没有可以中止的时限。", "There is no running time limit that could be paused now."
)
CLOSED = Text(
    "事项已办结，只能作工作记录或登记回避。",
    "The matter is closed; only a note or a recusal can still be recorded.",
)
NOT_YOURSELF = Text(
    "不能指定您本人；请指定他人，或请其他有权的人指定。",
    "You cannot appoint yourself; appoint someone else, or ask another who may appoint.",
)
NOT_FOR_YOUR_PROPOSAL = Text(
    "这是您本人提请的，代为审批人员应由他人指定。",
    "You proposed this, so someone else must appoint who signs it.",
)
CANNOT_SIGN_EITHER = Text(
    "所选人员是提请人或已签署过，不能代为审批，请另选。",
    "That person proposed this or has signed it already and cannot sign; choose another.",
)
STILL_SOMEBODY = Text(
    "这一岗位仍有人可以签署，无需指定代为审批人员。",
    "Someone can still sign for this role, so no substitute is needed.",
)
NO_SEATS = Text(
    "这一角色不由指定产生，不能在此指定人员。",
    "This role is not filled by appointment, so nobody can be seated in it here.",
)
FROM_ABOVE = Text(
    "所选人员是上级对本事项的分管人员，其回避由上级或本人登记。",
    "That person oversees this matter from above; they or the superior body record the recusal.",
)
NOTHING_RECORDED = Text(
    "这一项还没有登记内容，无从更正。", "Nothing is recorded in this field yet."
)
NO_CHANGE = Text("更正后的内容与原内容相同。", "The corrected value is the same as before.")
NAMES_A_BODY = Text(
    "这一项决定哪个单位参与本事项，不能以更正改变；请撤回或办结后重新登记。",
    "This names the body that takes part in the matter and cannot be changed by a correction;"
    " withdraw or close the matter and open it again.",
)
RECEIVED_AFTER_ENTRY = Text(
    "收到日期不能晚于当时登记之日。",
    "The day of receipt may not be after the day on which it was entered.",
)
PROPOSALS_STILL_WAIT = Text(
    "还有提请等待审批，不能办结；请先签署、退回或撤回。",
    "A proposal still waits for signature; sign, return or withdraw it before closing.",
)


SENDER_NEVER_ACCEPTS = Text(
    "移交由您方提出，不能由您代接收方签收；请由接收方人员办理。",
    "You offered this, so you cannot accept it for the receiver; the receiving body must.",
)
SENT_HAS_CHANGED = Text(
    "移交内容在提出之后有更正，与回执不符；请移交方撤回后重新提出。",
    "What was sent has been corrected since, so it no longer matches the receipt;"
    " the sender should recall it and offer it again.",
)
NOBODY_RECEIVES = Text(
    "接收单位目前无人可以签收（岗位空缺或均已回避）；请先与对方确认。",
    "Nobody in the receiving body can accept this now (post vacant or recused);"
    " settle that with them first.",
)
CHILDREN_OPEN = Text(
    "由本事项开启的事项尚未全部办结，须先办结或说明免办。",
    "Not everything opened from here is closed yet; close or excuse it first.",
)


def separate_from(titles: Sequence[Text]) -> Text:
    """Say which earlier act keeps the actor from this one."""
    what = joined(titles)
    return Text(
        f"您办理或签署过“{what.zh}”，这一步须由他人办理。",
        f"You took part in: {what.en}. Somebody else must take this step.",
    )


def joined(titles: Sequence[Text]) -> Text:
    """Join titles as a list of alternatives."""
    return Text("、".join(t.zh for t in titles), ", ".join(t.en for t in titles))


def not_your_action(titles: Sequence[Text]) -> Text:
    """Say whose action it is."""
    who = joined(titles)
    return Text(f"这一步由{who.zh}办理。", f"This step is for: {who.en}.")


def not_your_signature(title: Text) -> Text:
    """Say whose signature comes next."""
    return Text(f"现在等待{title.zh}签署。", f"It now waits for the signature of: {title.en}.")


def another_waits(title: Text) -> Text:
    """Say that another proposal must be settled first."""
    return Text(
        f"“{title.zh}”正在等待审批，须先签署、退回或撤回。",
        f"“{title.en}” waits for signature; it must be signed, returned or withdrawn first.",
    )


def signed_already(title: Text) -> Text:
    """Say that a value was signed for, so that no single person may change it."""
    return Text(
        f"这一项经“{title.zh}”审批生效，不能由一人更正；需变更的，请重新提请。",
        f"This was signed for in “{title.en}”, so no one person may correct it;"
        " propose the action again to change it.",
    )


def no_such_action(action: str) -> Text:
    """Say that the procedure has no such action."""
    return Text(f"本程序没有动作“{action}”。", f"This procedure has no action “{action}”.")


def not_in_this_stage(title: Text) -> Text:
    """Say that the action does not belong to the present stage."""
    return Text(
        f"现阶段不能“{title.zh}”；请查看页面上列出的可办动作。",
        f"“{title.en}” cannot be done in this stage; see the actions the page offers.",
    )


def does_not_open(title: Text) -> Text:
    """Say that a matter cannot begin with this action."""
    return Text(f"“{title.zh}”不能用来登记新事项。", f"“{title.en}” does not open a matter.")


def prolonged_enough(times: int) -> Text:
    """Say that the rule allows no further extension."""
    return Text(
        f"规定只能延长 {times} 次，已用完。",
        f"The rule allows {times} extension(s), and they are used up.",
    )


def too_few_seats(title: Text, at_least: int) -> Text:
    """Say how many people must be appointed."""
    return Text(
        f"须指定至少 {at_least} 名{title.zh}。", f"Appoint at least {at_least}: {title.en}."
    )


def clocks_still_run(titles: Sequence[Text]) -> Text:
    """Say which clocks must be stopped before closing."""
    what = joined(titles)
    return Text(
        f"还有时限在计算，不能办结：{what.zh}。",
        f"A time limit still runs, so it cannot be closed: {what.en}.",
    )
