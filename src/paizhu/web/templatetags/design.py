"""The parts of pages that take content: head of a page, head of a sortable column, empty state.

What only shows a card is an include under `web/parts`; /design shows them all.
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from paizhu.casework.cards import ClockChip
from paizhu.kernel.text import Text
from paizhu.registry.principals import HeldPost
from paizhu.web.marks import CLOCK_ICONS, icon

register = template.Library()
SORTED_UP = Text("，已按此升序", ", sorted, first to last")
SORTED_DOWN = Text("，已按此降序", ", sorted, last to first")
SORT_BY = Text("，点击排序", ", sort by this")


@register.simple_tag(takes_context=True)
def post(context: Context, held: HeldPost) -> SafeString:
    """Draw a post: a square with the first sign of its title, coloured by kind of body."""
    title, body = held.title.say(context["lang"]), held.body_name.say(context["lang"])
    return format_html(
        '<span class="post"><span class="post-mark {}" aria-hidden="true">{}</span>'
        '<span><span class="whole">{}</span> <span class="small soft whole">{}</span></span></span>',
        held.body_kind,
        title[:1].upper(),
        title,
        body,
    )


@register.simple_block_tag(takes_context=True)
def page_head(
    context: Context, content: str, title: str, lead: str = "", mark: str = ""
) -> SafeString:
    """Draw the head of a page; what stands between the tags are its buttons and links."""
    said = format_html('<p class="soft">{}</p>', lead) if lead else ""
    tools = format_html('<div class="page-tools">{}</div>', content) if content.strip() else ""
    drawn = mark_safe(f"{icon(mark)} ") if mark else ""
    return format_html(
        '<div class="page-head"><div><h1>{}{}</h1>{}</div>{}</div>',
        drawn,
        conditional_escape(title),
        said,
        tools,
    )


@register.simple_block_tag(takes_context=True)
def empty(context: Context, content: str, mark: str, title: str) -> SafeString:
    """Say that nothing is here: what this place is, why it is empty, and what to do now."""
    return format_html(
        '<div class="blank">{}<h3>{}</h3>{}</div>', icon(mark), conditional_escape(title), content
    )


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, title: str, css: str = "") -> SafeString:
    """Draw the head of a column that sorts by a link: `order=key`, then `order=-key`."""
    given = context["request"].GET.copy()
    now = given.get("order", "")
    given["order"] = f"-{key}" if now == key else key
    given.pop("page", None)
    state, mark, says = "", "arrows-sort", SORT_BY
    if now.removeprefix("-") == key:
        down = now.startswith("-")
        state = f' aria-sort="{"descending" if down else "ascending"}"'
        mark = "sort-descending" if down else "sort-ascending"
        says = SORTED_DOWN if down else SORTED_UP
    return format_html(
        '<th scope="col" class="{}"{}><a class="plain" href="?{}">{}<span class="unseen">{}</span>{}</a></th>',
        css,
        mark_safe(state),
        given.urlencode(),
        conditional_escape(title),
        says.say(context["lang"]),
        icon(mark),
    )


@register.filter
def clock_icon(clock: ClockChip) -> str:
    """Name the icon of a clock's state."""
    return CLOCK_ICONS.get(clock.status, "clock")
