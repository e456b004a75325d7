"""The demonstration at a small scale: the same each time, in order, and as sound as the real thing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from paizhu.analysis import explaining, flags, relations
from paizhu.analysis.matching import key_of
from paizhu.analysis.models import Flag, Load, Source
from paizhu.casework import queries, rebuilding, rulebook
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import Matter
from paizhu.demo import plan, tenders
from paizhu.demo.building import Built, build
from paizhu.demo.names import names
from paizhu.demo.places import HOSPITALS, OFFICES, PARTNERS, POSTS, TEAMS
from paizhu.demo.purchases import purchases, suppliers
from paizhu.demo.roles import ROLES
from paizhu.demo.size import Size
from paizhu.kernel.digest import canonical, digest
from paizhu.ledger import book
from paizhu.ledger.verify import verify
from paizhu.registry.models import Account, Body, Person, Post, Tenure
from paizhu.registry.principals import who

NOW = datetime(2026, 8, 19, 7, 40, tzinfo=UTC)
SMALL = Size(scale=0.05)


@contextmanager
def built_at(folder: Path, now: datetime, size: Size = SMALL) -> Iterator[Built]:
    """Build in a transaction that is taken back."""
    with override_settings(PAIZHU_DATA=folder), transaction.atomic():
        yield build(size, now=now, password="a word for all")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Built]:
    rulebook.forget()
    with django_db_blocker.unblock(), built_at(tmp_path_factory.mktemp("demo"), NOW) as made:
        yield made


def head(username: str):
    account = Account.objects.select_related("person").get(username=username)
    return who(account, on=NOW.date())


def everything_said() -> str:
    """Give the digest of all entries, with ids counted from the first of their kind."""
    first = {
        "person": Person.objects.order_by("pk").values_list("pk", flat=True)[0],
        "body": Body.objects.order_by("pk").values_list("pk", flat=True)[0],
    }

    def counted(found: re.Match[str]) -> str:
        return f"{found[1]}:{int(found[2]) - first[found[1]]}"

    said = []
    for line in book.iter_all():
        payload = dict(line.entry.payload or {})
        if line.entry.kind == "checkpoint":
            continue
        for key in ("parts", "source", "digest"):
            payload.pop(key, None)
        values = payload.get("values")
        if isinstance(values, dict):
            payload["values"] = {key: value for key, value in values.items() if key != "flag"}
        whole = [
            line.matter,
            line.entry.kind,
            line.entry.action,
            line.entry.at.isoformat(),
            payload,
        ]
        said.append(re.sub(r"(person|body):(\d+)", counted, json.dumps(whole, ensure_ascii=False)))
    return digest(canonical(said))


def test_every_story_runs_to_its_end(built):
    assert built.refused == ()
    assert built.acts > 100


def test_the_book_verifies_and_the_tables_agree(built):
    assert verify().findings == ()
    assert rebuilding.check().differences == ()


def test_entries_stand_in_the_order_of_time_and_end_today(built):
    moments = [line.entry.at for line in book.iter_all()]
    assert moments == sorted(moments)
    assert moments[0].date() == built.since
    assert moments[-1].date() == NOW.date()
    assert moments[-1] <= NOW
    assert (NOW.date() - built.since).days > 17 * 30


def test_people_act_mostly_on_working_days(built):
    calendar = next(iter(rulebook.current().calendars.values()))
    acts = [line.entry for line in book.iter_all() if line.entry.person.startswith("person:")]
    assert all(calendar.is_working_day(act.day) for act in acts)
    evening = [act for act in acts if act.at.hour >= 19]
    assert 0 < len(evening) < len(acts) / 5


@pytest.mark.django_db
def test_the_same_seed_says_the_same(tmp_path):
    said = set()
    tiny = Size(scale=0.02, months=4)
    for number in range(2):
        with built_at(tmp_path / str(number), NOW, tiny):
            said.add(everything_said())
    with built_at(tmp_path / "other", NOW, Size(scale=0.02, seed="别处", months=4)):
        said.add(everything_said())
    assert len(said) == 2


def test_matters_stand_in_many_stages(built):
    stages = set(Matter.objects.values_list("procedure", "stage"))
    assert {procedure for procedure, _ in stages} >= {"clue", "question", "inquiry_letter"}
    assert len(stages) >= 8
    assert Matter.objects.filter(is_final=True).exists()


def test_every_procedure_of_the_pack_has_its_stories(built):
    rules = rulebook.current()
    there = set(Matter.objects.values_list("procedure", flat=True))
    opened = {
        opens.procedure
        for versions in rules.procedures.values()
        for action in versions[-1].spec.actions.values()
        for opens in action.opens_matter
    }
    owed = {duty.procedure for duty in rules.duties}
    assert set(plan.COUNTS) <= there
    assert set(plan.COUNTS) | plan.BY_HAND | opened | owed == set(rules.procedures)
    assert len(set(rules.procedures) - there) <= 5


def test_duties_opened_matters_that_people_took_up(built):
    owed = Matter.objects.filter(source__startswith="duty:")
    assert {"consultation", "clue_reconciliation", "intake_feedback"} <= set(
        owed.values_list("procedure", flat=True)
    )
    assert owed.filter(is_final=True).count() > owed.filter(is_final=False).count()


def test_offices_partners_and_units_have_something_to_do(built):
    for username in ("sls-office-head", "jd1-office-officer-1", "gjs-office-head"):
        assert queries.count(head(username), MatterFilter(), on=NOW.date()), username
    partners = Account.objects.filter(username__endswith="-partner-contact")
    counts = [queries.count(head(one.username), MatterFilter(), on=NOW.date()) for one in partners]
    assert sum(counts) > 0


def test_everybody_who_signs_in_by_one_click_is_there(built):
    usernames = {username for username, _ in ROLES}
    assert Account.objects.filter(username__in=usernames).count() == len(usernames)


def test_todays_desks_show_what_a_visitor_should_see(built):
    officer = queries.desk_page(head("wj-officer-1"), on=NOW.date())
    assert officer.late
    assert officer.due_soon
    for username in ("wj-section-head", "wj-head", "wjw-liaison", "sjw-duty-leader", "wj-keeper"):
        desk = queries.desk_page(head(username), on=NOW.date())
        assert desk.waiting, username


def test_the_plants_are_found_and_their_look_alikes_are_not(built):
    split = Flag.objects.filter(measure="split_below_tender_line")
    assert 5 <= len({flag.subject for flag in split}) <= 9
    assert Flag.objects.filter(status="new").exists()
    assert Flag.objects.filter(status__in=("explained", "confirmed")).exists()
    rate = flags.hit_rate("split_below_tender_line", who=head("wj-head"), now=NOW)
    assert rate.raised == split.count()


def test_each_measure_over_the_linked_books_finds_what_was_planted_and_no_more(built):
    found = Counter(Flag.objects.values_list("measure", flat=True))
    planted = {
        "short_notice": tenders.SHORT, "arranged_bids": [tenders.BUNCHED],
        "bids_in_steps": [tenders.STEPPED], "bidders_share_contact": tenders.NEIGHBOURS,
        "companion_bidders": [1], "contract_signed_late": [tenders.SIGNED_LATE],
        "contract_growth": tenders.GROWN, "payment_before_contract": tenders.PAID_EARLY,
        "paid_over_contract": [tenders.PAID_TOO_MUCH], "duplicate_invoice": [1],
        "sequential_invoices": [1], "idle_equipment": tenders.IDLE, "overdue_rotation": tenders.OVERDUE,
    }  # fmt: skip
    assert set(planted) == set(tenders.MEASURES)
    assert {name: found[name] for name in planted} == {k: len(v) for k, v in planted.items()}


def test_the_rows_of_a_flag_say_numbers_as_the_book_has_them(built):
    flag = Flag.objects.filter(measure="idle_equipment").first()
    card = explaining.why(flag, now=NOW)
    uses = [said for row in card.rows for title, said in row.cells if title.zh == "使用次数"]
    assert len(uses) == 12
    assert all(re.fullmatch(r"\d+", said) for said in uses)


def test_a_shared_contact_stands_before_with_whom_a_company_deals(built):
    companies = suppliers(SMALL.dice("purchases"))
    key = key_of(companies[tenders.ONE].name)
    first, *others = relations.relations_of(head("wj-head"), key, now=NOW).ties
    assert first.whom.zh == companies[tenders.OTHER].name
    assert "联络标识" in first.because.zh
    rows = [tie.rows for tie in others]
    assert len(rows) > 2
    assert rows == sorted(rows, reverse=True)


def test_business_data_come_through_a_source_with_purpose_and_two_people(built):
    sources = Source.objects.all()
    assert len(sources) >= 10
    for source in sources:
        assert source.purpose
        assert source.approved_by_id not in (None, source.registered_by_id)
    bought = Load.objects.filter(source__table="purchases").values_list("rows_kept", flat=True)
    assert len(bought) == 3
    assert sum(bought) > SMALL.purchases * 0.95


def test_everybody_on_a_post_was_put_there_through_the_book(built):
    appointed = [line for line in book.iter_all() if line.entry.kind == "posts_changed"]
    assert len(appointed) == Tenure.objects.count() == built.people
    assert Person.objects.exclude(tenures__isnull=False).count() == 0


def test_one_password_is_hashed_once(built):
    assert len(set(Account.objects.values_list("password", flat=True))) == 1
    assert Account.objects.first().check_password("a word for all")


def test_every_role_by_post_has_somebody_in_it(built):
    held = set(Post.objects.filter(tenures__isnull=False).values_list("body__kind", "key"))
    kinds = {"holder": "team", "superior": "organ", "respondent": "unit"}
    for name in ("clue", "question", "inquiry_letter"):
        for role, spec in rulebook.current().procedure(name, on=NOW.date()).spec.roles.items():
            if spec.held_by == "post":
                assert (kinds[spec.at], spec.post or role) in held, (name, role)


def test_nobody_outside_sees_the_matters_of_a_team(built):
    everything = MatterFilter()
    team = queries.count(head("wj-head"), everything, on=NOW.date())
    assert team > 10
    assert queries.count(head("wjw-liaison"), everything, on=NOW.date()) < team


# --- sizes --------------------------------------------------------------------------------------


def test_the_full_institution_is_as_large_as_promised():
    places = [TEAMS[n][m] for n in range(6) for m in (0, 1)] + [*OFFICES, *HOSPITALS, *PARTNERS]
    posts = sum(len(POSTS[place.posts]) for place in places) + len(POSTS["organ"])
    kinds = [kind for place in places for kind in POSTS[place.posts]]
    accounts = sum(kind.holders for kind in kinds if kind.has_account)
    assert (len(TEAMS), len(HOSPITALS)) == (6, 20)
    assert 270 <= posts <= 330
    assert 140 <= accounts <= 170
    assert Size().purchases == 60_000


def test_names_are_never_the_same_twice():
    dice = Size().dice("test")
    made = [name for name, _ in zip(names(dice), range(2000), strict=False)]
    assert len({name.zh for name in made}) == 2000
    assert all(len(name.zh) == 3 and name.en.count(" ") == 1 for name in made)


def test_purchases_are_the_same_for_the_same_seed():
    span = {"since": NOW.date().replace(year=2025), "until": NOW.date()}
    units = ["甲", "乙", "丙", "丁"]
    first, second = (
        purchases(units, rows=500, dice=Size().dice("purchases"), **span) for _ in range(2)
    )
    other = purchases(units, rows=500, dice=Size(seed="别").dice("purchases"), **span)
    assert first == second != other
    assert len(first) == 500


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 2, 8, 2, 0, tzinfo=UTC),  # in a year whose holidays are not published
        datetime(2026, 10, 8, 1, 30, tzinfo=UTC),  # the first morning after the National Day
        datetime(2026, 11, 22, 16, 5, tzinfo=UTC),  # past midnight on a Sunday
    ],
)
def test_it_can_be_built_on_any_day(now, tmp_path):
    rulebook.forget()
    with built_at(tmp_path, now, Size(scale=0.15, months=6)) as made:
        assert made.refused == ()
        assert verify().findings == ()
