"""Photos of a form that was refused: kept for an hour, for whoever sends it again.

A browser does not give back a file that was chosen. So the photo waits here, cleaned like
every other, and the page gets a token to send in its stead. It is encrypted under that
token, of which a digest is all we keep: without the page nobody reads it, not we, not from
a copy of the database. No page shows it. One that was used stays for its hour, too: a
form that is sent again after a bad connection is then the same word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import QuerySet, Sum

from xunfang.audit.ledger.turns import in_turn
from xunfang.core.errors import DomainError
from xunfang.feedback.models import HeldPhoto
from xunfang.feedback.photos import CleanPhoto
from xunfang.feedback.services import sender_digest

KEPT_FOR: Final = timedelta(hours=1)
MOST_BYTES_OF_ONE: Final = 16 * 1024 * 1024
"""Of one network address: some forty photos, for many may share one."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""Of all together."""
_NONCE: Final = bytes(12)
"""One for all: under each key one thing is encrypted, once."""


class PhotoGone(DomainError):
    """The photo was kept for an hour and that is over, or its token is none of ours."""

    code = "feedback.photo_gone"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A photo that came with a form, and what its file was called."""

    name: str
    photo: CleanPhoto


@dataclass(frozen=True, slots=True)
class Held(Chosen):
    """A photo that waits for its form, opened by its token."""

    token: str


@in_turn
def hold(chosen: Sequence[Chosen], *, address: str, at: datetime) -> list[Held]:
    """Keep photos for an hour; those for which there is no room are left out."""
    if not chosen:
        return []
    let_go(at=at)
    sender = sender_digest(address, at=at)
    room = min(
        MOST_BYTES_OF_ONE - _n_bytes(HeldPhoto.objects.filter(sender=sender)),
        MOST_BYTES - _n_bytes(HeldPhoto.objects.all()),
    )
    held = []
    for each in chosen:
        token = token_urlsafe(24)
        sealed = _cipher(token).encrypt(
            _NONCE, f"{each.name}\0".encode() + each.photo.jpeg, None
        )
        room -= len(sealed)
        if room < 0:
            break
        HeldPhoto.objects.create(
            digest=_digest(token),
            sender=sender,
            sealed=sealed,
            n_bytes=len(sealed),
            width=each.photo.width,
            height=each.photo.height,
            at=at,
        )
        held.append(Held(each.name, each.photo, token))
    return held


def held_under(tokens: Iterable[str], *, at: datetime) -> list[Held]:
    """Return the photos that wait under some tokens, in the order in which they came."""
    by_digest = {_digest(token): token for token in tokens}
    rows = HeldPhoto.objects.filter(digest__in=by_digest, at__gt=at - KEPT_FOR)
    return [_opened(row, by_digest[row.digest]) for row in rows]


@in_turn
def drop(tokens: Iterable[str]) -> None:
    """Erase the photos that wait under some tokens."""
    HeldPhoto.objects.filter(digest__in=[_digest(token) for token in tokens]).delete()


def let_go(*, at: datetime) -> int:
    """Erase the photos whose hour is over; return how many."""
    n_gone, _ = HeldPhoto.objects.filter(at__lte=at - KEPT_FOR).delete()
    return n_gone


def _opened(row: HeldPhoto, token: str) -> Held:
    content = _cipher(token).decrypt(_NONCE, bytes(row.sealed), None)
    name, _, jpeg = content.partition(b"\0")
    return Held(name.decode(), CleanPhoto(jpeg, row.width, row.height), token)


def _cipher(token: str) -> AESGCM:
    return AESGCM(sha256(b"held photo\0" + token.encode()).digest())


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _n_bytes(some: QuerySet[HeldPhoto]) -> int:
    return some.aggregate(n=Sum("n_bytes"))["n"] or 0
