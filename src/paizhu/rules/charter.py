"""The file an installation is founded from: bodies, their ties, people on posts, accounts.

Each item is read by itself, so that one that is wrong does not hide the mistakes of the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import PlainValidator, ValidationError
from pydantic_core import PydanticCustomError

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text, Word
from paizhu.rules.mistakes import Mistake
from paizhu.rules.reading import Path, Source, Unreadable, read_yaml
from paizhu.rules.shapes import shaped
from paizhu.rules.spec import Declared, Words

S = TypeVar("S", bound=Declared)

BodyKind = Literal["organ", "office", "team", "unit", "partner"]
TieKind = Literal["sends", "sits_in", "part_of", "supervises", "partner"]
#: The posts that look after the installation, as keys of `AdministratorsHere`.
ADMINISTRATION: Final = ("system_admin", "security_admin", "audit_admin")
#: An identity number as it may be written: in groups, or with full-width digits.
_IDENTITY: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9])")


def _day(raw: object) -> date:
    """Read a day, also one in quotes; a bare number is no moment since 1970."""
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise PydanticCustomError("date_type", "not a day") from None


Day = Annotated[date, PlainValidator(_day)]


class PostHere(Declared):
    """A post of a body; `key` is what procedures call it."""

    key: str
    title: Words


class BodyHere(Declared):
    """An organ, an office of it, a team, a unit, or a partner."""

    code: str
    kind: BodyKind
    name: Words
    posts: tuple[PostHere, ...] = ()


class TieHere(Declared):
    """A dated relation, read aloud: `source` sends `target`."""

    source: str
    kind: TieKind
    target: str
    since: Day
    until: Day | None = None


class HeldHere(Declared):
    """A post that a person holds from a day."""

    post: str
    at: str
    since: Day


class PersonHere(Declared):
    """Somebody with a post, an account, or both."""

    #: Staff code; never an identity number.
    code: str
    name: Words
    holds: tuple[HeldHere, ...] = ()
    #: The name of the account; without it the person does not sign in.
    account: str | None = None
    language: Literal["zh", "en"] = "zh"


class AdministratorsHere(Declared):
    """The three persons who look after the installation, by staff code, and where their posts are."""

    at: str
    since: Day
    system_admin: str
    security_admin: str
    audit_admin: str

    def named(self) -> dict[str, str]:
        """Give the staff code on each of the three posts."""
        return {post: str(getattr(self, post)) for post in ADMINISTRATION}


class Charter(Declared):
    """Everything an empty installation is founded from."""

    bodies: tuple[BodyHere, ...]
    ties: tuple[TieHere, ...] = ()
    persons: tuple[PersonHere, ...]
    administrators: AdministratorsHere


class CharterErrors(Invalid):
    """Nothing can be founded from this file; `mistakes` says why, one by one."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        count = len(mistakes)
        super().__init__(
            Text(
                f"文件有 {count} 处错误，什么都没有建立。请按下列位置逐一更正后重试。",
                f"The file holds {count} {Word(count):mistake|mistakes} and nothing was founded. Mend each place named "
                "below, then try again.",
            )
        )
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Laid(Generic[S]):
    """An item with the keys that lead to it."""

    place: Path
    value: S


@dataclass(frozen=True)
class Draft:
    """The items of a file that have their shape, and what the others would be called."""

    file: str
    source: Source
    #: None while any part of the file lacks its shape.
    whole: Charter | None
    mistakes: list[Mistake] = field(default_factory=list)

    @cached_property
    def bodies(self) -> list[Laid[BodyHere]]:
        return self._items("bodies", BodyHere)

    @cached_property
    def ties(self) -> list[Laid[TieHere]]:
        return self._items("ties", TieHere)

    @cached_property
    def persons(self) -> list[Laid[PersonHere]]:
        return self._items("persons", PersonHere)

    @cached_property
    def administrators(self) -> AdministratorsHere | None:
        return _shape(AdministratorsHere, _part(self.source.data, "administrators"))

    @cached_property
    def administering(self) -> set[str]:
        """Give the staff codes of the administrators, also where one is missing."""
        raw = _part(self.source.data, "administrators")
        return {_word(raw, post) for post in ADMINISTRATION}

    @cached_property
    def posts(self) -> dict[str, set[str]]:
        """Give the posts by code of the body, also of bodies that have another mistake."""
        return {
            code: {_word(post, "key") for post in _listed(_part(raw, "posts"))}
            for raw in _listed(_part(self.source.data, "bodies"))
            if (code := _word(raw, "code"))
        }

    @cached_property
    def persons_named(self) -> set[str]:
        """Give the staff codes, also of persons who have another mistake."""
        return {_word(raw, "code") for raw in _listed(_part(self.source.data, "persons"))}

    @cached_property
    def has_all_ties(self) -> bool:
        """Say whether every tie was read; one that was not may be the one that is missed."""
        return len(self.ties) == len(_listed(_part(self.source.data, "ties")))

    def mistake(
        self, *keys: str, say: Text, allowed: Sequence[str] = (), is_warning: bool = False
    ) -> Mistake:
        """Name a mistake at `keys`."""
        line = self.source.line(keys)
        return Mistake(self.file, line, ".".join(keys), say, tuple(allowed), is_warning)

    def _items(self, section: str, shape: type[S]) -> list[Laid[S]]:
        found = []
        for number, raw in enumerate(_listed(_part(self.source.data, section))):
            if (value := _shape(shape, raw)) is not None:
                found.append(Laid((section, str(number)), value))
        return found


def draft(data: bytes, *, file: str) -> Draft:
    """Read a file as far as it has its shape; what has not stands in `mistakes`."""
    try:
        source = read_yaml(data)
    except Unreadable as unreadable:
        return Draft(file, Source(None, {(): 1}), None, [unreadable.mistake(file)])
    whole, mistakes = shaped(Charter, data, file=file)
    made = Draft(file, source, whole)
    numbers = [made.mistake(*place, say=NO_IDENTITY) for place in _numbers_in(source.data, ())]
    # What looks like an identity number is never repeated, not even to say what is wrong with it.
    keys = {one.key for one in numbers}
    made.mistakes.extend([*numbers, *(one for one in mistakes if one.key not in keys)])
    return made


NO_IDENTITY = Text(
    "这里像是身份证号，不得登记。人员编号请用单位自编的工号。",
    "This looks like an identity number, which may not be stored. Use a staff code of your own.",
)


def _numbers_in(raw: object, place: Path) -> Iterator[Path]:
    """Give the keys at which something is written that looks like an identity number."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield from _numbers_in(value, (*place, str(key)))
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _numbers_in(value, (*place, str(number)))
    elif isinstance(raw, str | int):
        plain = unicodedata.normalize("NFKC", str(raw)).upper()
        if _IDENTITY.search(re.sub(r"[\s-]", "", plain)):
            yield place


def _shape(shape: type[S], raw: object) -> S | None:
    try:
        return shape.model_validate(raw)
    except ValidationError:
        return None


def _part(raw: object, key: str) -> Any:
    return raw.get(key) if isinstance(raw, dict) else None


def _listed(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _word(raw: object, key: str) -> str:
    """Give what an item is called; empty when it does not say so."""
    found = _part(raw, key)
    return found if isinstance(found, str) else ""
