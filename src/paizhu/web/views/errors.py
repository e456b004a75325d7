"""Pages for what was refused or failed. Each says what happened and what to do now."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import PackErrors
from paizhu.web.policies import NOTHING_HERE
from paizhu.web.throttle import TooManyTries

STATUS: dict[type[Refused], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    PackErrors: HTTPStatus.SERVICE_UNAVAILABLE,
}
TITLES: dict[int, Text] = {
    400: Text("请求无法读取", "The request could not be read"),
    403: Text("不能这样做", "Not allowed"),
    404: Text("没有找到", "Not found"),
    405: Text("不能这样打开", "Not opened this way"),
    409: Text("已有人先办理", "Somebody acted first"),
    422: Text("填写有误", "Something is filled in wrongly"),
    429: Text("请稍候再试", "Please wait"),
    500: Text("系统出错", "Something went wrong"),
    503: Text("规则暂不可用", "The rules are not in use just now"),
}
NEXT: dict[int, Text] = {
    400: Text("请返回上一页，重新提交。", "Go back and send it again."),
    403: Text(
        "未作任何记录。如认为应当可以，请与承办负责人或组长联系。",
        "Nothing was stored. If you think it should be possible, ask the head of the team.",
    ),
    404: Text(
        "请核对编号，或从“事项”中查找。不存在与无权知悉的回答相同。",
        "Check the number, or look under Matters. What does not exist and what you may not know "
        "of get the same answer.",
    ),
    405: Text("请从页面上的按钮进入。", "Use the buttons on the pages."),
    409: Text("未作任何记录。请返回查看最新情况后再办。", "Nothing was stored. Look again first."),
    422: Text("未作任何记录。请返回改正。", "Nothing was stored. Go back and correct it."),
    429: Text("等待期间不必反复尝试。", "There is no need to keep trying meanwhile."),
    500: Text(
        "未作任何记录。请稍后再试；若再次出现，请告知系统管理员发生的时间。",
        "Nothing was stored. Try again later; if it happens again, tell the system administrator "
        "when it happened.",
    ),
    503: Text(
        "未作任何记录，已有的记录不受影响。请告知系统管理员：运行 paizhu doctor，会指出哪个文件哪一行有误；"
        "改正后页面即自行恢复。",
        "Nothing was stored, and what is stored is safe. Tell the system administrator: paizhu "
        "doctor names the file and the line to mend; the pages come back by themselves.",
    ),
}
NO_RULES = Text(
    "规则包有错误，未予采用；没有规则就不能办理。",
    "The packs of rules hold mistakes and were not taken up; without rules nothing can be done.",
)
#: After so many seconds it is worth trying again.
TRY_AGAIN = "120"
log = logging.getLogger(__name__)


def page(request: HttpRequest, status: int, say: Text) -> HttpResponse:
    """Draw one error page. It holds nothing that differs between two readers or two moments."""
    facts = {"status": status, "title": TITLES[status], "say": say, "next": NEXT[status]}
    return render(request, "web/refused.html", facts, status=status)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Turn a refusal of the lower floors into its page."""
    if isinstance(error, NotFound):
        return page(request, HTTPStatus.NOT_FOUND, NOTHING_HERE)
    if isinstance(error, PackErrors):
        log.error("%s", error)
        response = page(request, HTTPStatus.SERVICE_UNAVAILABLE, NO_RULES)
        response["Retry-After"] = TRY_AGAIN
        return response
    response = page(request, STATUS[type(error)], error.say)
    if isinstance(error, TooManyTries):
        response["Retry-After"] = str(error.retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return page(request, 400, Text("服务器没有读懂这次提交。", "The server could not read this."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 where Django itself refuses."""
    return page(request, 403, Text("这次请求被拒绝。", "This request was refused."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, the same for unknown addresses and hidden matters."""
    return page(request, 404, NOTHING_HERE)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500 without saying anything about the inside."""
    return page(request, 500, Text("这是我们的问题，不是您的。", "This is our fault, not yours."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from one of our pages, or from one that is too old."""
    return page(
        request,
        403,
        Text(
            "页面已过期，或提交不是来自本平台的页面。请重新打开该页再提交。",
            "The page is too old, or the form did not come from here. Open the page again.",
        ),
    )
