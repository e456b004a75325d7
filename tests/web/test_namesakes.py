"""Letting a namesake in again, on the page of the matter."""

from tests.web.test_matters import said, version
from tests.world import inquiry


def test_the_head_lifts_the_recusal_of_a_namesake_on_the_page(world, as_):
    ref = inquiry(world, "triage", subject="郑经办").ref
    head = as_("head")
    page = head.get(f"/matters/{ref}/")
    assert "撤销同名误列的回避" in said(page)
    assert "撤销同名误列的回避" not in said(as_("one").get(f"/matters/{ref}/"))
    given = {"version": version(head, ref), "f.person": world.key("three"), "f.reasons": ""}
    again = head.post(f"/matters/{ref}/lift-recusal/", given)
    assert again.status_code == 422
    given["f.reasons"] = "身份证号不同"
    assert head.post(f"/matters/{ref}/lift-recusal/", given).status_code == 302
    after = said(head.get(f"/matters/{ref}/"))
    assert "同名误列，撤销回避" in after
    assert "郑经办" in after
    assert "撤销同名误列的回避" not in after


def test_why_the_system_recused_somebody_is_told_to_who_reads_the_name_only(world, as_):
    """Beside it the page asks whether a handler must stand aside: a `no` there is about others."""
    ref = inquiry(world, "triage", subject="郑经办").ref
    why, plain = "本事项写明的人员（或与其同名的人员）不得知悉", "系统 登记了回避"
    assert why in said(as_("head").get(f"/matters/{ref}/"))
    unknowing = said(as_("leader").get(f"/matters/{ref}/"))
    assert plain in unknowing
    assert why not in unknowing
