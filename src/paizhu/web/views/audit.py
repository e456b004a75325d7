"""The page of the audit administrator: who opened which number, who was put where, does the book hold."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date

from paizhu.casework import inspecting
from paizhu.kernel.text import Text
from paizhu.ledger import readlog
from paizhu.ledger.book import Line
from paizhu.registry import known
from paizhu.web.asking import asking

GOOD = Text("核验通过。", "The book holds.")
BAD = Text(
    "核验不通过，见下。请立即报告并保全数据。",
    "The book does NOT hold; see below. Report it, and touch nothing.",
)
READ: dict[str, Text] = {
    "matter": Text("打开事项", "opened the matter"),
    "dossier": Text("导出卷宗", "wrote a dossier"),
    "query": Text("在查询台查询", "asked at the workbench"),
    "flag": Text("查看预警的数据行", "read the rows of a flag"),
    "supplier": Text("查看供应商关系", "read the relations of a supplier"),
    "picture": Text("查看图表的数据行", "read the lines behind a picture"),
}
ACTS: dict[str, Text] = {
    "appointed": Text("任职", "appointed"),
    "left": Text("离任", "left a post"),
    "opened": Text("开立账号", "account opened"),
    "closed": Text("关闭账号", "account closed"),
    "reopened": Text("重新启用账号", "account opened again"),
    "link_made": Text("生成首次口令链接", "first-password link made"),
    "password_set": Text("本人设置口令", "password set by its owner"),
    "factors_removed": Text("移除第二种凭证", "second factors removed"),
    "session_ended": Text("结束登录", "session ended"),
    "rules_set": Text("修改登录规则", "rules for signing in set"),
}
KINDS = ("posts_changed", "accounts_changed")
CHECKPOINTS, SEALS, MOST_ACTS = 6, 6, 40


def audit(request: HttpRequest) -> HttpResponse:
    """Show the read log, what was done to posts and accounts, and the health of the book."""
    given = {name: request.GET.get(name, "").strip()[:80] for name in ("day", "who", "ref")}
    digits = request.GET.get("before", "")
    before = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else 0
    wanted = readlog.Wanted(
        day=_day(given["day"]),
        persons=known.called(given["who"]) if given["who"] else None,
        ref=given["ref"],
    )
    log = readlog.log(wanted, before=before)
    acts = readlog.of_installation(KINDS, most=MOST_ACTS)
    persons = {row.person for row in log.rows} | {key for line in acts for key in _persons(line)}
    facts = {
        "area": "audit",
        "given": given,
        "log": log,
        "names": known.names(persons),
        "read": READ,
        "acts": [(line, _act(line)) for line in acts],
        "posts": known.posts(_act(line)["post"] for line in acts),
        "words": ACTS,
        "book": inspecting.last("book"),
        "checkpoints": readlog.checkpoints_kept(CHECKPOINTS),
        "seals": readlog.sealed_days(SEALS),
    }
    return render(request, "web/audit.html", facts)


def verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole book now."""
    found = inspecting.verify_book(keys=settings.PAIZHU_DATA / "keys", now=asking(request).now)
    if not found:
        messages.success(request, GOOD.say(request.lang))  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("audit"))
    facts = {"area": "audit", "findings": found[:50], "count": len(found), "say": BAD}
    return render(request, "web/audit_findings.html", facts)


def _day(given: str) -> str:
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    return day.isoformat() if day else ""


def _act(line: Line) -> dict[str, str]:
    payload = line.entry.payload or {}
    return {name: str(payload.get(name) or "") for name in ("what", "person", "post", "account")}


def _persons(line: Line) -> tuple[str, str]:
    return line.entry.person, _act(line)["person"]
