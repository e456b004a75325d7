"""Passwords of the tests are hashed as those of an installation are, only with the least labour.

The usual labour, a quarter of a second for each account and each sign-in, is what makes guessing dear;
no test asks how dear.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import override_settings


class LeastLabour(Argon2PasswordHasher):
    """Argon2 with its smallest figures."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


@pytest.fixture(autouse=True, scope="session")
def _passwords_with_the_least_labour() -> Iterator[None]:
    usual = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.LeastLabour", usual]):
        yield
