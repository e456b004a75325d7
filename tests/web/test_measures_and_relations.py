"""The page of a measure, triage on the page of a flag, and the pages of relations."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from paizhu.analysis import flags, ownvalues, running, sources
from paizhu.analysis.models import Flag, Load, SecondLook, Source
from paizhu.casework import desk
from paizhu.kernel.errors import NotAllowed
from tests.analysis.conftest import purchase, write_csv
from tests.web.test_flags import MEASURE, raise_a_flag
from tests.web.test_matters import said

#: A supplier with an ordinary row, and the one the flag is about.
ORDINARY, FLAGGED = "供应商01有限公司", "甲医疗器械有限公司"


@pytest.fixture
def flagged(world, settings, tmp_path):
    return raise_a_flag(world, settings, tmp_path)


@pytest.fixture
def expired(flagged):
    """The source of the flag, past its day."""
    Source.objects.update(expires_date=timezone.localdate() - timedelta(days=1))
    return flagged


def second(flag: Flag, number: int = 1) -> Flag:
    """Another flag that another measure raised on the same supplier."""
    other = Flag.objects.get(pk=flag.pk)
    other.pk, other.key, other.measure = None, f"other {number}", "supplier_concentration"
    other.save()
    return other


def supplier_page(client, name: str) -> str:
    listed = client.get("/relations/", {"q": name}).content.decode()
    return listed.split('href="/relations/')[1].split('"')[0]


# --- read on record ----------------------------------------------------------------------------


def test_rows_of_a_source_are_read_on_record_and_only_while_they_are_there(flagged, as_, world):
    def read() -> list[tuple[str, str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT person, ref, what FROM ledger_readline ORDER BY id")
            return list(cursor.fetchall())

    officer, matter = as_("one"), flagged.source.matter
    officer.get("/flags/")
    officer.get("/relations/")
    pages = [
        (f"/flags/{flagged.pk}/", "flag"),
        (f"/flags/{flagged.pk}/ask/", "flag"),
        (f"/relations/{supplier_page(officer, FLAGGED)}", "supplier"),
        (lines_page(officer), "picture"),
    ]
    assert read() == []
    for address, _ in pages:
        assert officer.get(address).status_code == 200
    assert read() == [(world.key("one"), matter, what) for _, what in pages]
    Source.objects.update(expires_date=timezone.localdate() - timedelta(days=1))
    for address, _ in pages:
        officer.get(address)
    assert len(read()) == len(pages)


def test_whoever_is_recused_from_a_question_counts_its_flag_nowhere(flagged, as_, world):
    officer, address = as_("two"), f"/measures/{MEASURE}/"
    asked = flags.ask(
        flagged.pk, actor=world.who("one"), raw={"unit_signs": "no"}, now=timezone.now()
    )
    assert "3/43 行" in said(officer.get(address))
    assert officer.post(f"{address}run/")["Location"] == f"{address}?new=0&again=1&left=0"
    desk.recuse(
        actor=world.who("head"), ref=asked.ref, person=world.key("two"), reasons="近亲属",
        version=asked.version, now=timezone.now(),
    )  # fmt: skip
    assert "3/43 行" not in said(officer.get(address))
    assert officer.post(f"{address}run/")["Location"] == f"{address}?new=0&again=0&left=0"


def lines_page(client) -> str:
    page = client.get("/pictures/relations/").content.decode()
    return re.search(r'<a href="(/pictures/relations/records/[^"]+)">3</a>', page)[1].replace(
        "&amp;", "&"
    )


# --- the page of a measure ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_measure_says_why_by_what_and_how_it_does(flagged, as_, lang):
    page = said(as_("one", lang).get(f"/measures/{MEASURE}/"))
    words = {
        "zh": ("属实比例", "现行参数", "第二十八条", "示例值", "400,000.00", "最少行数", "可能的正常情形",
               "被提示的行 7%", "3/43 行", "本组手头的预警", "周经办"),
        "en": ("Hit rate", "Parameters in force", "example", "400,000.00", "Minimum sample",
               "What may be quite in order", "7 % 3 of 43 rows", "What your team carries", "nobody is measured"),
    }  # fmt: skip
    for shown in words[lang]:
        assert shown in page, shown


def test_all_measures_are_listed_to_those_who_supervise_and_to_no_one_else(flagged, as_):
    assert f"/measures/{MEASURE}/" in as_("head").get("/measures/").content.decode()
    for path in ("/measures/", f"/measures/{MEASURE}/", "/measures/no_such/", "/relations/"):
        assert as_("liaison").get(path).status_code == 404, path
    assert as_("head").get("/measures/no_such/").status_code == 404


def test_a_measure_counts_only_what_its_reader_may_see(flagged, as_):
    page = said(as_("other_head").get(f"/measures/{MEASURE}/"))
    assert "提示 0" in page
    assert "0/0 行" in page
    assert FLAGGED not in page


# --- triage on the page of a flag ---------------------------------------------------------------


def test_related_flags_are_shown_and_put_together_with_reasons(flagged, as_):
    other, client = second(flagged), as_("one")
    page = said(client.get(f"/flags/{flagged.pk}/"))
    assert "相关的预警" in page
    assert "同一供应商" in page
    path = f"/flags/{other.pk}/merge/"
    for wrong in ({}, {"f.into": "x", "f.reasons": "同一事"}, {"f.into": str(flagged.pk)}):
        assert client.post(path, wrong).status_code == 422
    answer = client.post(path, {"f.into": str(flagged.pk), "f.reasons": "同一批采购"})
    assert answer.status_code == 302
    page = said(client.get(f"/flags/{other.pk}/"))
    assert "已并入" in page
    assert "同一批采购" in page
    assert "供应商" not in said(as_("other_head").get(f"/flags/{other.pk}/"))


def test_a_drawn_flag_is_offered_to_another_person_and_to_nobody_else(flagged, as_, world):
    now = timezone.now()
    flags.dismiss(
        flagged.pk, reasons="框架协议", actor=world.who("one"), now=now, draw=lambda _: Decimal(0)
    )
    path = f"/flags/{flagged.pk}/"
    assert "由另一人复看" in said(as_("two").get(path))
    assert "等另一人复看" in said(as_("two").get("/flags/"))
    for name in ("one", "other_head"):
        assert "由另一人复看" not in said(as_(name).get(path))
        assert "等另一人复看" not in said(as_(name).get("/flags/"))
    assert as_("one").post(f"{path}reopen/", {"f.reasons": "自看"}).status_code == 403
    assert as_("two").post(f"{path}reopen/", {"f.reasons": " "}).status_code == 422
    assert as_("two").post(f"{path}reopen/", {"f.reasons": "协议不含此项"}).status_code == 302
    assert SecondLook.objects.get().outcome == "reopened"
    assert "复看重新打开" in said(as_("one").get(path))
    assert as_("two").post(f"{path}uphold/", {"f.reasons": "再看"}).status_code == 404


def test_the_pages_cost_the_same_few_queries_for_many_flags(
    flagged, as_, django_assert_max_num_queries
):
    for number in range(12):
        second(flagged, number)
    client = as_("one")
    for path, most in (
        ("/flags/", 12), (f"/flags/{flagged.pk}/", 20), (f"/measures/{MEASURE}/", 20), ("/relations/", 15)
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


# --- relations ----------------------------------------------------------------------------------


def test_a_supplier_has_a_page_for_its_team_and_no_page_for_others(flagged, as_):
    key = supplier_page(as_("one"), FLAGGED)
    page = said(as_("one", "en").get(f"/relations/{key}"))
    assert FLAGGED in page
    assert "no person is named" in page
    hidden, unknown = (
        as_("other_head").get(f"/relations/{key}"),
        as_("one").get("/relations/nothing/"),
    )
    assert hidden.status_code == unknown.status_code == 404
    assert FLAGGED not in said(as_("other_head").get("/relations/"))


def test_a_person_says_whether_two_spellings_are_one(flagged, as_, world, tmp_path):
    client = as_("one")
    key = supplier_page(client, ORDINARY)
    answer = client.post(
        f"/relations/{key}same/", {"f.other": "nothing", "f.same": "yes", "f.reasons": "x"}
    )
    assert answer.status_code == 404
    assert client.post(f"/relations/{key}same/", {"f.other": "nothing"}).status_code == 422


def test_an_expired_source_gives_no_rows_on_any_page(expired, as_):
    client = as_("one")
    flag = said(client.get(f"/flags/{expired.pk}/"))
    assert "不可读" in flag
    assert "采购台账.csv" not in flag
    assert FLAGGED not in said(client.get("/relations/"))
    assert ORDINARY not in said(client.get("/relations/", {"q": "供应商"}))
    assert "380,000" not in said(client.get(f"/measures/{MEASURE}/"))


# --- an institution's own value -----------------------------------------------------------------

OWN = {"f.parameter": "tender_line", "f.body": "YY", "f.value": "450000", "f.from_date": "2025-01-01",
       "f.reasons": "省级标准"}  # fmt: skip


def test_an_own_value_is_asked_for_on_the_page_and_told_there_with_its_act(flagged, as_, world):
    place = f"/measures/{MEASURE}/"
    assert "没有自定的数值" in said(as_("one").get(place))
    form = said(as_("one").get(f"{place}value/"))
    assert "可调整为 10,000.00 元 – 100,000,000.00 元" in form
    wrong = as_("one").post(f"{place}value/", {**OWN, "f.value": "5"})
    assert wrong.status_code == 422
    assert "须是 10000 至 100000000 之间的数" in said(wrong)
    asked = as_("one").post(f"{place}value/", OWN)
    assert asked.status_code == 302
    ref = asked.url.strip("/").split("/")[-1]
    assert "450,000.00" not in said(as_("head").get(place)), "not before it is approved"
    ownvalues.approve(ref, actor=world.who("head"), now=timezone.now())
    page = said(as_("head").get(place))
    for shown in ("450,000.00 元", "规则原值 400,000.00 元", "适用中", ref, "批准"):
        assert shown in page, shown
    english = said(as_("head", "en").get(place))
    for shown in ("in force", "the measure itself says 400,000.00 CNY", "approved by"):
        assert shown in english, shown
    running.run(MEASURE, actor=world.who("one"), now=timezone.now())
    flag = said(as_("one").get(f"/flags/{flagged.pk}/"))
    for shown in ("本单位自定，依据", ref, "规则原值 400,000.00 元", "450,000.00 元"):
        assert shown in flag, shown
    stranger = said(as_("other_head").get(place))
    assert ref not in stranger
    assert "450,000.00" not in stranger
    assert as_("liaison").post(f"{place}value/", OWN).status_code == 404
    assert "没有可由您调整的参数" in said(as_("leader").get(f"{place}value/"))
    assert as_("one").post("/measures/no_such/value/", OWN).status_code == 404


def test_many_acts_on_a_measure_cost_its_page_what_one_does(flagged, as_, world):
    client, place = as_("head"), f"/measures/{MEASURE}/"
    costs = []
    for number in range(4):
        raw = {key.removeprefix("f."): value for key, value in OWN.items()}
        raw |= {"value": str(450_000 + number), "from_date": f"2025-01-0{number + 1}"}
        ref = ownvalues.ask(MEASURE, raw, actor=world.who("one"), now=timezone.now())
        ownvalues.approve(ref, actor=world.who("head"), now=timezone.now())
        client.get(place)
        with CaptureQueriesContext(connection) as caught:
            assert ref in client.get(place).content.decode()
        costs.append(len(caught))
    assert len(set(costs)) == 1, costs
    assert costs[0] <= 22


def test_what_could_not_be_judged_is_said_with_its_reason_and_never_as_clear(flagged, as_, world):
    place, officer, now = f"/measures/{MEASURE}/", world.who("one"), timezone.now()
    assert "有提示" in said(as_("one").get(place))
    sources.withdraw_load(Load.objects.get(), actor=officer, reasons="列对错了", now=now)
    running.run(MEASURE, actor=officer, now=now)
    page = said(as_("one").get(place))
    for shown in ("无法评估", "可评估 0 行，至少需要 20 行"):
        assert shown in page, shown
    assert "未发现" not in page
    english = said(as_("one", "en").get(place))
    for shown in ("could not be judged", "has 0 rows that can be judged; at least 20 are needed"):
        assert shown in english, shown
    assert "各单位上次运行" not in said(as_("other_head").get(place))


# --- a source past its day ----------------------------------------------------------------------

#: Stands in rows of the book and nowhere else.
IN_ROWS = ("HT-00100", "HT-00101", "380,001.00", "医用耗材")


def test_an_expired_source_gives_no_rows_on_any_page_file_or_question(flagged, as_, world):
    flag = f"/flags/{flagged.pk}/"
    assert all(row in as_("one").get(flag).content.decode() for row in IN_ROWS)
    Source.objects.update(expires_date=timezone.localdate() - timedelta(days=1))
    places = (
        "/", "/flags/", "/flags/?status=all", flag, f"{flag}ask/", "/measures/", f"/measures/{MEASURE}/",
        f"/measures/{MEASURE}/value/", "/relations/", "/relations/?q=甲医疗器械", "/pictures/",
        "/pictures/relations/", "/pictures/relations/records/", "/workbench/", "/sources/", "/imports/",
        "/search/?q=HT-00100", "/search/?q=医用耗材", "/matters/?q=HT-00100", "/units/", "/team/",
    )  # fmt: skip
    for who in ("one", "head", "leader", "liaison"):
        for place in places:
            page = as_(who).get(place).content.decode()
            # What was looked for stands in the box it was typed into.
            found = [row for row in IN_ROWS if row in page and row not in place]
            assert not found, (who, place, found)
    with pytest.raises(NotAllowed):
        running.run(MEASURE, actor=world.who("one"), now=timezone.now())
    flags.ask(flagged.pk, actor=world.who("one"), raw={"unit_signs": "no"}, now=timezone.now())
    flagged.refresh_from_db()
    for who in ("one", "liaison"):
        matter = as_(who).get(f"/matters/{flagged.matter}/").content.decode()
        assert not [row for row in IN_ROWS if row in matter]
    assert "另有 3 行" in as_("one").get(f"/matters/{flagged.matter}/").content.decode()


def test_a_file_that_was_sent_and_never_taken_in_goes_with_the_day(
    flagged, as_, settings, tmp_path
):
    book = write_csv(tmp_path / "again.csv", [purchase(1)])
    with book.open("rb") as sent:
        as_("one").post("/imports/", {"source": "yy-purchases", "file": sent})
    waiting = settings.PAIZHU_DATA / "uploads"
    assert len(list(waiting.iterdir())) == 1
    sources.remove_expired(now=timezone.now())
    assert len(list(waiting.iterdir())) == 1
    sources.remove_expired(now=timezone.now() + timedelta(hours=13))
    assert not list(waiting.iterdir())
