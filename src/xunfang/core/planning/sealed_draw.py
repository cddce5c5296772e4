"""Which plan tonight: drawn in secret, sealed beforehand, provable afterwards.

Before the night the record holds a commitment that gives nothing away. Afterwards
the night's key can be laid open: anybody can then recompute the commitment and the
draw, and see that nobody picked the night by hand. The key of one night says nothing
about another night or about the station's secret.

The key of a night is HMAC-SHA256 of the secret over night and pool digest; the
commitment is SHA-256 of key, night and pool digest.
"""

import hmac
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from xunfang.core.errors import DomainError
from xunfang.core.planning.vary import N_TICKETS, Variation

MIN_SECRET_BYTES = 16


class SecretTooShort(DomainError):
    """A secret that short can be found by trying all."""

    code = "planning.secret_too_short"


@dataclass(frozen=True, slots=True)
class SealedDraw:
    """What the record keeps before the night. It may be shown to anybody."""

    night: date
    pool_digest: str
    commitment: str


def draw(variation: Variation, secret: bytes, night: date) -> int:
    """Return the index of the plan for this night: the same for the same inputs.

    Raises
    ------
    SecretTooShort
        ``secret`` has fewer than ``MIN_SECRET_BYTES`` bytes.
    """
    return _ticket_holder(variation, key_of_night(variation, secret, night))


def seal(variation: Variation, secret: bytes, night: date) -> SealedDraw:
    """Return the commitment to :func:`draw`, to be recorded before the night."""
    key = key_of_night(variation, secret, night)
    return SealedDraw(night, variation.digest, _commitment(key, night, variation))


def key_of_night(variation: Variation, secret: bytes, night: date) -> bytes:
    """Return what is laid open afterwards, so that others can verify this night."""
    if len(secret) < MIN_SECRET_BYTES:
        raise SecretTooShort(f"at least {MIN_SECRET_BYTES} bytes, got {len(secret)}")
    about = f"xunfang.night-key/1|{night.isoformat()}|{variation.digest}"
    return hmac.digest(secret, about.encode(), "sha256")


def verify(sealed: SealedDraw, variation: Variation, key: bytes) -> int | None:
    """Return the plan's index that the opened key stands for, None if it does not fit.

    It fits if the sealed draw was made from these very plans and weights, for this
    night, with this key.
    """
    if sealed.pool_digest != variation.digest:
        return None
    commitment = _commitment(key, sealed.night, variation)
    if not hmac.compare_digest(commitment, sealed.commitment):
        return None
    return _ticket_holder(variation, key)


def _commitment(key: bytes, night: date, variation: Variation) -> str:
    about = f"|{night.isoformat()}|{variation.digest}"
    return sha256(b"xunfang.seal/1|" + key.hex().encode() + about.encode()).hexdigest()


def _ticket_holder(variation: Variation, key: bytes) -> int:
    # 256 bits onto a million tickets: the bias is below 2**-230.
    number = sha256(b"xunfang.ticket/1|" + key).digest()
    ticket = int.from_bytes(number) % N_TICKETS
    for index, n_tickets in enumerate(variation.tickets):
        ticket -= n_tickets
        if ticket < 0:
            return index
    raise AssertionError("the tickets sum to N_TICKETS")
