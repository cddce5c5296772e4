"""Erase what was said, once its time is over, and certify that (CL-06).

Which words those are follows from their cases: ask `cases`. What stays is the word's
number, when it came and how, and the commitment in the log, from which nothing is read.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from django.conf import settings
from django.db import transaction

from xunfang.audit import services as audit
from xunfang.audit.ledger import services as ledger
from xunfang.core.ledger.commitments import SALT_BYTES
from xunfang.feedback.commitments import ERASURE_KIND, leaf_of, leaf_of_erasure
from xunfang.feedback.models import Contact, Photo, Said, TextErasure, Word


@transaction.atomic
def erase_texts(*, words: Sequence[Word], at: datetime) -> TextErasure | None:
    """Erase texts, pictures and contacts of some words; return the certificate.

    None if nothing of them was left.
    """
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    there = list(
        Said.objects.select_for_update(of=("self",))
        .filter(word__in=words)
        .select_related("word")
        .prefetch_related("word__photos")
        .order_by("word__received_at", "pk")
    )
    if not there:
        return None
    lines = [
        f"{said.word.number} {leaf_of(said.word, said, said.word.photos.all()).hex()}\n"
        for said in there
    ]
    keys = [said.pk for said in there]
    Contact.objects.filter(word__in=keys).delete()
    paths = set(Photo.objects.filter(word__in=keys).values_list("path", flat=True))
    Photo.objects.filter(word__in=keys).delete()
    Said.objects.filter(pk__in=keys).delete()
    # The same picture may have come with another word, which keeps it.
    paths -= set(Photo.objects.filter(path__in=paths).values_list("path", flat=True))
    certificate = TextErasure(
        erased_at=at,
        words=[said.word.number for said in there],
        n_words=len(there),
        first_received_at=there[0].word.received_at,
        last_received_at=there[-1].word.received_at,
        digest=sha256("".join(lines).encode()).hexdigest(),
        salt=token_bytes(SALT_BYTES),
    )
    [certificate.ledger_index] = ledger.append(
        [leaf_of_erasure(certificate)], kind=ERASURE_KIND, at=at
    )
    certificate.save()
    audit.record(
        kind="texts.erased",
        subject=certificate.digest[:16],
        by=None,
        at=at,
        n=certificate.n_words,
        digest=certificate.digest,
    )
    transaction.on_commit(partial(_remove, sorted(paths)))
    return certificate


def _remove(paths: Sequence[str]) -> None:
    for path in paths:
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
