"""Second factors of one account: one-time codes, recovery codes; passkeys stand in `passkeys`.

One-time codes are RFC 6238 through pyotp: thirty seconds, six digits, one step of grace each way,
and each code is good once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet
from django.conf import settings

from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry.models import Account, Passkey, RecoveryCode, Totp

STEP = 30
CODES = 10
#: No letter or digit that is taken for another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ISSUER = "Paizhu"
WRONG = Text("动态码不对，或已用过。请核对手机时间后重试。",
             "The code is not right, or was used already. Check the time of the phone.")  # fmt: skip
NEEDED = Text(
    "您的岗位须有第二种登录凭证，不能移除最后一种。",
    "Your post needs a second factor; the last one cannot be removed.",
)
FACTOR_FIRST = Text("请先设置动态码或通行密钥。", "Set up one-time codes or a passkey first.")


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can show besides its password."""

    has_codes: bool
    passkeys: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        return self.has_codes or self.passkeys > 0


def factors(account: Account) -> Factors:
    """Give what an account has. Three queries."""
    return Factors(
        Totp.objects.filter(account=account, confirmed_at__isnull=False).exists(),
        Passkey.objects.filter(account=account).count(),
        RecoveryCode.objects.filter(account=account, used_at=None).count(),
    )


def start_codes(account: Account) -> tuple[str, str]:
    """Give the secret to enter into an app, and its address; nothing counts before a first code."""
    row = Totp.objects.filter(account=account, confirmed_at=None).first()
    if row is None:
        if Totp.objects.filter(account=account).exists():
            raise NotAllowed(Text("动态码已经设置。", "One-time codes are set up already."))
        row = Totp.objects.create(account=account, secret=_seal(pyotp.random_base32()))
    secret = _open(row.secret)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER)


def confirm_codes(account: Account, code: str, *, now: datetime) -> None:
    """Let one-time codes count from now on. Raise Invalid if the first one is wrong."""
    row = Totp.objects.filter(account=account, confirmed_at=None).first()
    if row is None or not _take(row, code, now=now):
        raise Invalid(WRONG, fields={"code": WRONG})
    Totp.objects.filter(pk=row.pk).update(confirmed_at=now)


def is_code(account: Account, code: str, *, now: datetime) -> bool:
    """Take a one-time code; the same one is not taken twice."""
    row = Totp.objects.filter(account=account, confirmed_at__isnull=False).first()
    return row is not None and _take(row, code, now=now)


def remove_codes(account: Account, *, is_needed: bool) -> None:
    """Do without one-time codes; with the last factor its recovery codes go."""
    _may_go(account, is_needed, is_codes=True)
    Totp.objects.filter(account=account).delete()
    drop_recovery_alone(account)


def new_recovery_codes(account: Account) -> list[str]:
    """Give ten new codes, this once; the old ones no longer count."""
    if not factors(account).any:
        raise NotAllowed(FACTOR_FIRST)
    made = ["".join(secrets.choice(LETTERS) for _ in range(12)) for _ in range(CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_digest(code)) for code in made
    )
    return ["-".join((code[:4], code[4:8], code[8:])) for code in made]


def is_recovery_code(account: Account, code: str, *, now: datetime) -> bool:
    """Take a recovery code; it is good once."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    mine = RecoveryCode.objects.filter(account=account, used_at=None, digest=_digest(plain))
    return mine.update(used_at=now) == 1


def remove_all(account: Account) -> None:
    """Remove every factor: its owner has lost them and stands before the security administrator."""
    for kind in (Totp, Passkey, RecoveryCode):
        kind.objects.filter(account=account).delete()


def may_remove_passkey(account: Account, *, is_needed: bool) -> None:
    """Raise NotAllowed if one passkey less would leave none where one is needed."""
    _may_go(account, is_needed, is_codes=False)


def drop_recovery_alone(account: Account) -> None:
    """Recovery codes stand in for another factor and are none by themselves."""
    if not factors(account).any:
        RecoveryCode.objects.filter(account=account).delete()


def _may_go(account: Account, is_needed: bool, *, is_codes: bool) -> None:
    has = factors(account)
    left = has.passkeys if is_codes else has.has_codes or has.passkeys > 1
    if is_needed and not left:
        raise NotAllowed(NEEDED)


def _take(row: Totp, code: str, *, now: datetime) -> bool:
    """Take a code of this step or its neighbours; of two who send it at once, one is refused."""
    given, steps = "".join(code.split()), int(now.timestamp()) // STEP
    made = pyotp.TOTP(_open(row.secret))
    around: Sequence[int] = (steps - 1, steps, steps + 1)
    found = [step for step in around if hmac.compare_digest(_at(made, step), given.encode())]
    if not found:
        return False
    return Totp.objects.filter(pk=row.pk, step__lt=found[0]).update(step=found[0]) == 1


def _at(made: pyotp.TOTP, step: int) -> bytes:
    return str(made.at(step * STEP)).encode()


def _digest(code: str) -> str:
    """A key of the installation is mixed in, so that a copy of the table alone says nothing."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"recovery:{code}".encode(), hashlib.sha256).hexdigest()


def _fernet() -> Fernet:
    key = hashlib.sha256(f"one-time codes:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _seal(secret: str) -> str:
    return _fernet().encrypt(secret.encode()).decode()


def _open(sealed: str) -> str:
    return _fernet().decrypt(sealed.encode()).decode()
