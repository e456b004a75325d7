"""What every shape in a pack file shares: closed keys, both languages, periods, dated values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text

T = TypeVar("T")


class Declared(BaseModel):
    """A shape that stands in a pack file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _know_the_keys(cls, raw: Any) -> Any:
        if isinstance(raw, Mapping):
            allowed = tuple(field.alias or name for name, field in cls.model_fields.items())
            unknown = tuple(str(key) for key in raw if key not in allowed)
            if unknown:
                raise PydanticCustomError(
                    "unknown_key", "unknown key", {"keys": unknown, "allowed": allowed}
                )
        return raw


def _both_said(text: Text) -> Text:
    if not text.zh.strip() or not text.en.strip():
        raise PydanticCustomError("half_text", "a text needs both languages")
    return text


#: A text for a reader; neither language may be empty.
Words = Annotated[Text, AfterValidator(_both_said)]


def _period(raw: object) -> Period:
    try:
        return raw if isinstance(raw, Period) else Period.parse(raw)
    except ValueError:
        raise PydanticCustomError("period", "not a period", {"given": str(raw)}) from None


#: Written as `5 working days`, `1 month`, `24 hours`.
PeriodText = Annotated[
    Period,
    PlainValidator(_period),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[1-9][0-9]* (working day|day|month|year|hour)s?$",
            "examples": ["5 working days", "1 month", "24 hours"],
        }
    ),
]


def _one_or_many(raw: object) -> object:
    """Let a file write one item where a list is meant."""
    return raw if isinstance(raw, list | tuple) or raw is None else [raw]


class _OneOrMany(BeforeValidator):
    """Tell an editor, too, that one item may stand alone."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(core)
        array = next((one for one in many.get("anyOf", [many]) if "items" in one), many)
        return {"anyOf": [array["items"], many]}


Many = _OneOrMany(_one_or_many)


class Dated(BaseModel, Generic[T]):
    """A value with the days from which it applied; a bare value has always applied."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    values: tuple[tuple[date | None, T], ...]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, raw: Any) -> Any:
        if isinstance(raw, Dated) or (isinstance(raw, Mapping) and set(raw) == {"values"}):
            return raw
        if isinstance(raw, Mapping) and raw and all(isinstance(key, date) for key in raw):
            return {"values": tuple(sorted(raw.items()))}
        return {"values": ((None, raw),)}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        inner = handler.resolve_ref_schema(handler(core))["properties"]["values"]
        bare = inner["items"]["prefixItems"][1]
        by_day = {
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "additionalProperties": bare,
        }
        return {"anyOf": [bare, by_day]}

    def at(self, day: date) -> T | None:
        """Give the value in force on `day`, or None when none was yet in force."""
        found: T | None = None
        for since, value in self.values:
            if since is None or since <= day:
                found = value
        return found

    def version_at(self, day: date) -> date | None:
        """Give the day from which the value in force on `day` applies."""
        return max((s for s, _ in self.values if s is not None and s <= day), default=None)
