"""The book as Django sees it, and the one place that reads which hash it is written with."""

from __future__ import annotations

from typing import ClassVar

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from paizhu.ledger import chain


class LedgerConfig(AppConfig):
    """Refuses to start when the Python here cannot compute the hash that was asked for."""

    name = "paizhu.ledger"
    label = "ledger"
    #: The hash new entries are written with.
    hash_name: ClassVar[str] = "sha256"

    def ready(self) -> None:
        LedgerConfig.hash_name = settings.PAIZHU_HASH
        try:
            chain.digest_of("", settings.PAIZHU_HASH)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"PAIZHU_HASH is {settings.PAIZHU_HASH!r}: this Python cannot compute it. "
                "Use sha256, or a Python linked to an OpenSSL with SM3."
            ) from error
