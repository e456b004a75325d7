"""Refusals 3 to 6 and 10: what is not taken in, not computed, and never happens by itself."""

import ast
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from paizhu.analysis import sources
from paizhu.analysis.forbidden import kind_of_header
from paizhu.analysis.measures import measures
from paizhu.analysis.models import Flag, Source
from paizhu.casework import ticking
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.registry.models import Person
from tests.world import ROOT

SRC = ROOT / "src" / "paizhu"


@pytest.mark.parametrize(
    "header",
    [
        "身份证号",
        "手机号",
        "患者姓名",
        "银行卡号",
        "经度",
        "聊天记录",
        "监控视频",
        "GPS",
        "patient name",
    ],
)
def test_3_such_columns_are_recognized_by_their_header(header):
    assert kind_of_header(header) is not None


@pytest.mark.parametrize(
    "header", ["采购金额", "供应商", "住院部", "开户银行", "合同编号", "location"]
)
def test_3_ordinary_columns_pass(header):
    assert kind_of_header(header) is None


@pytest.fixture
def national(settings):
    settings.PAIZHU_PACKS = [ROOT / "packs" / "cn-discipline"]


def register(world, **changes):
    given = {
        "key": "purchases-2025", "table": "purchases", "body": "YY", "purpose": "专项核查",
        "plan_ref": "2025-3", "expires_date": world.today + timedelta(days=90),
    }  # fmt: skip
    return sources.register(actor=world.who("head"), now=world.now(), **{**given, **changes})


def test_4_no_source_without_purpose_plan_item_approver_and_expiry(world, national):
    for missing in (
        {"purpose": " "},
        {"plan_ref": ""},
        {"expires_date": world.today - timedelta(days=1)},
    ):
        with pytest.raises(Invalid):
            register(world, **missing)
    source = register(world)
    with pytest.raises(NotAllowed):
        sources.check_usable(source, on=world.today)
    with pytest.raises(NotAllowed):
        sources.approve(source.key, actor=world.who("head"), now=world.now())
    sources.approve(source.key, actor=world.who("section_head"), now=world.now())
    source.refresh_from_db()
    sources.check_usable(source, on=world.today)
    with pytest.raises(NotAllowed):
        sources.check_usable(source, on=source.expires_date + timedelta(days=1))


def test_4_the_table_holds_it_too(world, national):
    source = register(world)
    for wrong in ({"purpose": ""}, {"plan_ref": ""}, {"approved_by": source.registered_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Source.objects.filter(pk=source.pk).update(**wrong)


# --- no score of a person -----------------------------------------------------------------------

SCORE = re.compile(r"score|rank|rating|grade|points|portrait|profile|credit|积分|评分|排名|画像")


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("paizhu.")]


def test_5_no_table_has_a_column_to_score_or_rank_by():
    columns = [
        (model.__name__, field.name) for model in own_models() for field in model._meta.get_fields()
    ]
    assert len(columns) > 100
    assert not [pair for pair in columns if SCORE.search(f"{pair[0]} {pair[1]}".lower())]


def test_5_no_number_stands_beside_a_person():
    """What points at a person are posts, seats, steps: none carries a figure about them."""
    numbers = (models.FloatField, models.DecimalField, models.IntegerField)
    for model in own_models():
        fields = model._meta.get_fields()
        if not any(
            getattr(one, "related_model", None) is Person and one.concrete for one in fields
        ):
            continue
        figures = [
            one.name for one in fields
            if isinstance(one, numbers) and not one.primary_key and not one.is_relation
        ]  # fmt: skip
        # Counts of rows, the worth of a finding about a supplier, the number of a proposal, and from
        # how many matters on somebody wishes to be told of a filter of their own; which part of the
        # flags left alone is drawn for a second look; the version a draft was begun on.
        allowed = {
            "rows",
            "findings",
            "value",
            "seq",
            "rows_kept",
            "rows_refused",
            "population",
            "assessable",
            "proposal",
            "threshold",
            "share",
            "version",
        }
        assert set(figures) <= allowed, (model.__name__, figures)


PERSON = re.compile(r"person|officer|employee|staff|doctor|clerk|handler|姓名|经办人|医生")


def test_5_no_measure_speaks_of_persons(national):
    found = measures()
    assert found
    for name, measure in found.items():
        shape = getattr(measure.spec, "finding", None)
        columns = [shape.body, shape.subject, shape.value, *shape.key] if shape else []
        inputs = getattr(measure.spec, "inputs", {})
        columns += [column for table in inputs.values() for column in table.columns]
        assert not [column for column in columns if PERSON.search(column)], name
        assert not SCORE.search(name)


# --- no flag acts by itself ---------------------------------------------------------------------


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Give every call of a function of that name in the source."""
    found = []
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                found.append((str(path.relative_to(SRC)), node))
    return found


def test_6_every_matter_that_is_opened_names_who_opens_it():
    opened = calls("desk.open")
    assert len(opened) >= 2
    for path, call in opened:
        assert "actor" in {keyword.arg for keyword in call.keywords}, path


def test_6_from_flags_nothing_is_opened_but_by_the_door():
    inner = {path for name in ("open_matter", "steps.opening") for path, _ in calls(name)}
    assert inner <= {
        "casework/desk.py", "casework/children.py", "casework/duties.py", "casework/writing.py",
        "engine/scenario.py", "demo/bulk/patterns.py",
    }  # fmt: skip
    text = (SRC / "analysis" / "flags.py").read_text(encoding="utf-8")
    assert "actor: Who" in text
    assert not [path for path in (SRC / "analysis").glob("*.py")
                if '"clue"' in path.read_text(encoding="utf-8")]  # fmt: skip


def test_6_time_alone_makes_no_matter_of_a_flag(world):
    assert not Flag.objects.exists()
    before = Matter.objects.count()
    for days in (1, 30, 400):
        world.today += timedelta(days=days)
        ticking.tick(world.now())
    assert Matter.objects.count() == before


def test_10_the_registry_has_public_posts_and_nobody_else():
    registry = {model.__name__ for model in own_models() if model._meta.app_label == "registry"}
    public = {"Body", "Tie", "Post", "Person", "Tenure", "Power", "RiskPoint", "Skill"}
    #: Means by which somebody on a post comes in; they say nothing of anybody.
    doors = {
        "Account", "Token", "SentOnce", "SignInRules", "SignIn", "FirstPassword", "Totp", "Passkey",
        "RecoveryCode", "DueFeed", "MailWish",
    }  # fmt: skip
    assert registry <= public | doors
    person = {field.name for field in Person._meta.get_fields() if field.concrete}
    assert person == {"id", "code", "name_zh", "name_en"}, "no birthday, address, number, picture"


def test_10_no_table_is_for_citizens_critics_or_petitioners():
    other = re.compile(r"citizen|petition|critic|journalist|complain|informant|suspect|watch")
    assert not [model.__name__ for model in own_models() if other.search(model.__name__.lower())]
