"""Addresses of one's own tokens for programs."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import tokens

urlpatterns = [
    address("tokens/", tokens.tokens, name="tokens", policy="signed_in", methods=("GET", "POST")),
    address(
        "tokens/<int:number>/end/",
        tokens.revoke,
        name="revoke_token",
        policy="signed_in",
        methods=("POST",),
    ),
]
