"""The settings of the field's tool, from its own .ini file or as a mapping: nothing else is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as BadFile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

CODES: Final = (
    "R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058",
)  # fmt: skip
#: code: setting: the value where none is given
DEFAULTS: Final[dict[str, dict[str, object]]] = {
    "R003": {"threshold": 15, "procurement_methods": "", "procurement_method_details": {}},
    "R018": {"procurement_methods": "open|selective"},
    "R024": {"threshold": None},
    "R025": {"percentile": 75, "threshold": None},
    "R028": {},
    "R030": {},
    "R035": {"threshold": 1},
    "R036": {},
    "R038": {"threshold": None, "minimum_submitted_bids": 2, "minimum_contracting_processes": 2},
    "R048": {"digits": 2, "threshold": None, "minimum_contracting_processes": 20},
    "R058": {"threshold": None},
}
_TOP: Final = (
    "currency", "no_price_comparison_procurement_methods", "price_comparison_procurement_methods",
)  # fmt: skip
#: Sections of the other commands of that tool; they say nothing about indicators.
_OTHERS: Final = (
    "output", "defaults", "redactions", "corrections", "modifications", "codelists",
)  # fmt: skip
_RATIOS: Final = frozenset({("R024", "threshold"), ("R025", "threshold"), ("R038", "threshold"),
                            ("R058", "threshold")})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Which indicators run, and with what."""

    currency: str | None = None
    compared: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    indicators: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: dict(DEFAULTS))

    def number(self, code: str, name: str) -> float | None:
        """Give a number set for an indicator, or the default."""
        value = self.indicators[code][name]
        return None if value is None else float(str(value))

    def whole(self, code: str, name: str) -> int:
        """Give a whole number set for an indicator, or the default."""
        return int(str(self.indicators[code][name]))


def from_file(path: Path) -> Settings:
    """Read an .ini file; raise Invalid naming what is wrong."""
    reader = ConfigParser(interpolation=None, comment_prefixes=(";", "#"), strict=True)
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        reader.read_string("[top]\n" + path.read_text("utf-8"), source=str(path))
    except (OSError, UnicodeDecodeError, BadFile) as error:
        raise Invalid(
            Text(f"设置文件读不出：{error}", f"The settings cannot be read: {error}")
        ) from None
    raw: dict[str, object] = dict(reader.items("top"))
    for section in reader.sections():
        if section != "top":
            name, _, inner = section.partition(".")
            held = raw.setdefault(name, {})
            if not isinstance(held, dict):
                raise _unknown(section, (*_TOP, "exclusions", *CODES))
            given = dict(reader.items(section))
            held.update({inner: given} if inner else given)
    return from_mapping(raw)


def from_mapping(raw: Mapping[str, object]) -> Settings:
    """Take settings as a mapping; raise Invalid naming the keys that there are."""
    known = (*_TOP, "exclusions", *CODES)
    for name in raw:
        if name not in known and name not in _OTHERS:
            raise _unknown(name, known)
    chosen = {code: _indicator(code, raw[code]) for code in CODES if code in raw}
    exclusions = raw.get("exclusions") or {}
    if not isinstance(exclusions, Mapping):
        raise _no_section("exclusions")
    return Settings(
        currency=str(raw["currency"]) if raw.get("currency") else None,
        compared=listed(raw.get("price_comparison_procurement_methods")),
        not_compared=listed(raw.get("no_price_comparison_procurement_methods")),
        excluded=listed(exclusions.get("procurement_method_details")),
        indicators=chosen,
    )


def _indicator(code: str, given: object) -> Mapping[str, object]:
    options = given or {}
    if not isinstance(options, Mapping):
        raise _no_section(code)
    for name, value in options.items():
        if name not in DEFAULTS[code]:
            raise _unknown(f"{code}.{name}", tuple(f"{code}.{n}" for n in DEFAULTS[code]))
        numbers = value.values() if isinstance(value, Mapping) else [value]
        if name != "procurement_methods":
            for number in numbers:
                _check(f"{code}.{name}", number, whole=(code, name) not in _RATIOS)
    return DEFAULTS[code] | dict(options)


def _check(name: str, value: object, *, whole: bool) -> None:
    try:
        int(str(value)) if whole else float(str(value))
    except ValueError:
        raise Invalid(Text(
            f"{name} 须为{'整数' if whole else '数字'}，不能是“{value}”。",
            f"{name} must be a {'whole ' if whole else ''}number, not “{value}”.")) from None  # fmt: skip


def listed(value: object) -> tuple[str, ...]:
    """Give the words of a list written with bars; a bar at the end ends the last word."""
    return tuple(str(value).removesuffix("|").split("|")) if value else ()


def _no_section(name: str) -> Invalid:
    return Invalid(Text(f"{name} 应为一节。", f"{name} must be a section."))


def _unknown(name: str, known: tuple[str, ...]) -> Invalid:
    return Invalid(Text(
        f"没有“{name}”这项设置；有：{'、'.join(known)}。",
        f"There is no setting “{name}”; there are: {', '.join(known)}."))  # fmt: skip
