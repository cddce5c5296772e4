"""The key that signs for the log, and whether a note bears a signature of a key.

A checkpoint is signed twice with one key: once as C2SP ``tlog-checkpoint`` has it, so that
any verifier understands it, and once with the time (``cosignature/v1``), so that nobody
who has only the database can date it differently.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings

from xunfang.core.ledger import checkpoints
from xunfang.core.ledger.checkpoints import Checkpoint, Signature


@dataclass(frozen=True, slots=True)
class LogKey:
    """Name of a log and the key that signs for it."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public_bytes(self) -> bytes:
        """The public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """What others need to check a signature of ours."""
        return checkpoints.verifier_key(self.name, self.public_bytes)

    def sign(self, checkpoint: Checkpoint, *, at: datetime) -> str:
        """Return the signed note of a checkpoint that is current at a time."""
        unix_s = int(at.timestamp())
        timed = self.private.sign(checkpoints.timed_text(checkpoint, unix_s).encode())
        return checkpoints.signed(
            checkpoint,
            Signature(
                self.name,
                checkpoints.key_id_of(self.name, self.public_bytes),
                self.private.sign(checkpoint.text.encode()),
            ),
            Signature(
                self.name,
                checkpoints.timed_key_id_of(self.name, self.public_bytes),
                checkpoints.timed_signature(unix_s, timed),
            ),
        )


def key_from(seed: bytes, name: str = "") -> LogKey:
    """Return a key of 32 bytes; a log without a name is called after its key."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    digest = sha256(private.public_key().public_bytes_raw()).hexdigest()
    return LogKey(name or f"xunfang/{digest[:8]}", private)


@cache
def our_key() -> LogKey:
    """Return the key of this installation."""
    return key_from(settings.LEDGER_KEY, settings.LEDGER_NAME)


def signed_at(note: str, verifiers: Iterable[str]) -> datetime | None:
    """Return when one of these keys signed a note; None if none of them did.

    Both signatures must hold. ``NotACheckpoint``: the note is none.
    """
    checkpoint, signatures = checkpoints.parse(note)
    for verifier in verifiers:
        name, public_key = checkpoints.parse_verifier_key(verifier)
        by_id = {
            each.key_id: each.signature for each in signatures if each.name == name
        }
        plain = by_id.get(checkpoints.key_id_of(name, public_key))
        timed = by_id.get(checkpoints.timed_key_id_of(name, public_key))
        if name != checkpoint.origin or plain is None or timed is None:
            continue
        unix_s, signature = checkpoints.split_timed(timed)
        timed_text = checkpoints.timed_text(checkpoint, unix_s)
        if _holds(public_key, plain, checkpoint.text) and _holds(
            public_key, signature, timed_text
        ):
            return datetime.fromtimestamp(unix_s, UTC)
    return None


def _holds(public_key: bytes, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
