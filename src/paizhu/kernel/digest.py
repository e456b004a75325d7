"""One form of bytes for a value, and a digest that names its own algorithm."""

from __future__ import annotations

import hashlib
import json
from typing import Final

#: SHA-256 everywhere; SM3 (GB/T 32905) where national algorithms are asked for.
ALGORITHMS: Final = ("sha256", "sm3")

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical(value: object) -> bytes:
    """Give the one JSON text of `value`: keys sorted, no spaces, UTF-8.

    Raise ValueError for NaN and infinity, TypeError for what JSON has no form for; dates and
    amounts must already be text.
    """
    return _ENCODER.encode(value).encode()


def digest(data: bytes, algorithm: str = "sha256") -> str:
    """Give the digest of `data` as `sha256:<hex>`, so that it says how to check it."""
    if algorithm == "sha256":  # asked for three times a page; `new` takes twice as long
        return "sha256:" + hashlib.sha256(data).hexdigest()
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm!r} is not a digest algorithm; use {' or '.join(ALGORITHMS)}")
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"
