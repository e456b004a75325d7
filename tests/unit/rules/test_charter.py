"""A founding file is read as a whole: each mistake has its line, its key and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from paizhu.rules.charter import CharterErrors
from paizhu.rules.check import charter
from paizhu.rules.load import load
from paizhu.rules.mistakes import Mistake

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "docs" / "how-to" / "founding.yaml").read_text(encoding="utf-8")
ON = date(2026, 1, 5)
TEN, LONG = "一二三四五六七八九十", "A" * 81


@dataclass(frozen=True)
class Wrong:
    """One edit of the example, where it is found, and a word of what is said."""

    name: str
    old: str
    new: str
    #: What stands on the line that is named; `key` is the key that is named.
    at: str
    key: str
    word: str
    allowed: tuple[str, ...] = ()


# fmt: off
WRONG = [
    Wrong("unknown key", "  - code: YSL\n", "  - code: YSL\n    rank: 2\n", "rank: 2", "bodies.1.rank", "no key", ("kind",)),
    Wrong("unknown kind of body", "kind: team", "kind: teem", "kind: teem", "bodies.3.kind", "“team”", ("team", "organ")),
    Wrong("unknown kind of tie", "kind: sends,", "kind: send,", "kind: send,", "ties.2.kind", "“sends”", ("sends",)),
    Wrong("half a name", "{zh: 纪怀山, en: Ji Huaishan}", '{zh: 纪怀山, en: ""}', "纪怀山", "persons.0.name", "Neither"),
    Wrong("no date", "H01, since: 2024-01-01}\n  - {source: WJ", "H01, since: 2024}\n  - {source: WJ", "since: 2024}", "ties.4.since", "date"),
    Wrong("no administrator for the audit", "  audit_admin: YT903\n", "", "administrators:", "administrators.audit_admin", "missing"),
    Wrong("no section", "persons:", "people:", "people:", "people", "no key", ("persons",)),
    Wrong("a word for a list", "posts:\n      - {key: partner_contact, title: {zh: 协作联系人, en: Contact}}", "posts: contact", "posts: contact", "bodies.7.posts", "list"),
    Wrong("no YAML", "  at: YJW\n", "   at: YJW\n", "since: 2024-01-01", "", "YAML"),
    Wrong("identity number", "code: YT001", "code: 110101199001011234", "110101", "persons.0.code", "identity"),
    Wrong("identity number with X, in groups", "code: YT001", 'code: "110101 19900101 123x"', "110101", "persons.0.code", "identity"),
    Wrong("identity number in a name", "纪怀山", "纪怀山１１０１０１１９９００１０１１２３４", "纪怀山", "persons.0.name.zh", "identity"),
    Wrong("body code that cannot be", "code: SJJ", "code: sjj", "code: sjj", "bodies.7.code", "capital"),
    Wrong("body twice", "code: H02", "code: H01", "- code: H01", "bodies.6.code", "twice, first on line"),
    Wrong("name too long", "云汀市审计局", TEN * 13, TEN, "bodies.7.name.zh", "120"),
    Wrong("post key that cannot be", "key: procurement", "key: Procurement", "Procurement", "bodies.5.posts.2.key", "small letters"),
    Wrong("post twice", "{key: deputy,", "{key: head,", "副组长", "bodies.3.posts.1.key", "twice"),
    Wrong("post title too long", "副组长", TEN * 9, TEN, "bodies.3.posts.1.title.zh", "80"),
    Wrong("administrator's post in a body", "{key: deputy,", "{key: audit_admin,", "副组长", "bodies.3.posts.1.key", "administrators"),
    Wrong("tie from nowhere", "source: YSL,", "source: YSX,", "source: YSX", "ties.0.source", "did you mean “YS", ("YSL",)),
    Wrong("tie to nowhere", "target: SJJ,", "target: SJX,", "target: SJX", "ties.8.target", "“SJJ”", ("SJJ",)),
    Wrong("tie between kinds that have none", "source: YSL, kind: part_of", "source: YSL, kind: sends", "kind: sends, target: YJW", "ties.0.kind", "not tied", ("organ sends team",)),
    Wrong("tie that ends before it begins", "target: SJJ, since: 2024-01-01", "target: SJJ, since: 2024-01-01, until: 2023-01-01", "until: 2023", "ties.8.until", "before"),
    Wrong("tie twice", "source: H02, kind: part_of", "source: H01, kind: part_of", "H01, kind: part_of", "ties.7", "twice"),
    Wrong("a part of itself", "source: H02, kind: part_of, target: YWJ", "source: H02, kind: part_of, target: H02", "H02, kind: part_of", "ties.7", "H02 → H02"),
    Wrong("parts in a circle", "  - {source: YJW, kind: partner", "  - {source: YWJ, kind: part_of, target: H01, since: 2024-01-01}\n  - {source: YJW, kind: partner", "YWJ, kind: part_of", "ties.8", "YWJ → H01 → YWJ"),
    Wrong("team without a host", "kind: sits_in, target: YWJ", "kind: supervises, target: YWJ", "code: WJ", "bodies.3", "sits in no unit"),
    Wrong("team that sat in a unit", "kind: sits_in, target: YWJ, since: 2024-01-01", "kind: sits_in, target: YWJ, since: 2024-01-01, until: 2025-01-01", "code: WJ", "bodies.3", "sits in no unit"),
    Wrong("staff code that cannot be", "code: YT033", "code: YT 033", "YT 033", "persons.18.code", "staff code"),
    Wrong("staff code twice", "code: YT002", "code: YT001", "- code: YT001", "persons.1.code", "twice"),
    Wrong("name of a person too long", "Qiao Zhiyuan", LONG, LONG, "persons.1.name.en", "80"),
    Wrong("account that cannot be", "account: qiao.zhiyuan", "account: Qiao", "account: Qiao", "persons.1.account", "account name"),
    Wrong("account twice", "account: qiao.zhiyuan", "account: ji.huaishan", "ji.huaishan", "persons.1.account", "twice"),
    Wrong("unknown language", "language: en", "language: fr", "language: fr", "persons.12.language", "values", ("zh", "en")),
    Wrong("person with nothing", "    holds: [{post: procurement, at: H01, since: 2024-01-01}]\n", "", "YT033", "persons.18", "neither post nor account"),
    Wrong("post nowhere", "post: head, at: WJ", "post: head, at: WX", "at: WX", "persons.7.holds.0.at", "no body named", ("WJ",)),
    Wrong("post that the body has not", "post: head, at: WJ", "post: haed, at: WJ", "haed", "persons.7.holds.0.post", "“head”", ("head", "keeper")),
    Wrong("post held twice", "[{post: head, at: WJ, since: 2024-01-01}]", "[{post: head, at: WJ, since: 2024-01-01}, {post: head, at: WJ, since: 2025-01-01}]", "post: head", "persons.7.holds.1", "twice"),
    Wrong("administrator among the posts", "post: head, at: WJ", "post: system_admin, at: YJW", "post: system_admin", "persons.7.holds.0.post", "administrators"),
    Wrong("administrators nowhere", "  at: YJW\n", "  at: YJX\n", "at: YJX", "administrators.at", "“YJ", ("YJW",)),
    Wrong("administrators not yet", "  at: YJW\n  since: 2024-01-01", "  at: YJW\n  since: 2027-01-01", "since: 2027", "administrators.since", "2026-01-05"),
    Wrong("unknown administrator", "audit_admin: YT903", "audit_admin: YT909", "YT909", "administrators.audit_admin", "did you mean"),
    Wrong("one person for two", "audit_admin: YT903", "audit_admin: YT902", "audit_admin", "administrators.audit_admin", "twice"),
    Wrong("administrator who cannot be read", "account: nong.siqi}", "account: nong.siqi, rank: 1}", "YT903,", "persons.24.rank", "no key", ("account",)),
    Wrong("administrator with another post", "audit_admin: YT903", "audit_admin: YT011", "post: head", "persons.7.holds", "no other post"),
    Wrong("administrator without an account", ", account: nong.siqi}", "}", "YT903,", "persons.24", "needs an account"),
]
# fmt: on


def read(text: str) -> list[Mistake]:
    """Give the warnings of a good file."""
    return charter.read(text.encode(), file="f.yaml", on=ON)[1]


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(CharterErrors) as caught:
        read(text)
    return caught.value.mistakes


def edited(*changes: tuple[str, str]) -> str:
    text = EXAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, words: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if words in line]


def test_the_example_founds_without_a_warning():
    found, warnings = charter.read(EXAMPLE.encode(), file="f.yaml", on=ON)
    assert warnings == []
    assert (len(found.bodies), len(found.persons)) == (8, 25)
    rules = load([ROOT / "packs" / "cn-discipline"])
    assert charter.unheld(found, EXAMPLE.encode(), file="f.yaml", rules=rules, on=ON) == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_mistake_is_named_with_line_key_and_what_is_allowed(wrong: Wrong):
    text = edited((wrong.old, wrong.new))
    said = {one.key: one for one in mistakes(text)}
    assert wrong.key in said, said
    one = said[wrong.key]
    assert one.line in line_of(text, wrong.at)
    assert wrong.word in one.say.en
    assert one.say.zh
    assert set(wrong.allowed) <= set(one.allowed)


def test_an_identity_number_is_never_repeated():
    for text in (
        "110101199001011234",
        '"11010119900101123X"',
        "１１０１０１１９９００１０１１２３４",
    ):
        shown = "\n".join(
            one.show("en") + one.show("zh") for one in mistakes(edited(("YT001", text)))
        )
        assert "identity number" in shown
        assert text.strip('"') not in shown


def test_all_mistakes_are_given_at_once_and_none_that_only_follow():
    """A tie that cannot be read may be the one that seems to be missing, so that is not said."""
    text = edited(
        ("code: YT001", "code: 110101199001011234"),
        (
            "kind: sits_in, target: YWJ, since: 2024-01-01",
            "kind: sits_in, target: YWJ, since: soon",
        ),
        ("target: SJJ,", "target: SJX,"),
        ("post: head, at: WJ", "post: haed, at: WJ"),
        ("audit_admin: YT903", "audit_admin: YT909"),
    )
    keys = [one.key for one in mistakes(text)]
    assert keys == [
        "ties.3.since", "ties.8.target", "persons.0.code", "persons.7.holds.0.post",
        "administrators.audit_admin",
    ]  # fmt: skip


def test_a_file_of_another_kind_is_said_and_does_no_harm():
    for text in ("- a\n- b\n", "word\n", "bodies: 3\npersons: {a: 1}\nadministrators: x\n"):
        assert mistakes(text)
    assert [one.key for one in mistakes("")] == [""]


def test_long_lists_of_names_are_not_repeated():
    assert next(iter(mistakes(edited(("audit_admin: YT903", "audit_admin: X"))))).allowed == ()


def test_a_team_that_nobody_sends_is_a_warning():
    text = edited(("  - {source: YJW, kind: sends, target: WJ, since: 2024-01-01}\n", ""))
    (warning,) = read(text)
    assert (warning.key, warning.is_warning) == ("bodies.3", True)
    assert "No organ sends “WJ”" in warning.say.en


def test_two_ways_up_are_no_circle():
    text = edited((
        "  - {source: YJW, kind: partner",
        "  - {source: H01, kind: part_of, target: H02, since: 2024-01-01}\n"
        "  - {source: YJW, kind: partner",
    ))  # fmt: skip
    assert read(text) == []


def test_a_post_that_signs_and_that_nobody_holds_is_a_warning():
    rules = load([ROOT / "packs" / "cn-discipline"])

    def warned(*posts: str) -> list[str]:
        text = edited(*((f"[{{post: {post}, ", "[{post: officer, ") for post in posts))
        text = text.replace("officer, at: YJW", "case_office, at: YJW")
        found, _ = charter.read(text.encode(), file="f.yaml", on=ON)
        data = text.encode()
        said = charter.unheld(found, data, file="f.yaml", rules=rules, on=ON)
        assert {one.key for one in said} <= {"persons"}
        assert all(one.is_warning and one.line in line_of(text, "persons:") for one in said)
        return [one.say.en for one in said]

    assert ["“section_head”" in one for one in warned("section_head")] == [True]
    several = warned("duty_leader")
    assert any("“duty_leader”, which signs in" in one for one in several)
    assert any("says who holds posts (duty_leader)" in one for one in several)
