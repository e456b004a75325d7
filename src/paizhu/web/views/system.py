"""The page of the system administrator: health, copies, ticks. It names no matter and nobody."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import backup, health, inspecting, rulebook
from paizhu.kernel.errors import Refused
from paizhu.kernel.text import Text, Word
from paizhu.web.asking import asking

COPIED = Text("已生成副本。", "The copy is made.")
SAME = Text("数据表与台账一致。", "The tables are what the book says.")
NOT_SAME = Text("数据表与台账不符，见下。请在服务器上运行 paizhu rebuild。",
                "The tables are not what the book says; see below. Run paizhu rebuild on the machine.")  # fmt: skip
TOO_LARGE = Text("事项较多，请在服务器上运行 paizhu rebuild --check。",
                 "There are many matters: run paizhu rebuild --check on the machine.")  # fmt: skip
COMMANDS = {verb: f"paizhu {verb}" for verb in ("doctor", "tick", "rebuild")}
#: What a tick counts, in the words of the page.
COUNTED: dict[str, Text] = {
    "warned": Text("提示", "warnings"),
    "opened": Text("新开", "opened"),
    "adopted": Text("采用新日历", "newer calendar"),
    "sealed_days": Text("封存阅读记录", "days of reads sealed"),
    "reached": Text("筛选提醒", "filters reached"),
    "mailed": Text("邮件", "letters"),
}


def system(request: HttpRequest) -> HttpResponse:
    """Show how the installation stands."""
    asked, data = asking(request), settings.PAIZHU_DATA
    copies = backup.copies(data)
    facts = {
        "area": "system",
        "commands": COMMANDS,
        "checks": [_packs(), *health.everything(data, now=asked.now)],
        "is_file": backup.is_possible(),
        "on_server": backup.ON_SERVER,
        "on_server_command": backup.ON_SERVER_COMMAND,
        "keys": backup.KEYS,
        "copies": copies[:5],
        "ticks": [(at, _said(counted)) for at, counted in inspecting.ticks()],
        "tables": inspecting.last("tables"),
        "is_small": inspecting.is_small(),
        "too_large": TOO_LARGE,
    }
    return render(request, "web/system.html", facts)


def copy(request: HttpRequest) -> HttpResponse:
    """Make a consistent copy now."""
    backup.copy(settings.PAIZHU_DATA, now=asking(request).now)
    messages.success(request, COPIED.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("system"))


def compare(request: HttpRequest) -> HttpResponse:
    """Compare the tables with the book, where that fits into the time of a page."""
    lang = request.lang  # type: ignore[attr-defined]
    if not inspecting.is_small():
        messages.warning(request, TOO_LARGE.say(lang))
    elif inspecting.compare_tables(now=asking(request).now):
        messages.warning(request, NOT_SAME.say(lang))
    else:
        messages.success(request, SAME.say(lang))
    return HttpResponseRedirect(reverse("system"))


def _packs() -> health.Looked:
    """Say whether the rules in use could be read; what is wrong is for the machine to say."""
    try:
        count = sum(map(len, rulebook.current().procedures.values()))
    except Refused:
        say = Text(
            "规则包有误，请运行 paizhu check。", "The packs hold mistakes: run paizhu check."
        )
        return health.Looked("packs", say, is_good=False)
    return health.Looked(
        "packs",
        Text(
            f"规则包：{count} 个程序版本", f"{count} {Word(count):version|versions} of procedures"
        ),
    )


def _said(counted: dict[str, int | None]) -> list[tuple[Text, int]]:
    return [(COUNTED[name], n) for name, n in counted.items() if n and name in COUNTED]
