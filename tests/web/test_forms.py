"""Each field type is drawn, filled in, sent, read and shown again."""

from __future__ import annotations

import html
import json
import re
import shutil

import pytest

from paizhu.casework import rulebook
from paizhu.casework.cards import FormField, Option
from paizhu.kernel.text import Text
from paizhu.rules.fieldtypes import TYPES
from paizhu.web import forms, picking
from paizhu.web.speech import COOKIE
from tests import world as worlds
from tests.web.conftest import PACK

ENTERED = {
    "f.a_text": "一批耗材",
    "f.a_longtext": "第一行\n第二行",
    "f.a_number": "3",
    "f.a_money": "1,234.50",
    "f.a_date": "2025-09-26",
    "f.a_choice": "works",
    "f.some_choices[]": ["plan", "accept"],
    "f.a_yesno": "yes",
    "f.only_then": "HD-1",
    "f.a_person": "某人",
    "f.an_organization": "市第一医院 · body:4",
    "f.some_lines[].what": ["核对合同", ""],
    "f.some_lines[].who": ["周", ""],
    "f.some_lines[].unit": ["", ""],
    "f.some_lines[].until": ["2025-12-01", ""],
    "f.some_files[]": "清单\n合同",
}
OPENING = "/matters/new/everything/WJ/"


def field(name: str, type: str, **more: object) -> FormField:
    given = {"help": None, "required": False, "options": (), "max": None, "min": None}
    return FormField(name, Text("题", "Title"), type=type, level="normal", **{**given, **more})


def test_every_field_type_has_its_widget():
    assert set(forms.TEMPLATES) == set(TYPES)


@pytest.fixture
def keeper(as_):
    return as_("keeper")


def test_the_opening_form_asks_for_everything_declared(keeper):
    page = keeper.get(OPENING).content.decode()
    for name in ENTERED:
        assert f'name="{name}"' in page
    assert re.findall(r'<input class="form-check-input" type="radio" name="f.a_yesno"', page) != []
    assert '<option value="市第一医院"></option>' in page


def test_a_body_is_named_on_the_page_and_its_key_is_what_the_door_gets(keeper, world):
    page = keeper.get(OPENING).content.decode()
    behind = html.unescape(re.search(r'name="k.an_organization" value="([^"]*)"', page)[1])
    entered = {
        **ENTERED,
        "f.an_organization": "市第一医院",
        "k.an_organization": behind,
        "f.some_lines[].unit": ["市第一医院", ""],
        "k.some_lines[].unit": behind,
    }
    there = keeper.post(OPENING, entered)["Location"]
    keeper.cookies[COOKIE] = "en"
    page = keeper.get(there).content.decode()
    assert page.count("First hospital") >= 3  # the field, the line, the story: all by its key
    assert "市第一医院" not in page


def test_what_is_no_list_of_names_stands_for_nothing(rf):
    for nonsense in ("", "[]", "{", '{"某院": 3}', "[" * 100_000):
        assert forms.raw(rf.post("/", {"f.unit": "某院", "k.unit": nonsense})) == {"unit": "某院"}


def test_of_two_with_one_name_the_key_stays_beside_the_name():
    two = [
        Option("person:1", Text("王岚", "Wang Lan")),
        Option("person:2", Text("王岚", "Wang Lan")),
    ]
    one = Option("person:3", Text("李岚", "Li Lan"))
    said = [name.zh for name in picking.names([*two, one])]
    assert said == ["王岚 · person:1", "王岚 · person:2", "李岚"]
    assert json.loads(picking.keys([one])) == {"李岚": "person:3", "Li Lan": "person:3"}


def test_what_is_filled_in_comes_back_on_the_page_of_the_matter(keeper, world):
    entered = {**ENTERED, "f.an_organization": f"市第一医院 · body:{world.bodies['YY'].pk}"}
    answer = keeper.post(OPENING, entered)
    assert answer.status_code == 302, re.sub(r"<[^>]*>", "", answer.content.decode())
    page = keeper.get(answer["Location"]).content.decode()
    for shown in (
        "一批耗材", "第一行\n第二行", "1,234.50", "2025年9月26日", "工程", "计划、验收",
        "HD-1", "某人", "市第一医院", "清单、合同", "核对合同", "已办理，记入台账第",
    ):  # fmt: skip
        assert shown in page, shown


def test_lines_and_bodies_stand_as_tables_and_names_in_fields_and_timeline(keeper, world):
    unit = f"body:{world.bodies['YY'].pk}"
    entered = {
        **ENTERED,
        "f.an_organization": unit,
        "f.some_organizations[]": [unit, f"body:{world.bodies['WJ'].pk}"],
        "f.some_lines[].unit": [f"市第一医院 · {unit}", ""],
    }
    answer = keeper.post(OPENING, entered)
    page = keeper.get(answer["Location"]).content.decode()
    assert page.count('<th scope="col">责任人</th>') == 2  # in the fields, and in the timeline
    assert '<td class="wrap">市第一医院</td><td class="wrap">2025年12月1日</td>' in page
    assert "市第一医院、驻卫健委纪检监察组" in page
    assert "body:" not in re.sub(r"<datalist.*?</datalist>", "", page, flags=re.S)


def test_a_table_of_lines_offers_dates_bodies_and_spare_rows(keeper):
    page = keeper.get(OPENING).content.decode()
    assert page.count('type="date" autocomplete="off" name="f.some_lines[].until"') == 4
    assert 'list="do-enter-some_lines-list"' in page
    assert "data-add-line hidden" in page


def test_after_a_mistake_everything_typed_is_still_there(keeper):
    wrong = {**ENTERED, "f.a_number": "many", "f.a_money": "", "f.some_files[]": "清单"}
    answer = keeper.post(OPENING, wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="many"' in page
    assert "一批耗材" in page
    assert "第一行\n第二行</textarea>" in page
    assert 'value="works" selected' in page
    assert 'value="accept" checked' in page
    assert 'value="yes" checked' in page
    assert "清单</textarea>" in page
    assert 'value="核对合同"' in page


@pytest.mark.parametrize("odd", ["清单", "5", "[" * 100_000, '{"unit": {"a": 1}}'])
def test_a_table_sent_in_another_shape_is_refused_and_no_fault_of_ours(keeper, odd):
    others = {k: v for k, v in ENTERED.items() if not k.startswith("f.some_lines")}
    assert keeper.post(OPENING, {**others, "f.some_lines": odd}).status_code == 422


def test_each_mistake_stands_beside_its_field_and_is_named_to_those_who_hear(keeper):
    page = keeper.post(OPENING, {**ENTERED, "f.a_number": "many"}).content.decode()
    assert 'aria-describedby="do-enter-a_number-error"' in page
    assert re.search(r'id="do-enter-a_number-error">.*many', page, re.S)
    assert 'href="#do-enter-a_number"' in page
    assert page.count('aria-invalid="true"') == 1


def test_what_is_typed_is_shown_as_text_never_as_markup(keeper, world):
    bad = "<script>alert(1)</script>\"'"
    entered = {**ENTERED, "f.a_text": bad, "f.a_number": "many"}
    assert bad not in keeper.post(OPENING, entered).content.decode()
    entered |= {"f.a_number": "3", "f.an_organization": f"body:{world.bodies['YY'].pk}"}
    page = keeper.get(keeper.post(OPENING, entered)["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_field_that_depends_on_another_says_so_to_the_browser(keeper):
    page = keeper.get(OPENING).content.decode()
    assert 'data-when="[[&quot;f.a_yesno&quot;, [&quot;yes&quot;]]]"' in page


def test_input_that_is_no_field_is_not_sent_to_the_door(rf):
    request = rf.post(
        "/", {"csrfmiddlewaretoken": "x", "version": "3", "f.version": "9", "f.a": ""}
    )
    assert forms.raw(request) == {"version": "9"}
    assert forms.version(request) == 3


@pytest.mark.parametrize("shown", ["", "x", "-1", "99999999999999", "１"])
def test_a_version_that_is_no_number_counts_as_an_old_one(rf, shown):
    assert forms.version(rf.post("/", {"version": shown})) == -1


def test_a_person_picked_from_the_list_is_sent_by_key(rf):
    request = rf.post(
        "/", {"f.who": "王岚 · person:17", "f.unit": "某院 · body:3", "f.free": "a · b"}
    )
    assert forms.raw(request) == {"who": "person:17", "unit": "body:3", "free": "a · b"}


def test_several_values_are_sent_as_a_list(rf):
    request = rf.post("/", {"f.seats[]": ["person:1", "person:2", " "], "f.files[]": "a\nb"})
    assert forms.raw(request) == {"seats": ["person:1", "person:2"], "files": ["a", "b"]}


def test_each_form_on_a_page_has_its_own_ids():
    one = forms.widgets([field("reasons", "longtext")], key="do-a")
    two = forms.widgets([field("reasons", "longtext")], key="do-b")
    assert one[0].id != two[0].id
    assert one[0].name == two[0].name == "f.reasons"


def test_a_form_for_a_body_where_one_holds_no_post_is_refused(as_):
    assert as_("head").get(OPENING).status_code == 403
    assert as_("keeper").get("/matters/new/everything/JY/").status_code == 403
    assert as_("keeper").get("/matters/new/nothing/WJ/").status_code == 404


def test_a_procedure_dropped_into_a_folder_has_its_pages_without_a_change_of_code(
    as_, settings, tmp_path, world
):
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    file = pack / "procedures" / "everything" / "2025-06-01.yaml"
    copy = pack / "procedures" / "memo" / file.name
    copy.parent.mkdir()
    copy.write_text(
        file.read_text()
        .replace("procedure: everything", "procedure: memo", 1)
        .replace("QB-", "BW-")
        .replace("全部字段", "新放入的程序")
    )
    settings.PAIZHU_PACKS = [*worlds.PACKS, pack]
    rulebook.forget()
    keeper = as_("keeper")
    assert "新放入的程序" in keeper.get("/").content.decode()
    entered = {**ENTERED, "f.an_organization": f"body:{world.bodies['YY'].pk}"}
    answer = keeper.post("/matters/new/memo/WJ/", entered)
    assert answer["Location"].startswith("/matters/BW-WJ-")
    assert keeper.get(answer["Location"]).status_code == 200
