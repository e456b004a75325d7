"""A passkey without a browser: it makes its key and signs what it is asked, as a device would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as said
from webauthn.helpers import encode_cbor

from paizhu.registry.passkeys import Site

#: Somebody touched it and proved who they are; a key comes with the answer.
SHOWN, MADE = b"\x05", b"\x45"
NEVER_COUNTS, NO_MAKER = bytes(4), bytes(16)


@dataclass(frozen=True)
class Authenticator:
    """A device with one passkey."""

    id: bytes
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, challenge: str, site: Site) -> str:
        """Answer that the passkey was made."""
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        about = _of(site, MADE) + NO_MAKER + len(self.id).to_bytes(2) + self.id
        attested = {"fmt": "none", "attStmt": {}, "authData": about + encode_cbor(public)}
        return self._answer(
            self.id,
            clientDataJSON=_client("webauthn.create", challenge, site),
            attestationObject=encode_cbor(attested),
        )

    def shown(self, challenge: str, site: Site, *, called: bytes | None = None) -> str:
        """Sign a challenge, if need be under the name of another passkey."""
        client, about = _client("webauthn.get", challenge, site), _of(site, SHOWN)
        signed = self.key.sign(about + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            called or self.id, clientDataJSON=client, authenticatorData=about, signature=signed
        )

    def _answer(self, name: bytes, **response: bytes) -> str:
        held = {key: said(value) for key, value in response.items()}
        return json.dumps(
            {"id": said(name), "rawId": said(name), "type": "public-key", "response": held}
        )


def _client(kind: str, challenge: str, site: Site) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": site.origin}).encode()


def _of(site: Site, flags: bytes) -> bytes:
    return sha256(site.name.encode()).digest() + flags + NEVER_COUNTS
