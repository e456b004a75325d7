"""Passkeys of one account: WebAuthn through py_webauthn. Only the public half is ever here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry import factors
from paizhu.registry.models import Account, Passkey

LONGEST_NAME = 80
MOST = 10
NAME_NEEDED = Text("请写明名称（不超过 80 字）。", "Give it a name, in 80 characters.")
NOT_VERIFIED = Text(
    "通行密钥未通过核验，未作保存。请重试。", "The passkey could not be verified. Try again."
)
TOO_MANY = Text("最多十个通行密钥。", "Ten passkeys at most.")
NO_PASSKEY = Text("没有这个通行密钥。", "There is no such passkey.")


@dataclass(frozen=True, slots=True)
class Site:
    """Under which name and address the pages are served; a passkey is good for that alone."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class PasskeyCard:
    """A passkey as its owner sees it."""

    number: int
    name: str
    made_at: datetime
    used_date: date | None

    @property
    def field(self) -> str:
        """Name the field of a form about it."""
        return f"passkey-{self.number}"


def mine(account: Account) -> list[PasskeyCard]:
    """Give an account's passkeys. One query."""
    return [
        PasskeyCard(one.pk, one.name, one.made_at, one.used_date)
        for one in Passkey.objects.filter(account=account)
    ]


def start(account: Account, site: Site) -> tuple[str, str]:
    """Give what a browser is asked for to make a passkey, as JSON, and the challenge in it."""
    options = generate_registration_options(
        rp_id=site.name,
        rp_name="Paizhu",
        user_id=f"account:{account.pk}".encode(),
        user_name=account.username,
        exclude_credentials=_known(account),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def add(
    account: Account, answer: str, *, challenge: str, site: Site, name: str, now: datetime
) -> None:
    """Keep the public half of a passkey that was just made. Raise Invalid if it is none."""
    called = name.strip()
    if not 0 < len(called) <= LONGEST_NAME:
        raise Invalid(NAME_NEEDED, fields={"name": NAME_NEEDED})
    if Passkey.objects.filter(account=account).count() >= MOST:
        raise Invalid(TOO_MANY)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise Invalid(NOT_VERIFIED) from error
    credential = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential=credential).exists():
        raise Invalid(NOT_VERIFIED)
    Passkey.objects.create(
        account=account,
        name=called,
        credential=credential,
        public_key=made.credential_public_key,
        count=made.sign_count,
        made_at=now,
    )


def ask(account: Account, site: Site) -> tuple[str, str]:
    """Give what a browser is asked for to show a passkey, as JSON, and the challenge in it."""
    options = generate_authentication_options(rp_id=site.name, allow_credentials=_known(account))
    return options_to_json(options), bytes_to_base64url(options.challenge)


def is_shown(account: Account, answer: str, *, challenge: str, site: Site, now: datetime) -> bool:
    """Say whether the answer was signed by a passkey of the account, for this challenge."""
    for one in Passkey.objects.filter(account=account):
        try:
            shown = verify_authentication_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=site.name,
                expected_origin=site.origin,
                credential_public_key=bytes(one.public_key),
                credential_current_sign_count=one.count,
            )
        except (WebAuthnException, ValueError):
            continue
        if bytes_to_base64url(shown.credential_id) == one.credential:
            one.count, one.used_date = shown.new_sign_count, timezone.localdate(now)
            one.save(update_fields=["count", "used_date"])
            return True
    return False


def remove(account: Account, number: int, *, is_needed: bool) -> None:
    """Remove a passkey of one's own."""
    found = Passkey.objects.filter(account=account, pk=number)
    if not found.exists():
        raise NotFound(NO_PASSKEY)
    factors.may_remove_passkey(account, is_needed=is_needed)
    found.delete()
    factors.drop_recovery_alone(account)


def _known(account: Account) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential))
        for one in Passkey.objects.filter(account=account)
    ]
