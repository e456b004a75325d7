"""What was refused, as problem details (RFC 9457) in the language of the reader."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from paizhu.api.asking import language_of
from paizhu.casework.cards import TimelineLine
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import PackErrors

MEDIA_TYPE = "application/problem+json"
KIND = "urn:paizhu:problem:{}"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing was answered or stored, and what to do now."""

    #: urn:paizhu:problem: not-allowed, invalid, not-found, conflict, sign-in, scope, …
    type: str
    title: str
    status: int
    detail: str
    #: By field, where it is about what was filled in.
    errors: tuple[FieldProblem, ...] = ()
    #: The provision or declared rule that refuses.
    basis: str = ""
    #: Of a conflict: the version the matter has now.
    version: int | None = None
    #: Of a conflict: what others did since.
    changes: tuple[TimelineLine, ...] = ()


@dataclass(frozen=True, slots=True)
class _Family:
    kind: str
    status: HTTPStatus
    title: Text


FAMILIES: dict[type[Refused], _Family] = {
    NotAllowed: _Family("not-allowed", HTTPStatus.FORBIDDEN, Text("不能这样做", "Not allowed")),
    NotFound: _Family("not-found", HTTPStatus.NOT_FOUND, Text("没有找到", "Not found")),
    Conflict: _Family(
        "conflict", HTTPStatus.CONFLICT, Text("已有人先办理", "Somebody acted first")
    ),
    Invalid: _Family(
        "invalid", HTTPStatus.UNPROCESSABLE_ENTITY, Text("填写有误", "Filled in wrongly")
    ),
}
SIGN_IN = _Family("sign-in", HTTPStatus.UNAUTHORIZED, Text("需要登录", "Sign in"))
READ = _Family("unreadable", HTTPStatus.BAD_REQUEST, Text("无法读取", "Not readable"))
METHOD = _Family("method", HTTPStatus.METHOD_NOT_ALLOWED, Text("不能这样打开", "Wrong method"))
WAIT = _Family("wait", HTTPStatus.TOO_MANY_REQUESTS, Text("请稍候再试", "Please wait"))
FAULT = _Family("fault", HTTPStatus.INTERNAL_SERVER_ERROR, Text("系统出错", "Our fault"))
RULES = _Family("rules", HTTPStatus.SERVICE_UNAVAILABLE, Text("规则暂不可用", "No rules in use"))

SIGN_IN_FIRST = Text(
    "请先登录，或在 Authorization 中给出有效的令牌。",
    "Sign in first, or give a token that counts in Authorization.",
)
NOTHING_HERE = Text(
    "没有这个地址，或者您不在知悉范围内。",
    "There is no such address, or you may not know of it.",
)
NO_RULES = Text(
    "规则包有错误，未予采用。请由系统管理员运行 paizhu doctor。",
    "The packs of rules hold mistakes and were not taken up. The administrator runs paizhu doctor.",
)
FORGED = Text(
    "以登录会话提交时须带 X-CSRFToken；程序请用令牌。",
    "A signed-in session must send X-CSRFToken with what it posts; programs use a token.",
)
UNREADABLE = Text("请求正文不是可读的 JSON。", "The body is not JSON that can be read.")
SHAPE = Text(
    "请求的形状不对，未作任何记录。", "The request has the wrong shape; nothing was stored."
)
OURS = Text(
    "这是我们的问题，未作任何记录。请告知系统管理员发生的时间。",
    "This is our fault; nothing was stored. Tell the administrator when it happened.",
)
WRONG_METHOD = Text("这个地址不接受这种方法。", "This address does not take this method.")
#: What pydantic found, in our words.
SHAPES: dict[str, Text] = {
    "missing": Text("请给出。", "This must be given."),
    "extra_forbidden": Text("没有这一项。", "There is no such item."),
    "literal_error": Text("不在可选值之内。", "Not one of the allowed values."),
    "int_parsing": Text("应为整数。", "This must be a whole number."),
    "int_type": Text("应为整数。", "This must be a whole number."),
    "string_type": Text("应为文字。", "This must be text."),
    "dict_type": Text("应为对象。", "This must be an object."),
}
WRONG_VALUE = Text("值不合要求。", "The value is not one that is taken here.")
log = logging.getLogger(__name__)


def problem(
    request: HttpRequest,
    family: _Family,
    say: Text,
    *,
    fields: Mapping[str, Text] | None = None,
    basis: str = "",
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Answer a refusal. It holds nothing of the address asked for, so hidden equals unknown."""
    lang = language_of(request)
    body = {
        "type": KIND.format(family.kind),
        "title": family.title.say(lang),
        "status": int(family.status),
        "detail": say.say(lang),
        "errors": [
            {"field": name, "detail": text.say(lang)} for name, text in (fields or {}).items()
        ],
        "basis": basis,
        **(more or {}),
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=family.status, content_type=MEDIA_TYPE
    )
    response["Content-Language"] = lang
    if family is SIGN_IN:
        response["WWW-Authenticate"] = "Bearer"
    return response


def refused(
    request: HttpRequest, error: Refused, more: Mapping[str, object] | None = None
) -> HttpResponse:
    """Turn a refusal of the lower floors into its problem."""
    fields = error.fields if isinstance(error, Invalid) else None
    family = next(one for kind, one in FAMILIES.items() if isinstance(error, kind))
    return problem(request, family, error.say, fields=fields, basis=error.basis, more=more)


def no_rules(request: HttpRequest, error: PackErrors) -> HttpResponse:
    """Answer while the packs do not load."""
    log.error("%s", error)
    response = problem(request, RULES, NO_RULES)
    response["Retry-After"] = "120"
    return response


def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer who has neither a session nor a token that counts."""
    return problem(request, SIGN_IN, SIGN_IN_FIRST)


def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request that does not have the described shape, place by place."""
    fields = {_place(one["loc"]): SHAPES.get(one["type"], WRONG_VALUE) for one in error.errors}
    return problem(request, FAMILIES[Invalid], SHAPE, fields=fields)


def _place(loc: tuple[str | int, ...]) -> str:
    """Leave out what the framework puts before the name: `body`, `query`, the argument."""
    names = [str(part) for part in loc]
    return ".".join(names[2:] if names[0] == "body" else names[1:]) or names[-1]


def http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself refuses: JSON nobody can read, a forged form."""
    if error.status_code == HTTPStatus.FORBIDDEN:
        return problem(request, FAMILIES[NotAllowed], FORGED)
    return problem(request, READ, UNREADABLE)


def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 500 without saying anything about the inside; the log has it."""
    log.error("%s %s", request.method, request.path, exc_info=error)
    return problem(request, FAULT, OURS)
