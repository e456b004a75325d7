"""The addresses for programs, each with its policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from paizhu.api import acting, mine, problems, returns, rules
from paizhu.api.description import described
from paizhu.api.knocking import scope
from paizhu.kernel.errors import NotFound, Refused
from paizhu.rules.mistakes import PackErrors

PREFIX = "/api/"
VERSION = "1.0.0"


class Encoder(NinjaJSONEncoder):
    """Also writes sets, in order."""

    def default(self, o: Any) -> Any:
        """Write what JSON has no form for."""
        return sorted(o) if isinstance(o, frozenset) else super().default(o)


class Renderer(BaseRenderer):
    """Writes Chinese as Chinese."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """Write an answer."""
        return json.dumps(data, cls=Encoder, ensure_ascii=False)


class Programs(NinjaAPI):
    """The interface for programs."""

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """Name an address so that no page has the same name."""
        return f"api_{operation.view_func.__name__}"

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by what it does, not by where it stands."""
        return str(operation.view_func.__name__)


class Readable(Parser):
    """Reads JSON, but for what no text of a database holds: NUL, and halves of letters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Give what was sent; a ValueError becomes the answer that it cannot be read."""
        data = json.loads(request.body)
        for text in _texts(data):
            if "\0" in text:
                raise ValueError
            text.encode()
        return data


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for one in [*data, *data.values()] if isinstance(data, dict) else data:
            yield from _texts(one)


api = Programs(
    title="Paizhu 派驻",
    version=VERSION,
    description="Everything the pages can do, for programs. 页面上能办的，程序也能办。",
    docs_url=None,
    openapi_url=None,
    renderer=Renderer(),
    parser=Readable(),
)
ANSWERS: dict[type[Exception], Any] = {
    PackErrors: problems.no_rules,
    Refused: problems.refused,
    AuthenticationError: problems.not_signed_in,
    ValidationError: problems.wrong_shape,
    HttpError: problems.http,
    Exception: problems.failed,
}
for kind, answer in ANSWERS.items():
    api.add_exception_handler(kind, answer)
for place, router in (
    ("", mine.router),
    ("matters/", acting.router),  # also holds what only reads: one address, two methods
    ("", rules.router),
    ("", returns.router),
):
    api.add_router(place, router)


@api.get("openapi.json", auth=scope(), include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI 3.1 document."""
    words = json.dumps(described(api, PREFIX), ensure_ascii=False)
    return HttpResponse(words, content_type="application/json")


@api.api_operation(["GET", "POST"], "nothing-here", auth=scope(), include_in_schema=False)
def nothing(request: HttpRequest) -> HttpResponse:
    """Answer for every address that does not exist, as for every matter one may not know of."""
    raise NotFound(problems.NOTHING_HERE)


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view also answer HEAD, and refuse other methods with a problem."""

    @wraps(view)
    def answer(request: HttpRequest, **given: object) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        response = view(request, **given)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        refused = problems.problem(request, problems.METHOD, problems.WRONG_METHOD)
        refused["Allow"] = response["Allow"]
        return refused

    answer.policy = "signed_in"  # type: ignore[attr-defined]
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _patterns() -> list[URLPattern]:
    """Give each address once more with its policy; what is left over is nothing."""
    found: dict[tuple[str, str], Callable[..., Any]] = {
        (str(one.pattern), one.name or ""): one.callback
        for one in api.urls[0]
        if isinstance(one, URLPattern) and one.name != "api-root"
    }
    nowhere = next(view for (_, name), view in found.items() if name == "api_nothing")
    return [
        *(path(place, guarded(view), name=name) for (place, name), view in found.items()),
        re_path(r"^.*$", guarded(nowhere), name="api_nowhere"),
    ]


urlpatterns = _patterns()
