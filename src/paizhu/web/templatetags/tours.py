"""The offer of a first look round, for pages where one begins the day."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from paizhu.web.asking import asking
from paizhu.web.tours import unseen_tour

register = template.Library()


@register.simple_tag(takes_context=True)
def tour_offer(context: Context) -> SafeString:
    """Offer the tour to whoever has not seen it; nothing to anybody else."""
    request = context["request"]
    tour = unseen_tour(asking(request).who, request.session)
    if tour is None:
        return mark_safe("")
    lang = context["lang"]
    steps = [
        {"at": step.at, "title": step.title.say(lang), "text": step.text.say(lang)}
        for step in tour.steps
    ]
    facts = {"tour": tour, "steps": steps, "lang": lang}
    return mark_safe(render_to_string("web/parts/tour.html", facts, request=request))
