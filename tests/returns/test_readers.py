"""Who reads which figure, and which record behind it: held against a rule written a second time."""

import pytest

from paizhu.analysis.returns import computing, reading
from paizhu.casework import desk
from paizhu.casework.models import Reader, Recusal
from paizhu.kernel.errors import NotFound
from tests.world import inquiry


def card(world, kept, name):
    return reading.card_of(kept, reader=world.who(name), now=world.now(18))


def figures_of(world, kept, name):
    return {c.key: c.figure.shown.zh for row in card(world, kept, name).rows for c in row.cells}


def recuse(world, ref, name):
    desk.recuse(
        actor=world.who("head"), ref=ref, person=world.key(name), reasons="近亲属",
        version=world.card("head", ref).version, now=world.now(11),
    )  # fmt: skip


def test_only_declared_readers_get_a_return_and_all_others_the_one_answer(world, compute):
    inquiry(world)
    kept = compute()
    may = {"head", "section_head", "leader", "office"}
    for name in world.people:
        if name in may:
            assert card(world, kept, name).id == kept.pk
            continue
        said = set()
        for ask in (
            lambda who: reading.computation_for(kept.pk, reader=who, now=world.now()),
            lambda who: reading.computation_for(10_000, reader=who, now=world.now()),
            lambda who: computing.asked_for("inquiries", body="WJ", reader=who, on=world.today),
            lambda who: computing.asked_for("inquiries", body="??", reader=who, on=world.today),
            lambda who: computing.asked_for("inquiries", body="YY", reader=who, on=world.today),
        ):
            with pytest.raises(NotFound) as refused:
                ask(world.who(name))
            said.add(refused.value.say)
        assert len(said) == 1, name


def test_each_is_offered_exactly_what_he_reads(world):
    got = {
        name: {(one.name, code) for one in reading.offered(world.who(name), on=world.today) for code, _ in one.bodies}
        for name in world.people
    }  # fmt: skip
    both = {("inquiries", "JY"), ("inquiries", "OR"), ("inquiries", "WJ")}
    persons = {("persons", "JY"), ("persons", "WJ")}
    assert got["leader"] == both | {("errands", "OR"), ("cohorts", "OR")}
    assert got["case_office"] == {("errands", "OR")}
    assert got["office"] == both | persons | {("errands", "OR")}
    assert got["head"] == {("inquiries", "WJ"), ("persons", "WJ"), ("cohorts", "WJ")}
    assert got["liaison"] == got["keeper"] == got["one"] == set()


def openable(world, name, refs):
    """Say by the rows alone, one by one, which matters a person may open: the oracle."""
    who = world.who(name)
    return {
        ref
        for ref in refs
        if any(Reader.objects.filter(matter__ref=ref, principal=p).exists() for p in who.principals)
        and not Recusal.objects.filter(matter__ref=ref, person_id=who.person).exists()
    }


def test_a_figure_leads_to_exactly_the_records_its_reader_may_open(world, compute):
    refs = {inquiry(world, subject=s).ref for s in ("乙", "丙", "丁")} | {
        inquiry(world, "closed").ref
    }
    recuse(world, sorted(refs)[0], "section_head")
    kept = compute()
    for name in ("head", "section_head", "leader", "office"):
        hidden = {
            r
            for r in refs
            if Recusal.objects.filter(matter__ref=r, person=world.people[name]).exists()
        }
        for key, said in figures_of(world, kept, name).items():
            if not key.endswith(".received"):
                continue
            if said == "0":
                continue
            found = reading.records(kept.pk, cell=key, reader=world.who(name), now=world.now(18))
            counted = {ref for ref, _ in kept.cells["cells"][key]["count"]} - hidden
            assert found.total == len(counted) == int(said)
            assert {row.ref for row in found.rows} == openable(world, name, counted)
    office = reading.records(
        kept.pk, cell="all.received", reader=world.who("office"), now=world.now(18)
    )
    assert (office.total, office.rows) == (4, ())


def test_whoever_is_recused_sees_every_figure_as_if_the_matter_were_not_there(world, compute):
    inquiry(world, subject="丙")
    ref = inquiry(world).ref
    recuse(world, ref, "section_head")
    kept = compute()
    with_it, without = figures_of(world, kept, "head"), figures_of(world, kept, "section_head")
    assert (with_it["all.received"], without["all.received"]) == ("2", "1")
    assert (with_it["all.posts"], without["all.posts"]) == ("100.00", "50.00")
    assert [listed.count for listed in card(world, kept, "section_head").ledger] == [1]
    assert card(world, kept, "section_head").asks == ()
    assert {one.outcome for one in computing.check()} == {"same"}


def test_a_computation_differs_from_the_last_by_what_its_reader_sees(world, compute):
    inquiry(world, subject="丙")
    compute()
    recuse(world, inquiry(world).ref, "section_head")
    kept = compute()
    assert card(world, kept, "head").versions[0].changed > 0
    assert card(world, kept, "section_head").versions[0].changed == 0


def test_small_numbers_about_persons_are_withheld_with_what_they_could_be_worked_out_from(
    world, compute
):
    for subject in ("乙", "丙", "丁", "戊"):
        inquiry(world, subject=subject)
    inquiry(world, subject="己", named="no", reporter="")
    kept = compute("persons", period="2025Q3")
    assert figures_of(world, kept, "head")["unnamed.persons"] == "1"
    assert figures_of(world, kept, "office") == {
        "all.persons": "※", "named.persons": "4", "unnamed.persons": "※",
        "all.year": "※", "named.year": "※", "unnamed.year": "※",
    }  # fmt: skip
    assert card(world, kept, "office").withholds
    assert card(world, kept, "office").versions == ()
    with pytest.raises(NotFound):
        reading.records(
            kept.pk, cell="unnamed.persons", reader=world.who("office"), now=world.now(18)
        )


def test_an_older_computation_is_not_compared_by_a_reader_of_withheld_figures(world, compute):
    inquiry(world)
    old = compute("persons", period="2025Q3")
    inquiry(world, subject="丙")
    new = compute("persons", period="2025Q3")
    assert card(world, old, "head").id == old.pk
    assert card(world, new, "office").id == new.pk
    with pytest.raises(NotFound):
        card(world, old, "office")
