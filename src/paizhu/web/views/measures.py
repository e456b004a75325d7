"""The measures: what each asks and why, and how it does among what the reader may see."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import explaining, flagrates, measures, ownvalues, running, valuecards
from paizhu.analysis.flags import flags_visible_to
from paizhu.analysis.measures import LoadedMeasure
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sourcecards import bodies_to_choose
from paizhu.casework.cards import FormField, Option
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import NOTHING_ENTERED, Entered, Form, posted, raw, widgets
from paizhu.web.policies import nothing_here
from paizhu.web.views.flags import STATUS_WORDS

ASKED = Text(
    "已提出。须由提出人以外的人批准后才起作用。",
    "Asked. Somebody else must approve it before it has any effect.",
)
VALUE_HELP = Text(
    "只写数字；比例写成小数，如 0.05。可选的范围写在各参数旁边。",
    "Digits alone; a share as a fraction, such as 0.05. The bounds stand beside each parameter.",
)
STATE_WORDS = {
    "in_force": Text("适用中", "in force"),
    "ahead": Text("尚未到适用日", "from a day ahead"),
    "replaced": Text("已被后来的调整取代", "replaced by a later act"),
    "ended": Text("已终止", "ended"),
    "no_effect": Text("不起作用", "no effect"),
}
#: What a run may come to; that nothing could be judged is never said as if all were well.
OUTCOME_WORDS = {
    "raised": Text("有提示", "raised"),
    "clear": Text("未发现", "nothing found"),
    "not_assessable": Text("无法评估", "could not be judged"),
}
SUPERVISING = frozenset({"team", "office", "organ"})


def measure_list(request: HttpRequest) -> HttpResponse:
    """List the flags that are declared."""
    _for_supervisors(request)
    known = (one for _, one in sorted(measures.measures().items()))
    facts = {"area": "flags", "measures": [one for one in known if one.spec.kind == "flag"]}
    return render(request, "web/measures.html", facts)


def measure(request: HttpRequest, name: str) -> HttpResponse:
    """Say all about one measure."""
    asked, found = _for_supervisors(request), _found(name)
    within = bodies_within(asked.who, on=asked.on)
    rates = flagrates.rates_of(name, who=asked.who, now=asked.now, within=within)
    facts = {
        "area": "flags",
        "measure": found,
        "spec": found.spec,
        "parameters": explaining.parameter_cards(found.spec, _in_force(found), on=asked.on),
        "values": valuecards.value_cards(found, asked.who, now=asked.now, within=within),
        "state_words": STATE_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "may_set": bool(_settable(found)) and ownvalues.may_ask(asked.who, now=asked.now),
        "all": rates,
        "second_look": flagrates.spaced(f"{float(rates.watching.second_look) * 100:g} %"),
        "status_words": STATUS_WORDS,
        "came": _came(request),
    }
    return render(request, "web/measure.html", facts)


def set_value(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a value of the institution's own; somebody else approves it in the matter."""
    asked, found = _for_supervisors(request), _found(name)
    entered = NOTHING_ENTERED
    if request.method == "POST":
        claims = {key: str(value) for key, value in raw(request).items()}
        try:
            ref = ownvalues.ask(name, claims, actor=asked.who, now=asked.now)
        except Invalid as refusal:
            entered = Entered(posted(request.POST), refusal)
        else:
            messages.success(request, ASKED.say(request.lang))  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("matter", kwargs={"ref": ref}))
    facts = {
        "area": "flags",
        "measure": found,
        "spec": found.spec,
        "parameters": explaining.parameter_cards(found.spec, _in_force(found), on=asked.on),
        "form": _value_form(found, asked, entered),
    }
    status = 422 if entered.refusal else 200
    return render(request, "web/measure_value.html", facts, status=status)


def _settable(found: LoadedMeasure) -> tuple[Option, ...]:
    """Give the parameters an institution may set."""
    named = found.spec.parameters.items()
    return tuple(Option(name, one.title) for name, one in named if one.least is not None)


def _found(name: str) -> LoadedMeasure:
    found = measures.measures().get(name)
    if found is None:
        raise nothing_here()
    return found


def _value_form(found: LoadedMeasure, asked: Asking, entered: Entered) -> Form | None:
    """Give the form that asks for a value; none where nothing may be set, or not by the reader."""
    settable = _settable(found)
    if not settable or not ownvalues.may_ask(asked.who, now=asked.now):
        return None
    within = bodies_to_choose(asked.who, now=asked.now)
    fields = (
        _field("parameter", Text("参数", "Parameter"), "choice", options=settable),
        _field("body", Text("适用于哪个单位的台账", "For the books of"), "choice",
                    options=tuple(Option(code, title) for code, title in within)),
        _field("value", Text("数值", "Value"), "code", longest=24, help=VALUE_HELP),
        _field("from_date", Text("自何日起适用", "Holds from"), "date"),
        _field("reasons", Text("理由", "Reasons"), "longtext", longest=1000),
    )  # fmt: skip
    return Form(
        key="value",
        title=Text("调整参数", "Ask for another value"),
        url=reverse("set_measure_value", kwargs={"name": found.name}),
        widgets=widgets(fields, key="value", entered=entered),
        version=None,
        submit=Text("提出，报他人批准", "Ask, for another to approve"),
        entered=entered,
    )


def run(request: HttpRequest, name: str) -> HttpResponse:
    """Run a measure over all its reader may use, and say what came of it."""
    asked = _for_supervisors(request)
    _found(name)
    done = running.run(name, actor=asked.who, now=asked.now)
    new = sum(len(one.new) for one in done)
    seen = [flag for one in done for flag in one.again]
    again = flags_visible_to(asked.who, now=asked.now).filter(pk__in=seen).count()
    left = sum(one.assessment.outcome == "not_assessable" for one in done)
    place = reverse("measure", kwargs={"name": name})
    return HttpResponseRedirect(f"{place}?new={new}&again={again}&left={left}")


def _came(request: HttpRequest) -> dict[str, int] | None:
    """Give what the last run came to, as its address says."""
    found = {key: request.GET.get(key, "") for key in ("new", "again", "left")}
    if not all(value.isascii() and value.isdigit() and len(value) < 7 for value in found.values()):
        return None
    return {key: int(value) for key, value in found.items()}


def _for_supervisors(request: HttpRequest) -> Asking:
    """Let those in who supervise; for others there is no such page."""
    asked = asking(request)
    if not any(post.body_kind in SUPERVISING for post in asked.who.posts):
        raise nothing_here()
    return asked


def _in_force(found: LoadedMeasure) -> dict[str, list[list[str | None]]]:
    """Give every declared value of each parameter, with the day from which it holds."""
    return {
        name: [
            [since.isoformat() if since else None, str(value)] for since, value in one.value.values
        ]
        for name, one in found.spec.parameters.items()
    }


def _field(
    name: str, title: Text, type: str, *, options: tuple[Option, ...] = (),
    longest: int | None = None, help: Text | None = None,
) -> FormField:  # fmt: skip
    return FormField(
        field=name, title=title, help=help, type=type, required=True, options=options,
        max=longest, min=None, level="normal",
    )  # fmt: skip
