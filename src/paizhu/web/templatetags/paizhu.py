"""Words, days and marks in templates. A text always stands there in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.template.base import Node, Parser, Token
from django.template.defaulttags import url as any_url
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from paizhu.casework.cards import ClockChip, MatterRow
from paizhu.kernel.text import Text, Word
from paizhu.web import marks, picking, rows
from paizhu.web.speech import say_moment

register = template.Library()
register.filter(marks.tone)
register.filter(picking.names)
register.filter(picking.keys)


@register.simple_tag(takes_context=True, name="t")
def _said(context: Context, zh: str, en: str, **values: object) -> SafeString:
    """Say one of two texts, with `{name}` places filled in and escaped; `{n:row|rows}` chooses."""
    words = Text(zh, en).say(context["lang"])
    places = {name: Word(conditional_escape(value)) for name, value in values.items()}
    return mark_safe(words.format(**places)) if values else conditional_escape(words)


class Words(Node):
    """A text without places to fill in: escaped when the template is read, not when it is drawn."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def render(self, context: Context) -> str:
        """Give the words in the language of the page."""
        return self.text.say(context["lang"])


class Mark(Node):
    """What is drawn from one written name, as nearly all icons and addresses are: no look-ups."""

    def __init__(self, draw: Callable[[str], str], name: str) -> None:
        self.draw, self.name = draw, name

    def render(self, context: Context) -> str:
        """Draw it; that each name is made out only once is seen to in `marks`."""
        return self.draw(self.name)


_with_places = register.tags["t"]


@register.tag
def t(parser: Parser, token: Token) -> Node:
    """Say one of two texts. Those without places to fill in, nearly all, are cheap."""
    texts = token.split_contents()[1:]
    if len(texts) == 2 and all(_is_written(text) for text in texts):
        # Read by the template language itself, for what a backslash means in it.
        zh, en = (parser.compile_filter(text).resolve(Context()) for text in texts)
        return Words(Text(conditional_escape(zh), conditional_escape(en)))
    found: Node = _with_places(parser, token)
    return found


def _is_written(text: str) -> bool:
    return text[0] == text[-1] and text[0] in "'\""


def _cheap_where_written(
    name: str, draw: Callable[[str], str], otherwise: Callable[[Parser, Token], Node]
) -> None:
    """Register a tag of one name, such as `{% icon "bell" %}`; what is no such goes `otherwise`."""

    def compiled(parser: Parser, token: Token) -> Node:
        given = token.split_contents()[1:]
        if len(given) == 1 and _is_written(given[0]):
            return Mark(draw, given[0][1:-1])
        return otherwise(parser, token)

    register.tag(name, compiled)


for _draw in (marks.icon, marks.asset):
    register.simple_tag(_draw)
    _cheap_where_written(_draw.__name__, _draw, register.tags[_draw.__name__])
_cheap_where_written("url", marks.address, any_url)


@register.simple_tag(takes_context=True)
def say(context: Context, text: Text | None) -> str:
    """Say a text of a card."""
    return text.say(context["lang"]) if text is not None else ""


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | str | None, weekday: bool = False) -> SafeString | str:
    """Say a day, given as such or as ISO text."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return marks.day(value, context["lang"], weekday)


@register.simple_tag(takes_context=True)
def chip(context: Context, clock: ClockChip, titled: bool = False) -> SafeString:
    """Draw a clock as a chip that leads to why it is due on its day."""
    return marks.chip(clock, context["lang"], titled=bool(titled))


@register.simple_tag(takes_context=True)
def sure(context: Context, confidence: str | None) -> SafeString:
    """Mark how surely what something rests on was read."""
    return marks.sure(confidence, context["lang"])


@register.simple_tag(takes_context=True)
def clock_state(context: Context, clock: ClockChip) -> str:
    """Say where a clock stands."""
    return marks.clock_state(clock, context["lang"])


@register.simple_tag(takes_context=True)
def matter_rows(context: Context, of_page: Iterable[MatterRow]) -> SafeString:
    """Draw the rows of a list of matters."""
    return rows.matter_rows(of_page, context["lang"])


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | date | None) -> SafeString | str:
    """Say a moment in the time of the installation; of a mere day, the day."""
    if not isinstance(value, datetime):
        return day(context, value)
    local = timezone.localtime(value)
    said = say_moment(value, context["lang"])
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), said)


@register.filter
def of(words: Mapping[str, Text], key: str) -> Text:
    """Give the words for a key."""
    return words.get(key, Text(key, key))


@register.simple_tag(takes_context=True)
def join(context: Context, texts: tuple[Text, ...]) -> str:
    """Join texts as a list in the language of the page."""
    mark = "；" if context["lang"] == "zh" else "; "
    return mark.join(text.say(context["lang"]) for text in texts)


@register.simple_tag(takes_context=True)
def here(context: Context, **changes: object) -> str:
    """Give the address of this page with some of its parameters changed."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in ("", None):
            params[name] = str(value)
    return "?" + urlencode(params)
