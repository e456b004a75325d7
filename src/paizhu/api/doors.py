"""How an address is declared: what it takes and gives, and the scope a token needs for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ninja import Router

from paizhu.api.knocking import scope

View = TypeVar("View", bound=Callable[..., Any])


def reads(router: Router, path: str, answer: Any, *, needs: str = "read") -> Callable[[View], View]:
    """Declare an address that only reads. A list goes out as a list: a pair would count as status
    and body."""
    return router.get(path, response=answer, auth=scope(needs))


def writes(
    router: Router, path: str, answer: Any, *, needs: str = "act", status: int = 200
) -> Callable[[View], View]:
    """Declare an address that stores something."""
    return router.post(path, response={status: answer}, auth=scope(needs))
