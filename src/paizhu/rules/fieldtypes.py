"""The closed registry of field types: how each is read, shown, described, drawn and tabulated.

A value is what is stored: JSON without fractions. A date is ISO text, an amount decimal text, a
person or an organization `person:17`, `body:3` or a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from paizhu.kernel.text import Text
from paizhu.rules import fieldvalues as v
from paizhu.rules.conditions import Value
from paizhu.rules.fieldlines import lines_schema, read_lines, say_lines
from paizhu.rules.fieldvalues import is_empty
from paizhu.rules.spec import FieldSpec

__all__ = ["TYPES", "Cell", "FieldType", "is_empty", "possible_values"]

#: How a spreadsheet holds it: as text, a number, a day, or one of a drop-down list.
Cell = Literal["text", "number", "date", "list"]


@dataclass(frozen=True, slots=True)
class FieldType:
    """Everything that differs between two types of field."""

    name: str
    title: Text
    #: Raw input, never empty, to a value; raises Invalid with the reason.
    read: Callable[[object, FieldSpec], Value]
    #: A value in words of `lang`.
    show: Callable[[Value, FieldSpec, str], str]
    #: JSON Schema 2020-12 of the value.
    schema: Callable[[FieldSpec], dict[str, Any]]
    widget: str
    cell: Cell
    #: Whether each possible value is known beforehand, so that conditions can be proved.
    is_finite: bool = False

    @property
    def longest(self) -> int:
        """Give the longest text when the field sets no `max`; 0 where length means nothing."""
        return v.LONGEST.get(self.name, 0)


def possible_values(spec: FieldSpec) -> tuple[str | bool, ...]:
    """Give every value a choice or yes-no field can hold."""
    return (True, False) if spec.type == "yesno" else tuple(spec.options)


# --- the registry -------------------------------------------------------------------------------

#: Every type there is. Adding one is a change of code with a test; adding a field is not.
TYPES: Final[Mapping[str, FieldType]] = MappingProxyType(
    {
        row.name: row
        for row in (
            FieldType("text", Text("文字", "Text"), v.read_line, v.say_words, v.words_schema,
                      "text", "text"),
            FieldType("longtext", Text("长文字", "Long text"), v.read_words, v.say_words, v.words_schema,
                      "longtext", "text"),
            FieldType("number", Text("整数", "Whole number"), v.read_number, v.say_number, v.number_schema,
                      "number", "number"),
            FieldType("money", Text("金额", "Amount of money"), v.read_money, v.say_money, v.money_schema,
                      "money", "number"),
            FieldType("date", Text("日期", "Date"), v.read_date, v.say_date, v.date_schema, "date", "date"),
            FieldType("choice", Text("单选", "One of several"), v.read_choice, v.say_choice, v.choice_schema,
                      "choice", "list", is_finite=True),
            FieldType("choices", Text("多选", "Some of several"), v.read_choices, v.say_choice,
                      v.choices_schema, "choices", "text"),
            FieldType("yesno", Text("是或否", "Yes or no"), v.read_yesno, v.say_yesno, v.yesno_schema,
                      "yesno", "list", is_finite=True),
            FieldType("person", Text("人员", "Person"), v.read_line, v.say_words, v.words_schema,
                      "person", "text"),
            FieldType("organization", Text("单位", "Organization"), v.read_line, v.say_words, v.words_schema,
                      "organization", "text"),
            FieldType("organizations", Text("多个单位", "Several organizations"), v.read_organizations,
                      v.say_files, v.files_schema, "organizations", "text"),
            FieldType("lines", Text("明细表", "Lines"), read_lines, say_lines, lines_schema,
                      "lines", "text"),
            FieldType("files", Text("材料", "Files"), v.read_files, v.say_files, v.files_schema,
                      "files", "text"),
            FieldType("code", Text("编号", "Number on a paper"), v.read_code, v.say_words, v.words_schema,
                      "code", "text"),
        )
    }
)  # fmt: skip
