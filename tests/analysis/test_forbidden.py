"""Refusal 3: what must not come in is recognized by header and by content, and nothing else is."""

from __future__ import annotations

import random

import pytest

from paizhu.analysis.forbidden import (
    ColumnContent,
    holds,
    is_card_number,
    is_credit_code,
    is_identity_number,
    kind_of_header,
)


def identity_number(rng: random.Random) -> str:
    """Make a number of the right form for nobody: region 999 of a real province, right check sign."""
    first = f"33{rng.randrange(9900, 9999)}{rng.randrange(1950, 2004)}{rng.randrange(1, 13):02}"
    body = f"{first}{rng.randrange(1, 29):02}{rng.randrange(1000):03}"
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def credit_code(rng: random.Random, start: str = "91330100") -> str:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = start + "".join(rng.choice(signs) for _ in range(9))
    total = sum(signs.index(sign) * pow(3, i, 31) for i, sign in enumerate(body))
    return body + signs[-total % 31]


def card_number(rng: random.Random, digits: int = 19) -> str:
    body = "62" + "".join(str(rng.randrange(10)) for _ in range(digits - 3))
    return next(body + str(last) for last in range(10) if is_card_number(body + str(last)))


def content(values: list[str]) -> ColumnContent:
    column = ColumnContent()
    for row, value in enumerate(values, start=2):
        column.add(value, row)
    return column


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("身份证号", "identity"), ("证件号码", "identity"), ("ID Card No.", "identity"), ("passport", "identity"),
        ("患者姓名", "patient"), ("病案号", "patient"), ("住院号", "patient"), ("门诊号", "patient"),
        ("Medical Record Number", "patient"), ("inpatient_no", "patient"), ("PatientName", "patient"),
        ("银行卡号", "bank"), ("收款账号", "bank"), ("开户账号", "bank"), ("IBAN", "bank"), ("bank account", "bank"),
        ("经度", "location"), ("GPS坐标", "location"), ("行动轨迹", "location"), ("Latitude", "location"),
        ("聊天记录", "chat"), ("微信号", "chat"), ("QQ", "chat"), ("通话记录", "chat"), ("SMS text", "chat"),
        ("监控录像", "camera"), ("人脸图片", "camera"), ("CCTV file", "camera"),
        ("手机号", "phone"), ("联系电话", "phone"), ("供应商电话", "phone"), ("Telephone", "phone"),
        ("supplierPhone", "phone"), ("telemóvel", "phone"), ("parties/0/contactPoint/telephone", "phone"),
    ],
)  # fmt: skip
def test_headers_of_refused_kinds_are_recognized(header: str, kind: str) -> None:
    found = kind_of_header(header)
    assert found is not None
    assert found.key == kind


@pytest.mark.parametrize(
    "header",
    [
        "统一社会信用代码", "住院部", "门诊量", "重点监控药品", "开户银行", "供应商名称", "合同编号", "采购方式", "location",
        "患者满意度", "病人数", "品目", "定位销", "监护仪", "电子发票号", "联系单编号", "platform", "hotel", "latest price",
        "localidade", "telescope", "message class", "buyer/name", "awards/0/suppliers/0/id",
    ],
)  # fmt: skip
def test_ordinary_headers_pass(header: str) -> None:
    assert kind_of_header(header) is None


def test_identity_numbers_are_recognized_by_their_check_sign() -> None:
    rng = random.Random(1)
    number = identity_number(rng)
    assert is_identity_number(number)
    assert not is_identity_number(number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert content([identity_number(rng) for _ in range(50)]).column_kind() == "identity"


def test_credit_codes_of_organizations_are_not_taken_for_persons() -> None:
    rng = random.Random(2)
    codes = [credit_code(rng) for _ in range(500)]
    codes += [credit_code(rng, "12330100") for _ in range(500)]
    # Codes of digits only look most like an identity number, above all where the region ends in 19.
    codes += [c for c in (credit_code(rng, "11011900") for _ in range(200_000)) if c.isdigit()]
    assert all(is_credit_code(code) for code in codes)
    assert not any(is_identity_number(code) for code in codes)
    assert content(codes).column_kind() is None


def test_reference_numbers_made_of_region_day_and_serial_pass() -> None:
    rng = random.Random(3)
    refs = [f"330100{rng.randrange(2000, 2026)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{n:04}"
            for n in range(2000)]  # fmt: skip
    lucky = [ref for ref in refs if is_identity_number(ref)]
    assert lucky, "one in eleven passes the check by chance; else this test shows nothing"
    column = content(refs)
    assert column.column_kind() is None
    assert column.suspected() == ()


def test_card_numbers_are_told_from_other_long_numbers() -> None:
    rng = random.Random(4)
    assert content([card_number(rng) for _ in range(30)]).column_kind() == "bank"
    assert content([card_number(rng, 16) for _ in range(30)]).column_kind() == "bank"
    spaced = [
        " ".join(c[i : i + 4] for i in range(0, 16, 4))
        for c in (card_number(rng, 16) for _ in range(9))
    ]
    assert content(spaced).column_kind() == "bank"
    serials = [f"4{rng.randrange(10**15):015}" for _ in range(500)]
    assert content(serials).column_kind() is None


def test_mobile_numbers_are_recognized_wherever_they_stand() -> None:
    written = [
        "13812345678",
        "138 1234 5678",
        "+86 139-8765-4321",
        "联系人 15012345678",
        "电话：18900001111",
    ]
    assert content(written).column_kind() == "phone"
    assert (
        content(
            ["HT20250101001", "2025010113812345678", "1234567.89", "138123456789"]
        ).column_kind()
        is None
    )


def test_places_are_recognized_as_pairs_of_degrees() -> None:
    assert content(["30.274150,120.155150"] * 3).column_kind() == "location"
    assert content(["1234.5000", "30.27415 元", "12.0000 kg"]).column_kind() is None


def test_one_cell_in_a_long_column_is_found_but_does_not_condemn_the_column() -> None:
    column = content(["医用耗材一批，数量若干"] * 99 + ["请联系 13812345678 张三"])
    assert column.column_kind() is None
    assert column.suspected() == ("phone",)
    assert holds("请联系 13812345678 张三", column.suspected()) == "phone"
    assert holds("医用耗材一批，数量若干", column.suspected()) is None
