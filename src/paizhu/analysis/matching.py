"""When two company names or addresses may mean the same, and why one thinks so.

A match is a reason to look, with a human who confirms. For persons there is no such thing: only an
identifier that somebody declared joins two lines, and a name never does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from paizhu.kernel.digest import digest
from paizhu.kernel.text import Text

#: Two names whose cores are this like each other (0 to 100) are worth a look.
LIKE = 88
#: A core shorter than this says too little for likeness.
LEAST_CORE = 4
_FORMS = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "股份公司", "集团公司", "总公司", "分公司",
    "个人独资企业", "合伙企业", "普通合伙", "有限合伙", "特殊普通合伙", "公司", "集团", "商行", "经营部",
    "coltd", "limited", "ltd", "inc", "llc", "corp", "corporation", "company",
)  # fmt: skip
_REGIONS = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|"
    "四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_PREFIX = re.compile(
    rf"^(?:中国)?(?:(?:{_REGIONS})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?)?"
    r"(?:[\u4e00-\u9fff]{2,4}?(?:市|自治州|地区))?(?:[\u4e00-\u9fff]{2,3}?[县区])?"
)
_NUMBERS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two companies may be one. `certain` needs nobody; the rest needs a person."""

    certain: bool
    because: tuple[Text, ...]


def folded(name: str) -> str:
    """Give a name in one width and case, without spaces, brackets and marks."""
    wide = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in wide if sign.isalnum())


@lru_cache(maxsize=50_000)
def core(name: str) -> str:
    """Give what is particular in a company name: no province or city before, no form behind."""
    plain = folded(name)
    shorter = plain not in _FORMS
    while shorter:
        shorter = False
        for form in _FORMS:
            if plain.endswith(form) and len(plain) > len(form) + 1:
                plain, shorter = plain.removesuffix(form), True
    # A place in brackets, as in 某某（杭州）, stays: branches of one name differ in it.
    bare = _PREFIX.sub("", plain, count=1)
    return bare if len(bare) >= 2 else plain


@lru_cache(maxsize=50_000)
def address_core(address: str) -> str:
    """Give an address in one spelling: no province, city and district, figures as figures."""
    plain = folded(address).translate(_NUMBERS)
    bare = _PREFIX.sub("", plain, count=1)
    return re.sub(r"[号室楼层栋幢单元座]+$", "", bare)


def key_of(name: str) -> str:
    """Give a spelling a short key that may stand in an address and does not say it."""
    return digest(folded(name).encode()).removeprefix("sha256:")[:16]


def company_likeness(
    name: str, number: str, other: str, other_number: str, *, addresses: tuple[str, str] = ("", "")
) -> Likeness | None:  # fmt: skip
    """Say why two lines may mean one company; None when nothing speaks for it, or the numbers differ."""
    if number and other_number:
        same = number.strip().casefold() == other_number.strip().casefold()
        return (
            Likeness(certain=True, because=(Text("登记代码相同", "the same registration number"),))
            if same
            else None
        )
    if folded(name) == folded(other):
        return Likeness(certain=True, because=(Text("名称写法相同", "the same spelling"),))
    reasons = _names_like(core(name), core(other))
    if not reasons:
        return None
    if all(addresses) and address_core(addresses[0]) == address_core(addresses[1]):
        reasons = (*reasons, Text("登记地址相同", "the same registered address"))
    return Likeness(certain=False, because=reasons)


def _names_like(one: str, other: str) -> tuple[Text, ...]:
    if one == other:
        return (Text("去掉地区和组织形式后名称相同", "the same name without place and legal form"),)
    if min(len(one), len(other)) < LEAST_CORE:
        return ()
    alike = fuzz.ratio(one, other, score_cutoff=LIKE)
    if not alike:
        return ()
    return (Text(f"名称主干相似 {alike:.0f}%", f"cores of the names alike by {alike:.0f} %"),)


def same_person(key: str, other_key: str) -> bool:
    """Say whether two lines mean one person: only by an identifier both declare."""
    return bool(key) and key == other_key
