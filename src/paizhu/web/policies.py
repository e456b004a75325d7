"""Every address with its policy. An address without one is a mistake that a test finds.

A policy says who may knock; what may be known or done behind the door is decided in `casework`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Literal

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from paizhu.casework import posts
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking

View = Callable[..., HttpResponse]
#: `account`: anybody with an account; `signed_in`: whoever is no administrator; `system`,
#: `security`, `audit`: the one administrator of that; `appoints`: whoever says who holds posts.
Policy = Literal[
    "public", "demo", "account", "signed_in", "system", "security", "audit", "appoints"
]
#: Set in a session that may do nothing before a second factor is there.
MUST_ENROL = "must_enrol"
#: When a session ends, as seconds, by the rules it began under.
UNTIL = "until"
NOTHING_HERE = Text(
    "没有这个页面，或者您不在知悉范围内。", "There is no such page, or you may not know of it."
)


def nothing_here() -> NotFound:
    """Give the one answer for unknown and hidden."""
    return NotFound(NOTHING_HERE)


def _is_over(request: HttpRequest) -> bool:
    """End a session whose hours are over."""
    until = request.session.get(UNTIL)
    if until is None or timezone.now().timestamp() < until:
        return False
    logout(request)
    return True


def _account(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, **given: object) -> HttpResponse:
        if request.user.is_authenticated and not _is_over(request):
            return view(request, **given)
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': wanted})}")

    return guarded


def _known(is_let_in: Callable[[Asking], bool]) -> Callable[[View], View]:
    """Let in whom the question lets in. For all others there is no such page."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **given: object) -> HttpResponse:
            if not is_let_in(asking(request)):
                raise nothing_here()
            if request.session.get(MUST_ENROL):
                return HttpResponseRedirect(reverse("account"))
            return view(request, **given)

        return _account(guarded)

    return guard


def _only(looks_after: str) -> Callable[[View], View]:
    """Let in whoever looks after this; with nothing, whoever is no administrator."""
    return _known(lambda asked: asked.who.administers == looks_after)


def _demo(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, **given: object) -> HttpResponse:
        if not settings.PAIZHU_DEMO:
            raise nothing_here()
        return view(request, **given)

    return guarded


GUARDS: dict[Policy, Callable[[View], View]] = {
    "public": lambda view: view,
    "demo": _demo,
    "account": _account,
    "signed_in": _only(""),
    "system": _only("system"),
    "security": _only("security"),
    "audit": _only("audit"),
    "appoints": _known(lambda asked: posts.appoints(asked.who)),
}


def address(
    route: str, view: View, *, name: str, policy: Policy, methods: tuple[str, ...] = ("GET",)
) -> URLPattern:
    """Put a view at an address, under a policy, for these methods only."""
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)
    guarded = GUARDS[policy](require_http_methods(allowed)(view))
    guarded.policy = policy  # type: ignore[attr-defined]
    return path(route, guarded, name=name)
