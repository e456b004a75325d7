"""What a phone keeps until it is sent: sealed for this place, so that the phone cannot read it.

The page holds a public key. A draft is sealed to it in the browser (ECDH on P-256, HKDF-SHA256,
AES-256-GCM) for one person and under one key of sending; both are part of the seal. Only this
place opens it, and only for the same person signed in.
"""

from __future__ import annotations

import base64
import binascii
import json
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.ledger.keys import made_once

INFO = b"paizhu field 1"
#: More than any form holds.
LONGEST = 200_000
NOT_OURS = Text(
    "这份记录不能打开：它不是由您、或不是在本平台保存的。请由保存它的人登录后发送。",
    "This cannot be opened: it was not kept by you, or not from here. Whoever kept it signs in and sends it.",
)


def _make() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@lru_cache(maxsize=4)
def _key(folder: Path) -> ec.EllipticCurvePrivateKey:
    pem = made_once(folder / "keys" / "field.pem", _make)
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("keys/field.pem holds no key of P-256")
    return key


def public_key() -> str:
    """Give the key that pages seal with, as an uncompressed point in base64."""
    point = _key(Path(settings.PAIZHU_DATA)).public_key()
    raw = point.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.b64encode(raw).decode()


def bound(person: int, key: str) -> bytes:
    """Give what a seal is bound to."""
    return f"{person}:{key}".encode()


def unseal(envelope: str, *, person: int, key: str) -> str:
    """Give what was sealed for this person under this key. Raises Invalid, whatever is wrong."""
    try:
        if len(envelope) > LONGEST:
            raise ValueError
        parts = json.loads(envelope)
        point, nonce, sealed = (
            base64.b64decode(parts[name], validate=True) for name in ("point", "nonce", "sealed")
        )
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        secret = _key(Path(settings.PAIZHU_DATA)).exchange(ec.ECDH(), theirs)
        derived = HKDF(hashes.SHA256(), 32, salt=b"", info=INFO).derive(secret)
        return AESGCM(derived).decrypt(nonce, sealed, bound(person, key)).decode()
    except (ValueError, TypeError, KeyError, InvalidTag, binascii.Error, RecursionError):
        raise Invalid(NOT_OURS) from None
