"""The four forms of `when`; there is no fifth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from paizhu.rules.spec.declared import Declared


class FieldIs(Declared):
    """The field has this value."""

    field: str
    is_: str | bool | int = Field(alias="is")


class FieldIn(Declared):
    """The field has one of these values."""

    field: str
    in_: tuple[str | bool | int, ...] = Field(alias="in")


class AllOf(Declared):
    """Every one of these holds."""

    all: tuple[Condition, ...]


class AnyOf(Declared):
    """One of these holds."""

    any: tuple[Condition, ...]


def _form_of(raw: Any) -> str:
    """Tell the form by its key, so that a mistake is reported for the form that was meant."""
    keys = raw if isinstance(raw, Mapping) else {type(raw).__name__: None}
    for tag, key in (("FieldIn", "in"), ("AllOf", "all"), ("AnyOf", "any")):
        if key in keys or tag in keys:
            return tag
    return "FieldIs"


Condition = Annotated[
    Annotated[FieldIs, Tag("FieldIs")]
    | Annotated[FieldIn, Tag("FieldIn")]
    | Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")],
    Discriminator(_form_of),
]

for _shape in (AllOf, AnyOf):
    _shape.model_rebuild()
