"""What a return names must be declared by the procedures it counts; a mistake says where it stands."""

import shutil

import pytest

from paizhu.analysis.returns.declared import load_returns, return_named
from paizhu.kernel.errors import NotFound
from paizhu.rules.load import load
from tests import world as worlds
from tests.returns.conftest import PACKS

RETURNS = PACKS[-1] / "returns"
NATIONAL = worlds.ROOT / "packs" / "cn-discipline"


@pytest.fixture(scope="module")
def book():
    return load(PACKS)


def spoiled(tmp_path, book, name, was, now):
    """Give the mistakes of one file of the pack after a change."""
    folder = tmp_path / "returns"
    folder.mkdir()
    text = (RETURNS / f"{name}.yaml").read_text("utf-8")
    assert was in text
    (folder / f"{name}.yaml").write_text(text.replace(was, now), "utf-8")
    return load_returns([tmp_path], book)[1]


MISTAKES = [
    ("inquiries", "procedure: inquiry}\n  dated", "procedure: inquiri}\n  dated", "counts.received.procedure",
     "did you mean “inquiry”", "inquiry"),
    ("inquiries", "action: dispose}", "action: disposed}", "counts.disposed.action", "“disposed”", "dispose"),
    ("inquiries", "stage: held}", "stage: hold}", "counts.held.stage", "“hold”", "held"),
    ("inquiries", "clock: take_in", "clock: take_inn", "counts.kept.clock", "“take_inn”", "take_in"),
    ("inquiries", "kind: returned", "kind: return", "counts.returned.kind", "“return”", "returned"),
    ("inquiries", "day: received_date", "day: received", "counts.dated.day", "“received”", "received_date"),
    ("inquiries", "stands: late", "stands: open", "counts.late.stands", "“open”", "late"),
    ("inquiries", "stage: held", "clock: opinion", "counts.held.clock", "knows no “clock”", "stage"),
    ("inquiries", "{field: disposal, is: hold}", "{field: disposal, is: holding}", "columns.held.where",
     "“holding”", "hold"),
    ("inquiries", "{field: disposal, is: hold}", "{field: disposel, is: hold}", "columns.held.where",
     "“disposel”", "disposal"),
    ("inquiries", "{field: disposal, is: hold}", "{field: reporter, is: hold}", "columns.held.where",
     "who a reporter is", ""),
    ("inquiries", "options_of: inquiry.source", "options_of: inquiry.named", "rows.by.options_of",
     "a field that has options", ""),
    ("inquiries", "count: received, over: year", "count: receive, over: year", "columns.year", "“receive”",
     "received"),
    ("inquiries", "median: {count: closed}", "median: {count: closed, from: openend}", "columns.days.median",
     "“openend”", "opened"),
    ("inquiries", "count: open}", "count: open, per_hundred_posts: open}", "rows.all", "one figure", ""),
    ("inquiries", "return: inquiries", "return: enquiries", "return", "named as its file", "inquiries"),
    ("inquiries", "by: {options_of: inquiry.source}", "by: {each: body}", "rows.by.each", "return of an organ", ""),
    ("inquiries", "ledger: [open]", "ledger: [opened]", "ledger", "“opened”", "open"),
    ("persons", "each: subject", "each: reporter", "counts.persons.each", "who a reporter is", ""),
    ("persons", "each: subject", "each: subjects", "counts.persons.each", "“subjects”", "subject"),
    ("errands", "count: open}", "count: given}", "columns.open", "no numbers to rank by", ""),
    ("cohorts", "view: matters, procedure: inquiry, stands: closed",
     "view: steps, procedure: inquiry, action: dispose", "counts.closed.view", "year they were opened", "matters"),
    ("cohorts", "years: 3", "years: 0", "rows.year.years", "", ""),
    ("persons", "about_persons: true", "about_person: true", "about_person", "", "about_persons"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "was", "now", "key", "words", "allowed"),
    MISTAKES,
    ids=[f"{m[0]}-{m[2]}" for m in MISTAKES],
)
def test_a_name_that_is_not_declared_is_a_mistake_with_its_place(
    tmp_path, book, name, was, now, key, words, allowed
):
    found = spoiled(tmp_path, book, name, was, now)
    assert found
    first = next(one for one in found if one.key.startswith(key))
    assert first.file.endswith(f"returns/{name}.yaml")
    lines = (tmp_path / "returns" / f"{name}.yaml").read_text("utf-8").splitlines()
    assert (
        first.line == 1
        or key.split(".")[-1] in lines[first.line - 1]
        or key.split(".")[1] in lines[first.line - 1]
    )
    assert words in first.say.en
    assert not allowed or allowed in first.allowed
    assert first.say.zh != first.say.en


def test_a_return_that_is_not_there_is_said_with_the_nearest(world):
    with pytest.raises(NotFound, match="did you mean “inquiries”"):
        return_named("inquirys")


def test_the_returns_of_the_pack_are_without_mistakes_and_at_least_the_twelve_promised():
    loaded, mistakes = load_returns([NATIONAL], load([NATIONAL]))
    assert mistakes == []
    assert set(loaded) >= {
        "complaints_received", "clues_disposed", "cases_filed", "persons_sanctioned", "team_monthly",
        "intake_quarterly", "deployment_state", "consultation_ledger", "repair_ledger", "closure_by_year",
        "complaint_measures",
    }  # fmt: skip


def test_paizhu_check_looks_at_returns_too(tmp_path):
    from paizhu.cli.checking import checked

    pack = tmp_path / "pack"
    shutil.copytree(PACKS[-1], pack)
    file = pack / "returns" / "cohorts.yaml"
    file.write_text(file.read_text("utf-8").replace("count: closed", "count: clozed"), "utf-8")
    report = checked([*PACKS[:-1], pack])
    assert [one.key for one in report.mistakes] == ["columns.closed"]
