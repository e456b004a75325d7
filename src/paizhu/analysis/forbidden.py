"""Refusal 3: columns that must not come in are recognized by their header and by what they hold.

Content is judged for a column as a whole and for single cells. A reference number may look like an
identity number by chance (region, day, serial), so numbers with a check digit count only when most
of their kind in the column pass it. A credit code of an organization is no identity number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from unicodedata import normalize

from paizhu.analysis.sheets import Header
from paizhu.kernel.text import Text

#: Nothing shorter is an identity number, a card, a telephone or a place.
SHORTEST: Final = 11
#: From this share of its filled cells a column *is* of a kind, not just touched by it.
_COLUMN_SHARE: Final = 0.2
#: Numbers of a shape must pass their check digit at least this often; chance gives one in ten.
_CHECKED_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data that is refused, and what to do."""

    key: str
    title: Text
    header: re.Pattern[str]
    #: A column of this kind may stay in the file if the mapping names it as ignored.
    may_be_ignored: bool = False


def _kind(key: str, zh: str, en: str, words: str, *, may_be_ignored: bool = False) -> Kind:
    return Kind(key, Text(zh, en), re.compile(words), may_be_ignored)


#: Headers are compared in lower case, full-width forms folded, signs turned into blanks. Words such
#: as 住院部, 门诊量, 重点监控药品, 开户银行, 定位销 or “location” are ordinary and must pass.
KINDS: Final = (
    _kind("identity", "身份证件号码", "identity numbers of persons",
          r"身份证|身份号码|证件号|证件编号|护照号|社保卡号|社会保障号|\bid card\b|\bidentity (card|number|no)\b"
          r"|\bnational id\b|\bcitizen id\b|\bpassport\b|\bsocial security (number|no)\b|\bssn\b"
          r"|\bcartao de cidadao\b|\bbilhete de identidade\b|\bdni\b"),
    _kind("patient", "可识别的患者信息", "data that identify patients",
          r"患者(?!满意|数|人次|人数|量|费用)|病人(?!数|人次|人数|量|费用)|病案号|病历|住院号|住院流水号|门诊号|门诊流水号|就诊号|就诊卡"
          r"|就医卡|病床号|床位号|产妇|受试者姓名|\bpatients?\b(?! satisfaction| count| volume)|\bmedical records?\b|\bmrn\b"
          r"|\binpatient (no|number|id)\b|\boutpatient (no|number|id)\b|\badmission (no|number|id)\b|\bhealth card\b"
          r"|\bdoente\b|\bpaciente\b|\butente\b"),
    _kind("bank", "银行卡号或银行账号", "bank cards or private accounts",
          r"银行卡|银行账|银行帐|银行户|卡号|账号|帐号|账户号|个人账户|私人账户|微信支付|支付宝"
          r"|\bbank (card|account)\b|\baccount (no|number)\b|\bcard (no|number)\b|\biban\b|\bconta bancaria\b"),
    _kind("location", "位置或行踪", "location or movement",
          r"经度|纬度|经纬|坐标|gps|北斗定位|定位(?!销|器|片|夹|针)|轨迹|行踪|行程码|基站|\blatitude\b|\blongitude\b|\blat\b"
          r"|\blng\b|\blon\b|\bgeo ?location\b|\bcoordinates?\b|\btrajectory\b"),
    _kind("chat", "聊天、通话或通讯录", "chats, calls or address books",
          r"聊天|微信(?!支付)|\bqq\b|qq号|短信|通话|话单|通讯录|通信录|\bwechat\b|\bwhatsapp\b|\bchats?\b|\bsms\b"
          r"|\bcall (log|record)s?\b|\bmessenger\b"),
    _kind("camera", "影像监控或人脸", "cameras or faces",
          r"摄像|监控录像|监控视频|视频监控|抓拍|人脸|面部|车牌识别|\bcameras?\b|\bcctv\b|\bfacial\b|\bface (id|image|photo)\b"),
    _kind("phone", "电话号码", "telephone numbers",
          r"手机|电话|联系方式|联系号码|小灵通|\b(tele|cell|mobile ?)phone\b|\bphone\b|\bmobile (no|number)\b|\bmobile\b"
          r"|\btel\b|\btelefone\b|\btelemovel\b|\btelefono\b|\btelefon\b",
          may_be_ignored=True),
)  # fmt: skip
BY_KEY: Final = {kind.key: kind for kind in KINDS}

_LONG_DIGITS: Final = re.compile(r"(?:\d[ -]?){8}|\d\.\d{4}")
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z]|\.\d)"
)
_CARD: Final = re.compile(
    r"(?<![0-9A-Za-z.\-])[3-6]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9A-Za-z]|\.\d)"
)
_PLACE: Final = re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,}\s*[,;，、 ]\s*-?\d{1,3}\.\d{4,}(?![\d.])")
_CREDIT_CODE: Final = re.compile(r"[1-9A-Y][0-9A-Y]{17}")
_CREDIT_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PROVINCES: Final = frozenset(
    [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
     53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91]
)  # fmt: skip


def kind_of_header(title: str) -> Kind | None:
    """Give the refused kind that a header names, if any."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", normalize("NFKC", title))
    folded = normalize("NFKD", parted).casefold()
    bare = "".join(one for one in folded if not "\u0300" <= one <= "\u036f")
    words = re.sub(r"[\W_]+", " ", bare)
    return next((kind for kind in KINDS if kind.header.search(words)), None)


def is_credit_code(word: str) -> bool:
    """Say whether `word` is a unified social credit code with a right check sign (GB 32100)."""
    word = word.upper()
    if not _CREDIT_CODE.fullmatch(word) or any(sign not in _CREDIT_SIGNS for sign in word):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, i, 31) for i, sign in enumerate(word[:17]))
    return _CREDIT_SIGNS[-total % 31] == word[17]


def is_identity_number(word: str) -> bool:
    """Say whether 18 signs are an identity number: province, a lived-in birth day, check sign."""
    found = _IDENTITY.fullmatch(word)
    if found is None or int(word[:2]) not in _PROVINCES or is_credit_code(word):
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(word[:17]))
    return "10X98765432"[total % 11] == word[17].upper()


def is_card_number(word: str) -> bool:
    """Say whether 16 to 19 digits pass the Luhn check that bank cards carry."""
    digits = [int(one) for one in word if one.isdigit()]
    doubled = [
        d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits[::-1])
    ]
    return 16 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def _any(pattern: re.Pattern[str], passes: Callable[[str], bool]) -> Callable[[str], bool | None]:
    """Give a test: True passes, False has the shape but not the check digit, None is unlike it."""

    def test(words: str) -> bool | None:
        shaped = [found.group() for found in pattern.finditer(words)]
        return any(passes(one) for one in shaped) if shaped else None

    return test


#: What is looked for, and the fewest signs that can hold it.
_TESTS: Final[tuple[tuple[str, int, Callable[[str], bool | None]], ...]] = (
    ("identity", 18, _any(_IDENTITY, is_identity_number)),
    ("bank", 16, _any(_CARD, is_card_number)),
    ("phone", 11, _any(_MOBILE, lambda _: True)),
    ("location", 13, _any(_PLACE, lambda _: True)),
)


@dataclass(slots=True)
class ColumnContent:
    """What the cells of one column turned out to hold, counted."""

    filled: int = 0
    shaped: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    first_row: dict[str, int] = field(default_factory=dict)

    def add(self, words: str, row: int) -> bool:
        """Take one filled cell into account; say whether it holds digits that had to be looked at."""
        self.filled += 1
        if len(words) < SHORTEST or not _LONG_DIGITS.search(words):
            return False
        for key, fewest, test in _TESTS:
            answer = test(words) if len(words) >= fewest else None
            if answer is not None:
                self.shaped[key] += 1
            if answer:
                self.passed[key] += 1
                self.first_row.setdefault(key, row)
        return True

    def suspected(self) -> tuple[str, ...]:
        """Give the kinds whose numbers are too often right to be chance."""
        return tuple(
            key for key, count in self.passed.items() if count >= self.shaped[key] * _CHECKED_SHARE
        )

    def column_kind(self) -> str | None:
        """Give the kind the column as a whole is of, if any."""
        suspected = (k for k in self.suspected() if self.passed[k] >= self.filled * _COLUMN_SHARE)
        return next(suspected, None)


def holds(words: str, keys: Sequence[str]) -> str | None:
    """Give which of the suspected kinds a single cell holds."""
    if len(words) < SHORTEST or not _LONG_DIGITS.search(words):
        return None
    return next((key for key, _, test in _TESTS if key in keys and test(words)), None)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A column that must not come in, and how it was recognized. Its values are not repeated."""

    header: Header
    kind: Kind
    #: 0 when the header says it; else the first row that showed it.
    row: int
    #: The mapping names it as ignored, and its kind allows that.
    is_ignored: bool = False

    @property
    def say(self) -> Text:
        seen = (Text(f"第 {self.row} 行起的内容", f"what stands in it from row {self.row}") if self.row
                else Text("表头", "its header"))  # fmt: skip
        place = f"{self.header.letter}“{self.header.title}”"
        if self.is_ignored:
            return Text(f"{place} 列含{self.kind.title.zh}，已按列对应忽略，未予保存。",
                        f"Column {place} holds {self.kind.title.en}; it was ignored as the mapping "
                        "says, and nothing of it was kept.")  # fmt: skip
        or_zh = "，或在列对应中将它列为忽略" if self.kind.may_be_ignored else ""
        or_en = ", or name it as ignored in the mapping" if self.kind.may_be_ignored else ""
        return Text(
            f"{place} 列从{seen.zh}看是{self.kind.title.zh}。派驻监督日常工作不得采集这类数据，整份表未导入，"
            f"什么也没有保存。请退回提供单位，删去该列后重新提供{or_zh}。",
            f"Column {place} holds {self.kind.title.en}, as {seen.en} shows. Such data must not be "
            "collected in routine supervision, so the whole sheet was refused and nothing was kept. "
            f"Ask the unit for a sheet without this column{or_en}.",
        )


def forbidden_columns(
    headers: Iterable[Header], contents: dict[int, ColumnContent], *, ignored: Iterable[str]
) -> tuple[Forbidden, ...]:
    """Name every column of a refused kind, by its header or by what it holds."""
    left_out = {title.casefold() for title in ignored}
    found = []
    for header in headers:
        by_header = kind_of_header(header.title)
        content = contents.get(header.index, ColumnContent())
        by_content = content.column_kind()
        kind = by_header or (BY_KEY[by_content] if by_content else None)
        if kind is not None:
            row = 0 if by_header else content.first_row[kind.key]
            is_ignored = kind.may_be_ignored and header.title.casefold() in left_out
            found.append(Forbidden(header, kind, row, is_ignored))
    return tuple(found)
