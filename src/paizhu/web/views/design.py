"""The page that shows what pages are made of, for whoever reads them and whoever makes them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.kernel.text import Text
from paizhu.web import samples
from paizhu.web.asking import asking

#: Colours that mean something: token, its name, what it says.
COLORS = (
    ("late", Text("超期", "late"), Text("超期、需要立刻处理", "Late; needs doing at once")),
    ("due", Text("将到期", "due"), Text("即将到期、须留意", "Due soon; take heed")),
    ("met", Text("已办", "met"), Text("已办结、一致", "Done; in order")),
    ("calm", Text("在办", "under way"), Text("在办、当前", "Under way; where it stands")),
    (
        "provisional",
        Text("暂定", "provisional"),
        Text("暂定，会重新计算", "Provisional; will be computed again"),
    ),
    ("sealed", Text("密封", "sealed"), Text("密封、限知悉范围", "Sealed; named readers only")),
    ("quiet", Text("一般", "quiet"), Text("一般信息、已结束", "Plain facts; ended")),
)
#: The parts of the page, in order.
PARTS = (
    ("colors", Text("颜色", "Colours")),
    ("type", Text("字形", "Type")),
    ("clocks", Text("时限", "Time limits")),
    ("stages", Text("阶段", "Stages")),
    ("marks", Text("岗位与数字", "Posts and figures")),
    ("tables", Text("表格", "Tables")),
    ("fields", Text("内容与经过", "Contents and story")),
    ("forms", Text("表单", "Forms")),
    ("says", Text("说明与空白", "Notes and nothing")),
    ("boards", Text("看板", "Boards")),
    ("keys-list", Text("键盘", "Keyboard")),
)
#: How a template takes a part in.
CODE = {
    "clock": '{% include "web/parts/clock.html" with clock=chip titled=1 %}',
    "why": '<a href="{% url … %}" data-why>…</a>  <section data-why-part>…</section>',
    "head": '{% page_head title lead=lead mark="inbox" %} … {% endpage_head %}',
    "confirm": '{% include "web/parts/confirm.html" with title=… consequence=… %}',
    "keys": "<a data-row …>  <a data-up …>  <button data-command …>",
    "stages": '{% include "web/parts/stages.html" with stages=card.stages %}',
    "post": "{% post held %}",
    "figure": '{% include "web/parts/figure.html" with title=… value=… why=… range=… %}',
    "sort": '{% sort_head "due" title css="number" %}',
    "fields": '{% include "web/parts/fields.html" with fields=card.fields tight=1 %}',
    "timeline": '{% include "web/parts/timeline.html" with lines=card.timeline %}',
    "empty": '{% empty "inbox" title %} … {% endempty %}',
}


def design(request: HttpRequest) -> HttpResponse:
    """Show every sign, colour and part, with the words to include it."""
    asked = asking(request)
    facts = {
        "area": "design",
        "parts": PARTS,
        "code": CODE,
        "colors": COLORS,
        "today": asked.on,
        "now": asked.now,
        "chips": samples.chips(asked.on),
        "why": '<a href="{% url … %}" data-why>…</a>  <section data-why-part>…</section>',
        "head": '{% page_head title lead=lead mark="inbox" %} … {% endpage_head %}',
        "confirm": '{% include "web/parts/confirm.html" with title=… consequence=… %}',
        "keys": "<a data-row …>  <a data-up …>  <button data-command …>",
        "stages": samples.STAGES,
        "fields": samples.FIELDS,
        "posts": samples.POSTS,
        "signatures": samples.signatures(asked.now),
        "story": samples.story(asked.now),
        "form": samples.form(),
    }
    return render(request, "web/design.html", facts)
