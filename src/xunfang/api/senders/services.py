"""Let other systems speak, know them again, let them speak no longer."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.api.models import Sender
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.feedback.sealing import seal, unseal

HEARD_TO = timedelta(minutes=1)


class SenderNameTaken(DomainError):
    """Another sender is called so, or was: words keep the name of who brought them."""

    code = "api.sender_name_taken"


class SenderUnknown(DomainError):
    """Nobody who may speak has this key."""

    code = "api.sender_unknown"


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def add_sender(
    *, name: str, kind: str, office: str, secret: str, by: User, at: datetime
) -> Sender:
    """Let a system bring words that shows this key, or signs with this secret.

    Raises
    ------
    NotAllowed
    SenderNameTaken
    """
    check_can(by, Capability.EDIT_DEVICES)
    if Sender.objects.filter(name=name).exists():
        raise SenderNameTaken(name)
    is_webhook = kind == Sender.WEBHOOK
    sender = Sender.objects.create(
        name=name,
        kind=kind,
        office=office,
        key_digest=None if is_webhook else digest_of(secret),
        sealed_secret=seal(secret, of=_sealed_for(name)) if is_webhook else None,
        made_at=at,
        made_by=by,
    )
    audit.record(kind="sender.added", subject=name, by=by, at=at, how=kind)
    return sender


@transaction.atomic
def revoke_sender(*, sender: Sender, by: User, at: datetime) -> Sender:
    """Take nothing more from a system. It stays so: a new one gets a new name and key.

    Raises
    ------
    NotAllowed
    """
    check_can(by, Capability.EDIT_DEVICES)
    sender = Sender.objects.select_for_update(of=("self",)).get(pk=sender.pk)
    if sender.revoked_at is None:
        sender.revoked_at, sender.revoked_by = at, by
        sender.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(kind="sender.revoked", subject=sender.name, by=by, at=at)
    return sender


def sender_with_key(key: str, *, kind: str = Sender.OPEN311) -> Sender:
    """Return who shows this key, where it connects in this way.

    Looking a digest up takes no longer for a key that is nearly right.

    Raises
    ------
    SenderUnknown
        Nobody, or no longer.
    """
    sender = (
        Sender.objects.filter(key_digest=digest_of(key), revoked_at=None, kind=kind)
        .order_by()
        .first()
    )
    if not key or sender is None:
        raise SenderUnknown("no sender with this key")
    return sender


def find_webhook(name: str) -> tuple[Sender, str] | None:
    """Return who signs under this name, and its secret; None where nobody may."""
    sender = Sender.objects.filter(
        name=name, revoked_at=None, kind=Sender.WEBHOOK
    ).first()
    if sender is None or sender.sealed_secret is None:
        return None
    return sender, unseal(bytes(sender.sealed_secret), of=_sealed_for(name))


def note_heard(sender: Sender, *, at: datetime) -> None:
    """Hold a sender until the transaction ends, and note that it brought something.

    Two uploads of one sender follow each other, so that the second sees the first. When
    it was heard is kept to the minute.
    """
    held = Sender.objects.filter(pk=sender.pk)
    if sender.heard_at is None or at - sender.heard_at >= HEARD_TO:
        held.update(heard_at=at)
    elif connection.features.has_select_for_update:
        held.select_for_update().get()


def _sealed_for(name: str) -> str:
    return f"sender/{name}"
