"""Whatever happens, in whatever order: what must never happen does not."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from paizhu.engine import clocks, rights, standing, steps
from paizhu.engine.entries import Entry
from paizhu.engine.rights import Actor
from paizhu.engine.state import ClockRun
from paizhu.kernel.errors import Refused
from tests.unit.engine.matters import DAY, Told, rules, when

POSTS = {
    "keeper": ("keeper",),
    "section": ("section_head",),
    "head": ("head",),
    "deputy": ("head", "section_head"),
    "leader": ("duty_leader",),
    "one": (),
    "two": (),
    "three": (),
}
PEOPLE = sorted(POSTS)
ACTIONS = sorted(rules().spec.actions)


def person(name: str) -> Actor:
    return Actor(name, name, {role: f"{role}@T" for role in POSTS[name]})


step = st.tuples(
    st.sampled_from(
        ["act", "act", "act", "sign", "sign", "sign", "return", "withdraw", "recuse", "assign",
         "substitute", "correct", "note"]
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(ACTIONS),
    st.sampled_from(["letter", "hold", "close"]),
    st.permutations(PEOPLE),
    st.integers(0, 15),
    st.integers(0, 10),
)  # fmt: skip


def drafts(told: Told, chosen: tuple) -> list[Entry]:
    """Draft one attempted step; a refusal is raised."""
    kind, who, action, disposal, others, _, back = chosen
    actor, on = person(who), when(told.day, counts_for=told.day - timedelta(days=back))
    state, procedure = told.state, told.procedure
    number = next(iter(state.proposals), 0)
    if kind == "act":
        values = {"dispose": {"disposal": disposal, "reasons": "x"}}.get(action, {})
        return steps.act(state, procedure, actor, action, values=values, seats=others[:2], when=on)
    if kind == "sign":
        return steps.approve(state, procedure, actor, number, when=on)
    if kind == "return":
        return steps.give_back(state, procedure, actor, number, reasons="x", when=on)
    if kind == "withdraw":
        return steps.withdraw(state, procedure, actor, number, reasons="x", when=on)
    if kind == "recuse":
        return standing.recuse(
            state, procedure, actor, person=others[0], reasons="x", above={"leader"}, when=on
        )
    if kind == "assign":
        return standing.assign(state, procedure, actor, role="handler", persons=others[:2], when=on)
    if kind == "substitute":
        return standing.substitute(
            state, procedure, actor, role="head", person=others[0], reasons="x", when=on
        )
    if kind == "correct":
        value = str(told.day - timedelta(days=back))
        return standing.correct(
            state, procedure, actor, field="received_date", value=value, reasons="x", when=on
        )
    return steps.standing(
        state, procedure, actor, "note", kind="noted", payload={"text": "x"}, when=on
    )


def due(told: Told, run: ClockRun) -> date | None:
    return clocks.due_of(run, told.procedure).date


@settings(max_examples=300)
@given(st.lists(step, max_size=40), st.booleans())
def test_any_sequence_of_allowed_steps_keeps_the_promises(chosen, forwarded):
    told = Told(day=DAY).open(source="forwarded" if forwarded else "found")
    for attempted in chosen:
        told.day += timedelta(days=attempted[5])
        before, kept_out = told.state, set(told.state.recused)
        length = len(told.entries)
        try:
            told.write(drafts(told, attempted))
        except Refused:
            assert told.state is before
            continue
        new = told.entries[length:]
        nobody_recused_acts(new, kept_out)
        nobody_signs_his_own_or_twice(told)
        no_extension_brings_a_day_forward(told, before, new)
        no_final_stage_is_left(before.stage, told)
    assert told.fold() == told.state
    back_dating_met_nothing(told)


def nobody_recused_acts(new: list[Entry], kept_out: set[str]) -> None:
    assert not {entry.person for entry in new} & kept_out


def nobody_signs_his_own_or_twice(told: Told) -> None:
    for proposal in told.state.proposals.values():
        signers = [one.person for one in proposal.signatures]
        assert proposal.person not in signers
        assert len(set(signers)) == len(signers)
    for done in told.state.done:
        assert done.person not in done.signers
        assert len(set(done.signers)) == len(done.signers)
        needed = told.procedure.spec.actions[done.action].approvals
        assert len(done.signers) == len(needed), done


def no_extension_brings_a_day_forward(told: Told, before, new: list[Entry]) -> None:
    if not any(entry.action == "prolong" and entry.kind == "enacted" for entry in new):
        return
    was, now = before.run("work"), told.run("work")
    assert now.extensions == was.extensions + 1
    assert now.extensions <= 1
    first, second = due(told, was), due(told, now)
    assert first is None or second is None or second >= first


def no_final_stage_is_left(stage: str, told: Told) -> None:
    if stage and told.procedure.spec.stages[stage].final:
        assert told.state.stage == stage
        assert not list(told.state.running())


def back_dating_met_nothing(told: Told) -> None:
    """No clock is met that the days of recording say was missed."""
    for runs in told.state.clocks.values():
        for run in runs:
            if run.stopped is None:
                continue
            assert run.stopped == run.stopped_at.date()
            assert all(until is None or until >= since for since, until in run.pauses)
            standing_then = clocks.standing(run, told.procedure, on=told.day)
            day = due(told, run)
            late = day is not None and run.stopped_at.date() > day
            assert (standing_then.status == "missed") == late


@settings(max_examples=200)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_claiming_earlier_days_never_makes_a_missed_clock_met(waited, paused, claimed):
    """The same acts, once honest and once back-dated: what was missed stays missed."""
    honest, told_back = (life(waited, paused, back) for back in (0, claimed))
    for name, runs in honest.state.clocks.items():
        for run, other in zip(runs, told_back.state.clocks[name], strict=True):
            first = clocks.standing(run, honest.procedure, on=honest.day).status
            second = clocks.standing(other, told_back.procedure, on=told_back.day).status
            assert not (first in ("missed", "late") and second in ("met", "running")), name


def life(waited: int, paused: int, back: int) -> Told:
    told = Told(day=DAY).open()

    def on():
        return when(told.day, counts_for=max(told.state.opened_day, told.day - timedelta(back)))

    def act(who: str, action: str, **values):
        seats = ["one", "two"] if action == "hand_over" else ()
        told.write(
            steps.act(
                told.state, told.procedure, person(who), action, values=values, seats=seats,
                when=on(),
            )
        )  # fmt: skip

    def sign(who: str):
        number = next(iter(told.state.proposals))
        told.write(steps.approve(told.state, told.procedure, person(who), number, when=on()))

    told.day += timedelta(days=waited)
    act("keeper", "hand_over")
    sign("head")
    act("one", "dispose", disposal="letter", reasons="x")
    sign("section")
    sign("head")
    told.day += timedelta(days=waited)
    act("head", "ask_superior", reasons="x")
    told.day += timedelta(days=paused)
    act("head", "superior_answers", reasons="x")
    told.day += timedelta(days=waited)
    act("one", "conclude", reasons="x")
    return told


@given(st.sampled_from(PEOPLE), st.sampled_from(ACTIONS))
def test_what_is_said_to_be_open_is_what_may_be_done(name, action):
    told = Told(day=DAY).open()
    said = {
        one.action: one.is_allowed
        for one in rights.open_to(told.state, told.procedure, person(name), when(DAY))
    }
    values = {"dispose": {"disposal": "hold", "reasons": "x"}}.get(action, {})
    try:
        steps.act(
            told.state, told.procedure, person(name), action, values=values,
            seats=["one", "two"], when=when(DAY),
        )  # fmt: skip
        done = True
    except Refused:
        done = False
    assert done == said.get(action, False)
