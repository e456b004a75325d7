"""Acting on matters as an account: each verb makes one call at the door the pages use too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paizhu.cli.call import Call, listed_by
from paizhu.cli.given import read_given
from paizhu.cli.installation import open_data, who_asks
from paizhu.cli.verbs import AsOption, verb
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from paizhu.casework.cards import ActionCard, Receipt, WaitingRow
    from paizhu.registry.principals import Who

RefArgument = Annotated[
    str, typer.Argument(metavar="REF", help="Reference of the matter. 事项编号。")
]
WithOption = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="FILE|KEY=VALUE",
        help="What is filled in: a JSON or YAML file, KEY=VALUE, or KEY:=JSON; may be repeated, a"
        " repeated key makes a list. 填写的内容，可重复。",
        show_default=False,
    ),
]
VersionOption = Annotated[
    int | None,
    typer.Option(
        "--version",
        metavar="N",
        help="Refuse if somebody acted since this version; else the newest. 所见版本。",
        show_default=False,
    ),
]
ReasonsOption = Annotated[str, typer.Option("--reasons", help="Why. 理由。", show_default=False)]
ProposalOption = Annotated[
    int | None,
    typer.Option(
        "--proposal",
        metavar="N",
        help="Which proposal, where several wait. 哪一项提请。",
        show_default=False,
    ),
]
RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help="Name of the role. 角色名。")]
PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="Key of a person: person:17. 人员。")
]


def declare(matters: typer.Typer) -> None:
    """Add the verbs to the group `matters`."""
    for name, function in (
        ("waiting", waiting),
        ("actions", actions),
        ("open", open_matter),
        ("act", act),
        ("approve", approve),
        ("return", give_back),
        ("withdraw", withdraw),
        ("assign", assign),
        ("substitute", substitute),
        ("recuse", recuse),
        ("note", note),
        ("correct", correct),
    ):
        verb(matters, name, reads=True)(function)


# --- looking before one acts ----------------------------------------------------------------------


def waiting(call: Call, username: AsOption = None) -> None:
    """List what waits for an account, longest first. 列出等待该账号办理的事项。"""
    open_data(call)
    from django.utils.timezone import localtime

    from paizhu.casework import queries

    rows = queries.waiting(who_asks(call, username), on=localtime(call.now).date())
    call.answer(rows, [_waits(row) for row in rows] or [Text("没有待办。", "Nothing waits.")])


def actions(call: Call, ref: RefArgument, username: AsOption = None) -> None:
    """Say what an account may do with a matter now and what each form asks for, or why not.

    说明该账号现在可以对事项做什么、需要填写什么，或者为什么不能。
    """
    open_data(call)
    from paizhu.casework import reading

    card = reading.matter(who_asks(call, username), ref, now=call.now)
    lines = [line for one in card.actions for line in _asks(one)]
    lines += [
        Text(f"提请 {one.proposal}：{one.title.zh}", f"proposal {one.proposal}: {one.title.en}")
        for one in card.proposals
    ]
    call.answer({"version": card.version, "actions": card.actions, "may": card.may,
                 "proposals": card.proposals, "candidates": card.candidates}, lines)  # fmt: skip


# --- acting ---------------------------------------------------------------------------------------


def open_matter(
    call: Call,
    procedure: Annotated[str, typer.Argument(metavar="PROCEDURE", help="Its name. 程序名。")],
    username: AsOption = None,
    body: Annotated[
        str,
        typer.Option(
            "--in",
            metavar="CODE",
            help="The body it is held in; else the one where the account may. 承办单位。",
            show_default=False,
        ),
    ] = "",
    action: Annotated[
        str,
        typer.Option(
            "--action", help="The opening action, if several. 登记动作。", show_default=False
        ),
    ] = "",
    given: WithOption = None,
) -> None:
    """Open a matter of a procedure. 登记新事项。"""
    raw = read_given(given or [])
    open_data(call)
    from django.utils.timezone import localtime

    from paizhu.casework import desk, rulebook

    who = who_asks(call, username)
    with listed_by("paizhu explain procedure"):
        rulebook.current().procedure(procedure, on=localtime(call.now).date())
    holder = body or _only_body(call, who, procedure)
    receipt = desk.open(
        actor=who, procedure=procedure, body=holder, raw=raw, now=call.now, action=action
    )
    _stored(call, who, receipt)


def act(
    call: Call,
    ref: RefArgument,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="Name of the action. 动作名。")],
    username: AsOption = None,
    given: WithOption = None,
    version: VersionOption = None,
) -> None:
    """Take an action: it takes effect, or waits for the signatures its rule asks for.

    办理一个动作：立即生效，或提请签批。
    """
    raw = read_given(given or [])
    _change(call, username, ref, version, "act", action=action, raw=raw)


def approve(
    call: Call,
    ref: RefArgument,
    username: AsOption = None,
    proposal: ProposalOption = None,
    version: VersionOption = None,
) -> None:
    """Sign a proposal; with the last signature it takes effect. 签署提请。"""
    _change(call, username, ref, version, "approve", proposal=proposal)


def give_back(
    call: Call,
    ref: RefArgument,
    reasons: ReasonsOption,
    username: AsOption = None,
    proposal: ProposalOption = None,
    version: VersionOption = None,
) -> None:
    """Return a proposal to its author, with reasons. 退回提请并说明理由。"""
    _change(call, username, ref, version, "give_back", proposal=proposal, reasons=reasons)


def withdraw(
    call: Call,
    ref: RefArgument,
    reasons: ReasonsOption,
    username: AsOption = None,
    proposal: ProposalOption = None,
    version: VersionOption = None,
) -> None:
    """Withdraw one's own proposal, with reasons. 撤回自己的提请并说明理由。"""
    _change(call, username, ref, version, "withdraw", proposal=proposal, reasons=reasons)


def assign(
    call: Call,
    ref: RefArgument,
    role: RoleArgument,
    persons: Annotated[list[str], typer.Argument(metavar="PERSON...", help="person:17 … 人员。")],
    username: AsOption = None,
    version: VersionOption = None,
) -> None:
    """Appoint who fills the seats of a role, in place of those before. 指定承办人员。"""
    _change(call, username, ref, version, "assign", role=role, persons=persons)


def substitute(
    call: Call,
    ref: RefArgument,
    role: RoleArgument,
    person: PersonArgument,
    reasons: ReasonsOption,
    username: AsOption = None,
    version: VersionOption = None,
) -> None:
    """Appoint somebody to sign in place of a role that nobody may fill. 指定代为审批人员。"""
    given = {"role": role, "person": person, "reasons": reasons}
    _change(call, username, ref, version, "substitute", **given)


def recuse(
    call: Call,
    ref: RefArgument,
    person: PersonArgument,
    reasons: ReasonsOption,
    username: AsOption = None,
    version: VersionOption = None,
) -> None:
    """Record that a person takes no part and may not know. 登记回避。"""
    _change(call, username, ref, version, "recuse", person=person, reasons=reasons)


def note(
    call: Call,
    ref: RefArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note. 内容。")],
    username: AsOption = None,
    version: VersionOption = None,
) -> None:
    """Write a note into a matter. 记录工作情况。"""
    _change(call, username, ref, version, "note", text=text)


def correct(
    call: Call,
    ref: RefArgument,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="Name of the field. 字段名。")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What it should read. 更正为。")],
    reasons: ReasonsOption,
    username: AsOption = None,
    version: VersionOption = None,
) -> None:
    """Correct what was entered wrongly; what stood there stays in the ledger. 更正。"""
    _change(call, username, ref, version, "correct", field=field, raw=value, reasons=reasons)


# --- within ---------------------------------------------------------------------------------------


def _change(
    call: Call, username: str | None, ref: str, version: int | None, name: str, **given: Any
) -> None:
    """Make the call at the door on the version seen, or on the newest."""
    open_data(call)
    from paizhu.casework import access, desk, writing

    doors: dict[str, Callable[..., Receipt]] = {
        "act": desk.act, "approve": desk.approve, "give_back": desk.give_back,
        "withdraw": desk.withdraw, "assign": desk.assign, "substitute": desk.substitute,
        "recuse": desk.recuse, "note": desk.note, "correct": desk.correct,
    }  # fmt: skip
    who = who_asks(call, username)
    state = writing.bench(who, access.get_matter(who, ref)).state
    if "proposal" in given and given["proposal"] is None:
        given["proposal"] = _only_proposal(list(state.proposals))
    seen = state.version if version is None else version
    _stored(call, who, doors[name](actor=who, ref=ref, version=seen, now=call.now, **given))


def _only_proposal(waiting: list[int]) -> int:
    if len(waiting) == 1:
        return waiting[0]
    named = ", ".join(map(str, waiting))
    say = (
        Text(f"有多项提请，请用 --proposal 指明：{named}。", f"Several wait; name one with --proposal: {named}.")
        if waiting
        else Text("没有等待签批的提请。", "No proposal waits for a signature.")
    )  # fmt: skip
    raise Invalid(say, fields={"--proposal": say})


def _only_body(call: Call, who: Who, procedure: str) -> str:
    """Give the one body in which this account may open such a matter; else ask for it by name."""
    from django.utils.timezone import localtime

    from paizhu.casework import queries

    today = localtime(call.now).date()
    codes = {
        option.value
        for one in queries.openable(who, on=today)
        if one.procedure == procedure
        for option in one.bodies
    }
    if len(codes) == 1:
        return codes.pop()
    named = ", ".join(sorted(codes))
    say = (
        Text(f"可在多个单位登记，请用 --in 指明：{named}。", f"Name the body with --in: {named}.")
        if codes
        else Text("该账号不能登记这种事项。", "This account may not open such a matter.")
    )
    raise Invalid(say, fields={"--in": say})


def _stored(call: Call, who: Who, receipt: Receipt) -> None:
    from paizhu.casework import receipts

    done = (
        Text("已提请签批", "proposed for signature")
        if receipt.proposal is not None
        else Text("已办理", "done")
    )
    line = Text(
        f"{receipt.ref} {done.zh}，记入台账第 {receipt.seq} 页，版本 {receipt.version}",
        f"{receipt.ref} {done.en}, page {receipt.seq} of the ledger, version {receipt.version}",
    )
    call.answer(receipts.for_reader(who, receipt), [line])


def _waits(row: WaitingRow) -> Text:
    return Text(
        f"{row.ref}  {row.since}  {row.procedure_title.zh}  {row.what.zh}",
        f"{row.ref}  {row.since}  {row.procedure_title.en}  {row.what.en}",
    )


def _asks(card: ActionCard) -> list[Text]:
    if card.reason is not None:
        return [
            Text(
                f"× {card.action}  {card.title.zh}：{card.reason.zh}",
                f"× {card.action}  {card.title.en}: {card.reason.en}",
            )
        ]
    lines = [Text(f"→ {card.action}  {card.title.zh}", f"→ {card.action}  {card.title.en}")]
    for field in card.form:
        mark = "*" if field.required else " "
        options = " | ".join(option.value for option in field.options)
        lines.append(
            Text(
                f"   {mark} {field.field} ({field.type}) {field.title.zh}  {options}".rstrip(),
                f"   {mark} {field.field} ({field.type}) {field.title.en}  {options}".rstrip(),
            )
        )
    return lines
