"""Who may knock: a program with a token of the scope asked for, or a session that has signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from paizhu.api.asking import asking
from paizhu.kernel.errors import NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.registry import tokens
from paizhu.registry.models import Account, Token

NOTHING_HERE = Text(
    "没有这个地址，或您不在知悉范围内。", "There is no such address, or not for you."
)
#: As the pages set it in a session that may do nothing before a second factor is there.
MUST_ENROL = "must_enrol"
#: As the pages set it in a session: when its hours are over.
UNTIL = "until"
ENROL_FIRST = Text(
    "您的岗位需要第二种登录凭证。请先在页面“我的账号”中设置。",
    "Your post needs a second factor for signing in. Set one up on the page of your account first.",
)


def _for_content(request: HttpRequest) -> None:
    """Raise NotFound for an administrator: the interface for programs is about content."""
    if asking(request).who.administers:
        raise NotFound(NOTHING_HERE)


def _is_over(request: HttpRequest) -> bool:
    """Say whether the hours of a session are over; the pages end it, here it does not count."""
    until = request.session.get(UNTIL)
    return until is not None and timezone.now().timestamp() >= until


class Bearer(HttpBearer):
    """A token of one's own account, for the scope of the address; see `paizhu.registry.tokens`."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """Give the token behind a secret. A token that does not count is never overlooked."""
        found = tokens.of_secret(token, now=timezone.now())
        if found is None:
            raise AuthenticationError
        if self.scope and self.scope not in found.scopes.split():
            request.auth = found  # type: ignore[attr-defined]
            title = tokens.SCOPES[self.scope]
            raise NotAllowed(
                Text(
                    f"此令牌没有“{self.scope}”范围（{title.zh}）。请另建一个有此范围的令牌。",
                    f"This token lacks the scope “{self.scope}” ({title.en}). Make one that has it.",
                )
            )
        request.auth = found  # type: ignore[attr-defined]
        _for_content(request)
        return found


class Session(SessionAuth):
    """A browser that has signed in; what it posts carries the token against forged forms."""

    def __call__(self, request: HttpRequest) -> Account | None:
        """Give the account of the session; only who has signed in is asked for that token."""
        if not isinstance(request.user, Account) or _is_over(request):
            return None
        self._get_key(request)
        _for_content(request)
        if request.session.get(MUST_ENROL):
            raise NotAllowed(ENROL_FIRST)
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> Account | None:
        """Give the account of the session."""
        return self(request)


def scope(name: str = "") -> list[Any]:
    """Give the two ways in, the token needing this scope."""
    return [Bearer(name), Session()]
