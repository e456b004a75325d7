"""What one is told: in the pages, by letter, in a calendar. None of it holds content."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from paizhu.casework import desk, duefeed, inbox, mailing, ticking
from paizhu.casework.models import ClockRow, Notice, Seat
from paizhu.project.mail import mail as mail_of
from paizhu.registry import feeds
from paizhu.registry.models import Account, DueFeed, MailWish
from tests import administrators
from tests import world as worlds

#: What the small inquiry holds, and what is called so in the pack; none of it may leave the house.
CONTENT = ("某人", "采购中收受好处", "inquiry", "case of")


def told(world) -> str:
    """Open something: the section head is told, one and two are to deal with it."""
    return worlds.inquiry(world, "triage").ref


def recused(world, ref: str, name: str) -> None:
    """Let the head recuse somebody from it."""
    desk.recuse(
        actor=world.who("head"), ref=ref, person=world.key(name), reasons="同学",
        version=world.card("head", ref).version, now=world.now(),
    )  # fmt: skip


def test_notices_stand_by_matter_and_can_be_read_and_unread(world, as_):
    ref, other = told(world), told(world)
    told_one = as_("section_head")
    page = told_one.get("/notices/").content.decode()
    assert page.index(other) < page.index(ref), "the newest comes first"
    kind = world.card("section_head", ref).procedure_title.zh
    assert page.count(f"{kind}</span></h2>") == 2, "each says what kind of matter it is"
    ids = list(
        Notice.objects.filter(matter__ref=ref, person=world.people["section_head"]).values_list(
            "pk", flat=True
        )
    )
    assert (
        told_one.post("/notices/mark/", {"id": ids, "show": "unread"})["Location"]
        == "/notices/?show=unread"
    )
    unread = told_one.get("/notices/?show=unread").content.decode()
    assert ref not in unread
    assert other in unread
    assert ref in told_one.get("/notices/?page=x").content.decode()
    assert (
        told_one.post("/notices/mark/", {"id": [*ids, "x"], "as": "unread"})["Location"]
        == "/notices/"
    )
    assert ref in told_one.get("/notices/?show=unread").content.decode()
    assert "没有通知" in as_("other_head").get("/notices/").content.decode()


def test_nobody_marks_the_notices_of_another(world, as_):
    told(world)
    ids = list(Notice.objects.values_list("pk", flat=True))
    as_("one").post("/notices/mark/", {"id": ids})
    assert not Notice.objects.filter(read_at__isnull=False).exists()


def test_a_notice_of_what_one_may_no_longer_know_is_gone(world, as_):
    ref = told(world)
    told_one = as_("section_head")
    assert ref in told_one.get("/notices/").content.decode()
    recused(world, ref, "section_head")
    assert ref not in told_one.get("/notices/").content.decode()
    assert Notice.objects.filter(matter__ref=ref, person=world.people["section_head"]).exists()


def test_pages_of_notices_cost_few_queries_and_show_no_content(world, as_):
    told_one = as_("section_head")

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            answer = told_one.get(path)
        assert answer.status_code == 200
        assert not [word for word in CONTENT if word in answer.content.decode()]
        return len(caught)

    told(world)
    few = cost("/notices/")
    for _ in range(inbox.PAGE + 3):
        told(world)
    assert cost("/notices/") == few <= 10
    assert cost("/notices/?page=2") <= 10
    assert cost("/notices/out/") <= 10
    box = inbox.inbox(world.who("section_head"), page=2)
    assert (len(box.groups), box.pages, box.more) == (4, 2, False)


# --- the calendar ---------------------------------------------------------------------------------


def feed_of(client) -> str:
    page = client.post("/notices/out/", {"what": "feed"}).content.decode()
    return re.search(r"<code>http://testserver(/due/[^<]+\.ics)</code>", page)[1]


def events(path: str) -> list:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def soon(days: int = 3) -> None:
    ClockRow.objects.update(due_date=timezone.localdate() + timedelta(days=days))


def test_the_calendar_holds_number_kind_and_day_and_nothing_else(world, as_):
    ref = told(world)
    soon()
    path = feed_of(as_("one"))
    found = events(path)
    assert found
    for event in found:
        assert ref in str(event["summary"])
        assert event.decoded("dtstart") == timezone.localdate() + timedelta(days=3)
        assert set(event) == {
            "UID", "DTSTAMP", "DTSTART", "SUMMARY", "STATUS", "CLASS", "TRANSP",
        }  # fmt: skip
        assert str(event["status"]) == "CONFIRMED"
    text = Client().get(path).content.decode()
    assert not [word for word in CONTENT if word in text]
    assert ref not in Client().get(path).content.decode().split("SUMMARY")[0], "not in the uid"
    secret = path.removeprefix("/due/").removesuffix(".ics")
    assert secret not in str(list(DueFeed.objects.values()))
    assert "最近取用" in as_("one").get("/notices/out/").content.decode()


def test_a_provisional_day_says_so_in_both_languages(world, as_):
    told(world)
    soon()
    ClockRow.objects.update(is_provisional=True)
    path = feed_of(as_("one"))
    assert {str(one["status"]) for one in events(path)} == {"TENTATIVE"}
    assert "暂定" in str(events(path)[0]["summary"])
    Account.objects.update(language="en")
    assert "provisional" in str(events(path)[0]["summary"])


def test_the_calendar_forgets_at_once_what_its_owner_may_no_longer_know(world, as_):
    ref = told(world)
    soon()
    path = feed_of(as_("one"))
    assert events(path)
    recused(world, ref, "one")
    soon()
    assert events(path) == []


def test_a_seat_puts_a_matter_into_the_calendar_and_nobody_elses_is_there(world, as_):
    ref = worlds.inquiry(world, "in_work").ref
    soon()
    mine = [str(one["summary"]) for one in events(feed_of(as_("one")))]
    assert any(ref in said for said in mine)
    assert events(feed_of(as_("three"))) == []


def test_a_calendar_ends_when_asked_when_made_anew_and_with_its_account(world, as_):
    mine = as_("one")
    first = feed_of(mine)
    second = feed_of(mine)
    unknown = Client().get("/due/nothing.ics")
    ended = Client().get(first)
    assert ended.status_code == unknown.status_code == 404
    assert ended.content == unknown.content
    assert Client().get(second).status_code == 200
    assert mine.post("/notices/out/", {"what": "feed-end"}).status_code == 302
    assert Client().get(second).status_code == 404
    assert not feeds.end(Account.objects.get(username="one"))
    third = feed_of(mine)
    Account.objects.filter(username="one").update(is_active=False)
    assert Client().get(third).status_code == 404


def test_an_administrator_has_no_calendar(world, as_):
    administrators.appoint(world)
    as_("audit")
    secret = feeds.make(Account.objects.get(username="audit"), now=timezone.now())
    assert Client().get(f"/due/{secret}.ics").status_code == 404


def test_a_calendar_costs_the_same_few_queries_for_many(world, as_):
    told(world)
    soon()
    who = world.who("one")

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            duefeed.due_days(who, lang="zh", now=timezone.now(), on=timezone.localdate())
        return len(caught)

    few = cost()
    for _ in range(5):
        told(world)
    soon()
    assert cost() == few <= 3


# --- the letter -----------------------------------------------------------------------------------


@pytest.fixture
def letters(world, as_, settings):
    settings.PAIZHU_MAIL = "smtp://localhost"
    client = as_("section_head")
    answer = client.post("/notices/out/", {"what": "mail", "address": "head@example.org"})
    assert answer.status_code == 302
    return client


def test_a_letter_a_day_says_how_many_and_nothing_else(world, letters):
    ref = told(world)
    ClockRow.objects.update(due_date=world.today + timedelta(days=1))
    assert mailing.send_due(world.now(6)) == 0, "not before seven"
    assert ticking.tick(world.now(11)).mailed == 1
    assert ticking.tick(world.now(12)).mailed == 0, "one a day"
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == ["head@example.org"]
    assert "您有未读通知" in letter.body
    assert "登记了新事项 ×" in letter.body
    for word in (ref, "WJ", "孙主任", *CONTENT):
        assert word not in letter.subject + letter.body
    world.today += timedelta(days=1)
    assert mailing.send_due(world.now(8)) == 1


def test_the_letter_is_written_to_a_file_in_the_language_of_its_reader(
    world, letters, settings, tmp_path
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    told(world)
    Notice.objects.update(read_at=world.now())
    ClockRow.objects.update(due_date=world.today - timedelta(days=1))
    Seat.objects.create(
        matter=Notice.objects.first().matter, role="x", person=world.people["section_head"]
    )
    Account.objects.update(language="en")
    assert mailing.send_due(world.now(8)) == 1
    text = next(tmp_path.iterdir()).read_text()
    assert "No unread notices." in text
    assert re.search(r"late: [1-9]", text)


def test_nothing_to_say_is_no_letter_and_what_one_may_not_know_is_not_counted(world, letters):
    assert mailing.send_due(world.now(8)) == 0
    ref = told(world)
    recused(world, ref, "section_head")
    world.today += timedelta(days=1)
    assert mailing.send_due(world.now(8)) == 0
    assert mail.outbox == []


def test_a_letter_that_cannot_be_handed_over_is_marked_and_stops_no_tick(world, letters, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    told(world)
    assert ticking.tick(world.now(11)).mailed == 0
    assert MailWish.objects.get().failed
    assert "没有发出去" in letters.get("/notices/out/").content.decode()


def test_letters_end_when_asked_and_an_address_must_be_one(world, letters):
    answer = letters.post("/notices/out/", {"what": "mail", "address": "no address"})
    assert answer.status_code == 422
    assert "请填写有效的邮箱地址" in answer.content.decode()
    assert MailWish.objects.get().address == "head@example.org"
    letters.post("/notices/out/", {"what": "mail-end"})
    assert not MailWish.objects.exists()
    assert letters.post("/notices/out/", {"what": "nothing"}).status_code == 302


def test_where_no_mail_server_is_set_nothing_is_sent_and_the_page_says_so(world, letters, settings):
    settings.PAIZHU_MAIL = ""
    told(world)
    assert mailing.send_due(world.now(11)) == 0
    assert "还没有设置邮件服务器" in letters.get("/notices/out/").content.decode()


def test_one_address_says_where_letters_are_handed_over():
    assert mail_of("")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    assert mail_of("file:///letters")["EMAIL_FILE_PATH"] == "/letters"
    plain = mail_of("smtp://mail.example")
    assert (plain["EMAIL_HOST"], plain["EMAIL_PORT"], plain["EMAIL_USE_TLS"]) == (
        "mail.example",
        25,
        False,
    )
    signed = mail_of("smtp://a%40b:c%2Fd@mail.example:587")
    assert (signed["EMAIL_HOST_USER"], signed["EMAIL_HOST_PASSWORD"]) == ("a@b", "c/d")
    assert (signed["EMAIL_PORT"], signed["EMAIL_USE_TLS"], signed["EMAIL_USE_SSL"]) == (
        587,
        True,
        False,
    )
    assert mail_of("smtps://mail.example")["EMAIL_USE_SSL"]
    with pytest.raises(ValueError, match="PAIZHU_MAIL"):
        mail_of("http://mail.example")
