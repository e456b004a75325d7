"""The sixteen steps of a hand-over, with the national pack: twelve that are known, four that are not.

The twelve are those of the best open hand-over protocol: request, legal basis, a receiver who can
receive, acceptance, return with reasons, end, recall, a limited view, nobody accepts for himself,
nobody approves for himself, notice, history. The four: a clock on the answer, a signed receipt,
proof of what was sent, a check on recall.
"""

from datetime import date

import pytest

from paizhu.casework import desk, queries, rulebook, ticking
from paizhu.engine.state import fold, sent_digest
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.ledger import book
from tests import world as worlds
from tests.desk import together
from tests.desk.together import transfer
from tests.world import sign, take


@pytest.fixture
def world(db, settings):
    settings.PAIZHU_PACKS = [together.PACK]
    return together.whole_world()


def offered(world, to="SJJ", **changes):
    ref = transfer(world, **changes)
    take(world, "WJ_keeper", ref, "offer", recipient=to)
    sign(world, "WJ_head", ref)
    return ref


def state_of(ref):
    return fold(book.entries_of(ref), rulebook.rules_of)


def test_1_what_is_requested_waits_for_the_receiver(world):
    ref = offered(world)
    assert world.card("WJ_keeper", ref).stage == "offered"
    assert world.card("SJJ_partner_contact", ref).stage == "offered"


def test_2_nothing_is_offered_without_legal_basis_or_consent(world):
    ref = transfer(world, basis="")
    with pytest.raises(Invalid) as wrong:
        take(world, "WJ_keeper", ref, "offer", recipient="SJJ")
    assert "basis" in wrong.value.fields


def test_3_nothing_is_offered_to_a_body_where_nobody_can_receive(world):
    empty = worlds.Body.objects.create(code="TJ", kind="partner", name_zh="市统计局", name_en="TJ")
    worlds.Tie.objects.create(
        source=world.bodies["OR"], target=empty, kind="partner", since=together.SINCE
    )
    ref = transfer(world)
    with pytest.raises(NotAllowed):
        take(world, "WJ_keeper", ref, "offer", recipient="TJ")


def test_4_the_receiver_accepts(world):
    ref = offered(world)
    take(world, "SJJ_partner_contact", ref, "accept")
    assert world.card("WJ_keeper", ref).stage == "accepted"


def test_5_the_receiver_gives_it_back_with_reasons_and_not_without(world):
    ref = offered(world)
    with pytest.raises(Invalid) as wrong:
        take(world, "SJJ_partner_contact", ref, "give_back", reasons=" ")
    assert "reasons" in wrong.value.fields
    take(world, "SJJ_partner_contact", ref, "give_back", reasons="属财政职责")
    assert world.card("WJ_keeper", ref).stage == "given_back"


def test_6_it_is_done_when_the_receiver_reports_and_the_sender_uses_the_result(world):
    ref = offered(world)
    take(world, "SJJ_partner_contact", ref, "accept")
    take(world, "SJJ_partner_contact", ref, "report_result", result="核减四十万元")
    take(world, "WJ_section_head", ref, "use_result", used="纳入会商")
    assert world.card("WJ_keeper", ref).final


def test_7_the_sender_recalls_what_nobody_has_accepted_yet(world):
    ref = offered(world)
    take(world, "WJ_keeper", ref, "recall", reasons="由派出机关统一办理", recall_checked="yes")
    assert world.card("WJ_keeper", ref).stage == "drafted"
    ref = offered(world)
    take(world, "SJJ_partner_contact", ref, "accept")
    with pytest.raises(NotAllowed):
        take(world, "WJ_keeper", ref, "recall", reasons="晚了", recall_checked="yes")


def test_8_the_receiver_reads_what_was_sent_and_nothing_else(world):
    ref = offered(world)
    seen = {field.field for field in world.card("SJJ_partner_contact", ref).fields}
    assert seen == {
        "to_kind", "subject_matter", "asks", "facts", "materials", "basis_kind", "basis",
        "recipient",
    }  # fmt: skip
    assert "remarks" in {field.field for field in world.card("WJ_keeper", ref).fields}
    with pytest.raises(NotFound):
        world.card("XC_partner_contact", ref)


def test_9_who_sends_never_accepts_even_with_a_post_on_both_sides(world):
    together.worlds.person(world, "both", "杨双岗", ("WJ", "keeper"), ("JY", "keeper"))
    ref = transfer(world, to_kind="sister")
    take(world, "both", ref, "offer", recipient="JY")
    sign(world, "WJ_head", ref)
    with pytest.raises(NotAllowed) as refused:
        take(world, "both", ref, "accept")
    assert "receiver" in refused.value.say.en
    take(world, "JY_keeper", ref, "accept")


def test_10_who_proposes_never_approves(world):
    together.worlds.person(world, "two_posts", "柳双岗", ("WJ", "keeper"), ("WJ", "head"))
    ref = transfer(world)
    take(world, "two_posts", ref, "offer", recipient="SJJ")
    with pytest.raises(NotAllowed):
        sign(world, "two_posts", ref)
    sign(world, "WJ_head", ref)
    assert world.card("WJ_keeper", ref).stage == "offered"


def test_11_each_side_is_told_of_what_the_other_does(world):
    ref = offered(world)
    told = queries.desk_page(world.who("SJJ_partner_contact"), on=world.today).notices
    assert ref in [notice.ref for notice in told]
    take(world, "SJJ_partner_contact", ref, "give_back", reasons="属财政职责")
    told = queries.desk_page(world.who("WJ_keeper"), on=world.today).notices
    assert ref in [notice.ref for notice in told]


def test_12_the_whole_way_stays_readable(world):
    ref = offered(world, to="XC")
    take(world, "XC_partner_contact", ref, "give_back", reasons="非本地管辖")
    take(world, "WJ_keeper", ref, "change_receiver", former="XC", reasons="非本地管辖")
    take(world, "WJ_keeper", ref, "offer", recipient="SJJ")
    sign(world, "WJ_head", ref)
    take(world, "SJJ_partner_contact", ref, "accept")
    done = [entry.action for entry in book.entries_of(ref) if entry.kind == "enacted"]
    assert done == ["draft", "offer", "give_back", "change_receiver", "offer", "accept"]
    with pytest.raises(NotFound):  # who gave it back has no part any more
        world.card("XC_partner_contact", ref)


def test_13_silence_is_an_answer_the_offer_expires_by_rule(world):
    ref = offered(world)
    world.today = date(2026, 3, 9)  # the fifth working day
    ticking.tick(world.now())
    assert world.card("WJ_keeper", ref).stage == "offered"
    world.today = date(2026, 3, 10)
    ticking.tick(world.now())
    card = world.card("WJ_keeper", ref)
    assert card.stage == "given_back"
    assert {clock.clock: clock.status for clock in card.clocks}["answer"] == "missed"


def test_14_the_receipt_is_signed_by_a_person_and_numbered(world):
    ref = offered(world)
    take(world, "SJJ_partner_contact", ref, "accept")
    accepted = [entry for entry in book.entries_of(ref) if entry.action == "accept"]
    assert [entry.person for entry in accepted] == [world.key("SJJ_partner_contact")]
    assert accepted[0].payload["received"] == state_of(ref).sent
    issued = dict(state_of(ref).issued)
    assert issued["receipt"] == "WJ纪收〔2026〕1号"


def test_15_what_is_accepted_is_exactly_what_was_sent(world):
    ref = offered(world)
    state = state_of(ref)
    rules = rulebook.rules_of(state.rules)
    assert state.sent == sent_digest(state.values, rules)
    assert state.sent == sent_digest({**state.values, "remarks": "另一说明"}, rules)
    desk.correct(
        actor=world.who("WJ_keeper"), ref=ref, field="facts", raw="差价四成", reasons="笔误",
        version=state.version, now=world.now(),
    )  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        take(world, "SJJ_partner_contact", ref, "accept")
    assert "receipt" in refused.value.say.en


def test_16_nothing_is_recalled_before_everything_sent_was_taken_back(world):
    ref = offered(world)
    with pytest.raises(NotAllowed) as refused:
        take(world, "WJ_keeper", ref, "recall", reasons="改办", recall_checked="no")
    assert refused.value.basis == "team-rules/transfer-times"
    assert world.card("SJJ_partner_contact", ref).stage == "offered"
