"""The same step for several matters at once, where the rule leaves nothing to look at singly.

Which actions may be taken so is told by their shape: nothing is signed, nobody is seated, nothing
is handed over, issued or opened, none is a check on somebody else's work, and the form asks for no
words, files or content of its own. Each matter goes through the door for itself, with its answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from paizhu.casework import access, desk, forms_cards, rulebook, writing
from paizhu.casework.cards import ActionCard, MatterRow
from paizhu.casework.list_rows import rows_of
from paizhu.casework.models import ChildRow, Matter, Waiting
from paizhu.casework.today import waiting_lines
from paizhu.kernel.errors import Invalid, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure

#: What a form may ask for that is the same for all: no words, no persons, no bodies, no files.
PLAIN = frozenset({"date", "choice", "choices", "yesno", "number"})
#: So many matters go through the door in one go.
MOST = 50
NONE_CHOSEN = Text("请至少选择一件事项。", "Choose at least one matter.")
TOO_MANY = Text(
    f"一次最多办理 {MOST} 件，请分次办理。", f"At most {MOST} at once; do the rest after that."
)
NO_SUCH = Text("没有可以一并办理的这一步。", "There is no such step to be taken together.")
DONE = Text("已办理", "Done")


@dataclass(frozen=True, slots=True)
class Together:
    """A step that several matters wait for, of one version of the rules."""

    rules: str
    action: str
    title: Text
    procedure_title: Text
    stage_title: Text
    count: int


@dataclass(frozen=True, slots=True)
class TogetherCard:
    """The step with its form, and the matters it may be taken for."""

    step: Together
    form: ActionCard
    rows: tuple[MatterRow, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one matter."""

    ref: str
    is_done: bool
    say: Text


def may_be_together(procedure: RunnableProcedure, name: str) -> bool:
    """Say whether the shape of an action leaves nothing to be looked at matter by matter."""
    action, fields = procedure.spec.actions[name], procedure.spec.fields
    shape = procedure.spec.hand_over
    handed = {shape.offer, shape.accept, shape.give_back} if shape else set()
    plain = all(fields[one].level == "normal" and fields[one].type in PLAIN for one in action.form)
    own = action.approvals or action.assigns or action.issues or action.opens_matter
    judged = action.separate_from or action.grants or action.excuses
    return plain and not (action.opens or own or judged or name in handed)


def offered(who: Who) -> list[Together]:
    """Give the steps that at least two matters wait for from this person. Two queries."""
    found = _grouped(who)
    return [_step(key, lines) for key, lines in found.items() if len(lines) > 1]


def look(who: Who, rules: str, action: str, *, on: date) -> TogetherCard:
    """Give one such step with its form and its matters. Raises NotFound."""
    lines = _grouped(who).get((rules, action))
    if not lines:
        raise NotFound(NO_SUCH)
    first = lines[0].matter
    bench = writing.bench(who, access.get_matter(who, first.ref))
    choices = forms_cards.choices_of(bench, [action], on=on)
    form = forms_cards.action_card(
        bench.procedure, action, reason=None, state=bench.state, choices=choices
    )
    chosen = Matter.objects.filter(pk__in=[line.matter_id for line in lines[:MOST]])
    rows = tuple(rows_of(who, chosen.order_by("pk"), on=on))
    return TogetherCard(_step((rules, action), lines), form, rows)


def act(
    who: Who,
    rules: str,
    action: str,
    *,
    versions: Mapping[str, int],
    raw: Mapping[str, object],
    now: datetime,
) -> list[Outcome]:
    """Take the step for each chosen matter, as the page showed it, each through the door by itself.

    Raise Invalid before anything is written when nothing is chosen, too much is, or the form
    itself is wrong; after that one refusal keeps no other from being done.
    """
    lines = {line.matter.ref: line for line in _grouped(who).get((rules, action), ())}
    if not lines:
        raise NotFound(NO_SUCH)
    if not versions:
        raise Invalid(NONE_CHOSEN)
    if len(versions) > MOST:
        raise Invalid(TOO_MANY)
    outcomes: list[Outcome] = []
    for ref, version in versions.items():
        try:
            if ref not in lines:
                raise NotFound(access.NOT_FOUND)
            desk.act(actor=who, ref=ref, action=action, raw=raw, version=version, now=now)
        except Refused as refused:
            if isinstance(refused, Invalid) and refused.fields and not outcomes:
                raise
            outcomes.append(Outcome(ref, is_done=False, say=refused.say))
        else:
            outcomes.append(Outcome(ref, is_done=True, say=DONE))
    return outcomes


def _grouped(who: Who) -> dict[tuple[str, str], list[Waiting]]:
    """Give what waits for this person by rules and action, of those that may go together now."""
    lines = waiting_lines(who, kind="act")
    left = ChildRow.objects.filter(matter_id__in=[one.matter_id for one in lines], status="open")
    has_open_children = set(left.values_list("matter_id", flat=True))
    found: dict[tuple[str, str], dict[int, Waiting]] = defaultdict(dict)
    for line in lines:
        procedure = rulebook.rules_of(line.matter.rules)
        waits = procedure.spec.actions[line.action].after_children
        if may_be_together(procedure, line.action) and not (
            waits and line.matter_id in has_open_children
        ):
            found[(line.matter.rules, line.action)].setdefault(line.matter_id, line)
    return {key: list(those.values()) for key, those in found.items()}


def _step(key: tuple[str, str], lines: Sequence[Waiting]) -> Together:
    rules, action = key
    spec = rulebook.rules_of(rules).spec
    stages = dict.fromkeys(spec.stages[line.matter.stage].title for line in lines)
    return Together(
        rules=rules,
        action=action,
        title=spec.actions[action].title,
        procedure_title=spec.title,
        stage_title=_joined(stages),
        count=len(lines),
    )


def _joined(titles: Iterable[Text]) -> Text:
    listed = list(titles)
    return Text(" / ".join(t.zh for t in listed), " / ".join(t.en for t in listed))
