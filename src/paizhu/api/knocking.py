"""Who may knock: a program with a token of the scope asked for, or a session that has signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry import tokens
from paizhu.registry.models import Account, Token


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
        return found


class Session(SessionAuth):
    """A browser that has signed in; what it posts carries the token against forged forms."""

    def __call__(self, request: HttpRequest) -> Account | None:
        """Give the account of the session; only who has signed in is asked for that token."""
        if not isinstance(request.user, Account):
            return None
        self._get_key(request)
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> Account | None:
        """Give the account of the session."""
        return self(request)


def scope(name: str = "") -> list[Any]:
    """Give the two ways in, the token needing this scope."""
    return [Bearer(name), Session()]
