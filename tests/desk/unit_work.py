"""What a team and a unit have to do with each other, opened through the door."""

from __future__ import annotations

from paizhu.casework import desk


def question(world, name: str = "one") -> str:
    """Ask the unit something, as an officer."""
    raw = {
        "unit": f"body:{world.bodies['YY'].pk}",
        "origin": "supervision",
        "seen": "同日三次采购",
        "asks": "请说明拆分采购的原因",
        "unit_signs": "no",
    }
    actor, now = world.who(name), world.now()
    return desk.open(actor=actor, procedure="question", body="WJ", raw=raw, now=now).ref


def body(world, code: str) -> int:
    return world.bodies[code].pk


def duty(world) -> str:
    """Open a duty record in the unit."""
    raw = {"period": "2025年下半年", "hand_in_by": str(world.today), "duties": "一岗双责"}
    actor, now = world.who("liaison"), world.now()
    return desk.open(actor=actor, procedure="duty_record", body="YY", raw=raw, now=now).ref


def field_activity(world, name: str = "one") -> str:
    raw = {
        "kind": "resident", "unit": f"body:{body(world, 'YY')}", "topic": "药品采购", "plan": "查阅台账",
        "planned_date": str(world.today),
    }  # fmt: skip
    actor, now = world.who(name), world.now()
    return desk.open(actor=actor, procedure="field_activity", body="WJ", raw=raw, now=now).ref


def question_to_be_signed(world) -> str:
    raw = {
        "unit": f"body:{body(world, 'YY')}", "origin": "supervision", "seen": "同日三次采购",
        "asks": "请说明", "unit_signs": "yes",
    }  # fmt: skip
    actor, now = world.who("one"), world.now()
    return desk.open(actor=actor, procedure="question", body="WJ", raw=raw, now=now).ref


def counted(world, number: int) -> str:
    """Count a complaint that another organ is competent for."""
    raw = {
        "intake_number": f"信{number}", "channel": "letter", "received_date": str(world.today),
        "about_head": "no", "origin": "direct", "competence": "lower", "named": "no", "repeated": "no",
    }  # fmt: skip
    actor, now = world.who("keeper"), world.now()
    return desk.open(actor=actor, procedure="complaint_count", body="WJ", raw=raw, now=now).ref


def finding(world) -> str:
    raw = {
        "unit": f"body:{body(world, 'YY')}", "what": "缺验收单", "looked_at": "凭证",
        "found_date": str(world.today),
    }  # fmt: skip
    actor, now = world.who("one"), world.now()
    return desk.open(actor=actor, procedure="finding", body="WJ", raw=raw, now=now).ref
