"""What must hold between the keys of a founding file, and what is worth a warning."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final

from paizhu.kernel.text import Text
from paizhu.rules.charter import (
    ADMINISTRATION,
    AdministratorsHere,
    Charter,
    CharterErrors,
    Draft,
    Laid,
    PersonHere,
    TieHere,
    draft,
)
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.reading import Path
from paizhu.rules.rulebook import Rulebook

BODY = Text("单位", "body")
POST = Text("岗位", "post")
PERSON = Text("人员", "person")
#: So many names are listed as allowed.
MOST_SHOWN: Final = 24
#: What the tables hold; a test compares.
BODY_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{0,15}")
POST_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
STAFF_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,24}")
USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}")
#: Letters of a name in Chinese and in English.
LONGEST: Final = {"body": (120, 160), "post": (80, 120), "person": (40, 80)}
#: Which kinds of bodies a tie may join: source, then target.
TIES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "sends": (("organ", "team"),),
    "sits_in": (("team", "unit"),),
    "part_of": (("office", "organ"), ("office", "team"), ("unit", "unit"), ("partner", "partner")),
    "supervises": (("team", "unit"), ("office", "unit"), ("organ", "unit")),
    "partner": (("organ", "partner"), ("office", "partner"), ("team", "partner")),
}


def read(data: bytes, *, file: str, on: date) -> tuple[Charter, list[Mistake]]:
    """Give what a file founds, and its warnings; raise CharterErrors naming every mistake."""
    made = draft(data, file=file)
    found = sorted({*made.mistakes, *_checks(made, on)}, key=lambda one: (one.line, one.key))
    mistakes = [one for one in found if not one.is_warning]
    if made.whole is None or mistakes:
        raise CharterErrors(mistakes)
    return made.whole, found


def unheld(charter: Charter, data: bytes, *, file: str, rules: Rulebook, on: date) -> list[Mistake]:
    """Warn of each post that signs, or says who holds posts, in the packs and that nobody holds."""
    made = draft(data, file=file)
    held = {one.post for person in charter.persons for one in person.holds}
    held |= set(ADMINISTRATION)
    appointing = {key for pack in rules.packs.values() for key in pack.appoints}
    found = [
        _nobody(made, post, titles) for post, titles in _signing(rules, on) if post not in held
    ]
    if appointing and not appointing & held:
        found.append(_nobody_appoints(made, ", ".join(sorted(appointing))))
    return found


# --- bodies and ties ------------------------------------------------------------------------------


def _checks(made: Draft, on: date) -> Iterator[Mistake]:
    yield from _bodies(made)
    yield from _ties(made)
    yield from _circles(made, on)
    yield from _teams(made, on)
    yield from _persons(made)
    if made.administrators is not None:
        yield from _administrators(made, made.administrators, on)


def _bodies(made: Draft) -> Iterator[Mistake]:
    codes: dict[str, Path] = {}
    for body in made.bodies:
        yield from _spelled(made, body.place, "code", body.value.code, BODY_CODE, BODY_WORDS)
        yield from _once(made, (*body.place, "code"), body.value.code, codes)
        yield from _fits(made, (*body.place, "name"), body.value.name, "body")
        keys: dict[str, Path] = {}
        for number, post in enumerate(body.value.posts):
            place = (*body.place, "posts", str(number))
            yield from _fits(made, (*place, "title"), post.title, "post")
            yield from _spelled(made, place, "key", post.key, POST_KEY, POST_WORDS)
            yield from _once(made, (*place, "key"), post.key, keys)
            if post.key in ADMINISTRATION:
                yield made.mistake(*place, "key", say=UNDER_ADMINISTRATORS)


def _ties(made: Draft) -> Iterator[Mistake]:
    kinds = {body.value.code: body.value.kind for body in made.bodies}
    seen: dict[str, Path] = {}
    for tie in made.ties:
        one, place = tie.value, tie.place
        unknown = [*_known(made, tie.place, "source", one.source), *_known(made, tie.place, "target", one.target)]  # fmt: skip
        yield from unknown
        pair = (kinds.get(one.source, ""), kinds.get(one.target, ""))
        if all(pair) and pair not in TIES[one.kind]:
            yield _unfitting(made, tie, pair)
        if one.until is not None and one.until < one.since:
            yield made.mistake(*place, "until", say=Text(
                "终止日早于起始日。", "The last day is before the first."))  # fmt: skip
        yield from _once(made, place, f"{one.source} {one.kind} {one.target} {one.since}", seen)


def _unfitting(made: Draft, tie: Laid[TieHere], pair: tuple[str, str]) -> Mistake:
    allowed = tuple(
        f"{source} {tie.value.kind} {target}" for source, target in TIES[tie.value.kind]
    )
    said = f"{pair[0]} {tie.value.kind} {pair[1]}"
    say = Text(f"两个单位的类别之间不能有这种关系：“{said}”。",
               f"Bodies of these kinds are not tied so: “{said}”.")  # fmt: skip
    return made.mistake(*tie.place, "kind", say=say, allowed=allowed)


def _circles(made: Draft, on: date) -> Iterator[Mistake]:
    """Report a body that is, by way of others, a part of itself; once for each circle."""
    wholes: dict[str, set[str]] = {}
    for tie in _in_force(made, "part_of", on):
        source, target = tie.value.source, tie.value.target
        if way := _way(target, source, wholes):
            said = " → ".join([source, *way])
            yield made.mistake(*tie.place, say=Text(
                f"隶属关系成环：{said}。请删去其中一条。",
                f"These are parts of one another in a circle: {said}. Take one of the ties out."))  # fmt: skip
        else:
            wholes.setdefault(source, set()).add(target)


def _way(start: str, end: str, wholes: Mapping[str, set[str]]) -> list[str]:
    """Give a way up from one body to another; empty where there is none. There is no circle yet."""
    if start == end:
        return [end]
    ways = (_way(whole, end, wholes) for whole in sorted(wholes.get(start, ())))
    return next(([start, *way] for way in ways if way), [])


def _teams(made: Draft, on: date) -> Iterator[Mistake]:
    sitting = {tie.value.source for tie in _in_force(made, "sits_in", on)}
    sent = {tie.value.target for tie in _in_force(made, "sends", on)}
    for body in made.bodies:
        if body.value.kind != "team" or not made.has_all_ties:
            continue
        code = body.value.code
        if code not in sitting:
            yield made.mistake(*body.place, say=Text(
                f"“{code}”没有驻在单位，请在 ties 中写明：{{source: {code}, kind: sits_in, target: …, since: …}}。",
                f"“{code}” sits in no unit. Add under ties: "
                f"{{source: {code}, kind: sits_in, target: …, since: …}}."))  # fmt: skip
        if code not in sent:
            yield made.mistake(*body.place, is_warning=True, say=Text(
                f"没有机关派出“{code}”，须由派出机关签批的程序无法办理。",
                f"No organ sends “{code}”; what its organ must sign will find nobody."))  # fmt: skip


def _in_force(made: Draft, kind: str, on: date) -> Iterator[Laid[TieHere]]:
    """Give the ties of a kind that hold, or are to begin."""
    for tie in made.ties:
        if tie.value.kind == kind and (tie.value.until is None or tie.value.until >= on):
            yield tie


# --- people ---------------------------------------------------------------------------------------


def _persons(made: Draft) -> Iterator[Mistake]:
    codes: dict[str, Path] = {}
    accounts: dict[str, Path] = {}
    for person in made.persons:
        one, place = person.value, person.place
        yield from _spelled(made, place, "code", one.code, STAFF_CODE, STAFF_WORDS)
        yield from _once(made, (*place, "code"), one.code, codes)
        yield from _fits(made, (*place, "name"), one.name, "person")
        if one.account is not None:
            yield from _spelled(made, place, "account", one.account, USERNAME, USER_WORDS)
            yield from _once(made, (*place, "account"), one.account, accounts)
        if one.account is None and not one.holds and one.code not in made.administering:
            yield made.mistake(*place, say=NOTHING_TO_ENTER)
        yield from _held(made, person)


def _held(made: Draft, person: Laid[PersonHere]) -> Iterator[Mistake]:
    posts, seen = made.posts, dict[str, Path]()
    for number, one in enumerate(person.value.holds):
        place = (*person.place, "holds", str(number))
        if one.post in ADMINISTRATION:
            yield made.mistake(*place, "post", say=UNDER_ADMINISTRATORS)
        elif one.at not in posts:
            yield from _known(made, place, "at", one.at)
        elif one.post not in posts[one.at]:
            yield _unknown(made, (*place, "post"), POST, one.post, posts[one.at])
        yield from _once(made, place, f"{one.post} {one.at}", seen)


def _administrators(made: Draft, three: AdministratorsHere, on: date) -> Iterator[Mistake]:
    yield from _known(made, ("administrators",), "at", three.at)
    if three.since > on:
        yield made.mistake("administrators", "since", say=Text(
            f"须在建立之日（{on}）已任职，否则无人可以管理。",
            f"They must hold their posts on the day of founding, {on}, or nobody looks after it."))  # fmt: skip
    persons, named = {one.value.code: one for one in made.persons}, made.persons_named
    seen: dict[str, Path] = {}
    for post, code in three.named().items():
        place = ("administrators", post)
        yield from _once(made, place, code, seen)
        if code not in named:
            yield _unknown(made, place, PERSON, code, named)
        elif code in persons:
            yield from _apart(made, persons[code])


def _apart(made: Draft, person: Laid[PersonHere]) -> Iterator[Mistake]:
    if person.value.holds:
        yield made.mistake(*person.place, "holds", say=Text(
            "三个管理岗位各由一人专任，不得兼任其他岗位。请删去此处的任职，或另指定人员。",
            "Administrators hold no other post. Take these out, or name somebody else."))  # fmt: skip
    if person.value.account is None:
        yield made.mistake(*person.place, say=Text(
            "管理员须有账号（account）。", "An administrator needs an account."))  # fmt: skip


# --- words ----------------------------------------------------------------------------------------

BODY_WORDS = Text("单位代码为 1 至 16 个大写字母或数字，以字母开头，如 WJ。",
                  "A code has 1 to 16 capital letters or digits and begins with a letter, as WJ.")  # fmt: skip
POST_WORDS = Text("岗位键为 1 至 32 个小写字母、数字或下划线，以字母开头，如 head。",
                  "A key has 1 to 32 small letters, digits or underscores and begins with a letter, as head.")  # fmt: skip
STAFF_WORDS = Text("人员编号为 1 至 24 个字母、数字或连字符，不得用身份证号。",
                   "A staff code has 1 to 24 letters, digits or hyphens; never an identity number.")  # fmt: skip
USER_WORDS = Text("账号名为 2 至 64 个小写字母、数字、点或连字符。",
                  "An account name has 2 to 64 lower-case letters, digits, dots or hyphens.")  # fmt: skip
UNDER_ADMINISTRATORS = Text("管理岗位只在 administrators 下指定人员。",
                            "Name the three administrators under `administrators` only.")  # fmt: skip
NOTHING_TO_ENTER = Text("此人既无岗位也无账号，不应登记。请写明 holds 或 account，或删去此人。",
                        "Somebody with neither post nor account is not entered. Add holds or account, "
                        "or take the person out.")  # fmt: skip


def _spelled(
    made: Draft, place: Path, key: str, given: str, pattern: re.Pattern[str], say: Text
) -> Iterator[Mistake]:
    if not pattern.fullmatch(given):
        yield made.mistake(*place, key, say=say)


def _once(made: Draft, place: Path, given: str, seen: dict[str, Path]) -> Iterator[Mistake]:
    """Report what was given before, with the line where it was."""
    if given in seen:
        line = made.source.line(seen[given])
        yield made.mistake(*place, say=Text(
            f"“{given}”重复，第 {line} 行已有。", f"“{given}” stands twice, first on line {line}."))  # fmt: skip
    seen.setdefault(given, place)


def _known(made: Draft, place: Path, key: str, code: str) -> Iterator[Mistake]:
    if code not in made.posts:
        yield _unknown(made, (*place, key), BODY, code, made.posts)


def _unknown(made: Draft, place: Path, what: Text, given: str, names: Collection[str]) -> Mistake:
    """Name what is not in the file; a list of hundreds would help nobody."""
    allowed = sorted(names) if len(names) <= MOST_SHOWN else ()
    return made.mistake(*place, say=unknown_name(what, given, names), allowed=allowed)


def _fits(made: Draft, place: Path, given: Text, what: str) -> Iterator[Mistake]:
    for lang, longest in zip(("zh", "en"), LONGEST[what], strict=True):
        if len(given.say(lang)) > longest:
            yield made.mistake(*place, lang, say=Text(
                f"最多 {longest} 个字符。", f"At most {longest} characters."))  # fmt: skip


# --- posts that the packs ask for -----------------------------------------------------------------


def _signing(rules: Rulebook, on: date) -> list[tuple[str, list[Text]]]:
    """Give each post that signs in a procedure as it is on a day, with the procedures."""
    found: dict[str, list[Text]] = {}
    for versions in rules.procedures.values():
        in_force = [one for one in versions if one.effective_from <= on]
        for one in in_force[-1:]:
            roles = {sign.by for action in one.spec.actions.values() for sign in action.approvals}
            standing = {name: one.spec.roles[name] for name in roles}
            posts = {r.post or name for name, r in standing.items() if r.held_by == "post"}
            for post in posts:
                found.setdefault(post, []).append(one.title)
    return sorted(found.items())


def _nobody(made: Draft, post: str, titles: list[Text]) -> Mistake:
    more = len(titles) - 1
    say = Text(
        f"无人担任岗位“{post}”，{titles[0].zh}" + (f"等 {more + 1} 个程序" if more else "") + "须由其签批。",
        f"Nobody holds the post “{post}”, which signs in “{titles[0].en}”"
        + (f" and {more} other procedures." if more else "."),
    )  # fmt: skip
    return made.mistake("persons", say=say, is_warning=True)


def _nobody_appoints(made: Draft, posts: str) -> Mistake:
    say = Text(f"无人担任可任免岗位的岗位（{posts}），今后无法在页面上任免。",
               f"Nobody holds a post that says who holds posts ({posts}); none can be changed later.")  # fmt: skip
    return made.mistake("persons", say=say, is_warning=True)
