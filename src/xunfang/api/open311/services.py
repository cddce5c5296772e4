"""Hand what a sender brings to the one door for every channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction

from xunfang.api.models import Sender
from xunfang.api.senders.services import note_heard
from xunfang.audit.ledger.turns import in_turn
from xunfang.cases import services as cases
from xunfang.cases.models import Topic, WordLink
from xunfang.cases.services import TakenIn
from xunfang.core.casework.steps import StepRefused
from xunfang.feedback.models import Asks, Channel, Word

SAME_WITHIN: Final = timedelta(hours=24)
"""So long the same message of a sender is a repetition; later it is said anew."""
DIGEST_SIGNS: Final = 40


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request says, checked."""

    topic: Topic
    text: str
    lonlat: tuple[float, float] | None
    place_words: str
    contact: str
    details: Sequence[str]


@in_turn
def take_request(*, sender: Sender, sent: Sent, body: bytes, at: datetime) -> TakenIn:
    """Take a request in; the same body again within a day is the same request.

    Raises
    ------
    WordEmpty, WordTooLong
    """
    note_heard(sender, at=at)
    return cases.take_in(
        channel=Channel.OPEN311,
        text=sent.text,
        at=at,
        place_words=sent.place_words,
        lonlat=sent.lonlat,
        contact=sent.contact,
        details=sent.details,
        source=sender.name,
        external_id=_external_id(sender, b"request", body, at=at),
        topic=sent.topic,
    )


@in_turn
def take_update(
    *, sender: Sender, word: Word, text: str, opens: bool, body: bytes, at: datetime
) -> TakenIn | None:
    """Take in what is said further about a request, and open its case again if need be.

    What is said is a word of its own that names the first one: it is sorted, and what
    cannot wait is found in it, as in any other. None where nothing was said. A case is
    opened again once without argument; what comes after that a person reads.

    Raises
    ------
    WordTooLong
    """
    note_heard(sender, at=at)
    if opens:
        try:
            with transaction.atomic():
                cases.say_not_answered(word=word, at=at)
        except StepRefused:
            pass  # It is open, or was opened before: the words below say why.
    if not text:
        return None
    links = WordLink.objects.select_related("case__station", "case__topic")
    case = links.filter(word=word, ended_at=None).earliest("pk").case
    return cases.take_in(
        channel=Channel.OPEN311,
        text=text,
        at=at,
        details=[f"补充 {word.number}"],
        lonlat=None if word.lon is None or word.lat is None else (word.lon, word.lat),
        source=sender.name,
        external_id=_external_id(sender, b"update", body, at=at),
        # What follows on something sealed or sensitive is so from its first second.
        asks=Asks.COMPLAINT if case.is_sealed else Asks.UNSAID,
        topic=None if case.is_sealed else case.topic,
        station=case.station,
    )


def _external_id(sender: Sender, what: bytes, body: bytes, *, at: datetime) -> str:
    """Return the number under which a body was brought in the last day, or a new one."""
    digest = sha256(what + b"\n" + body).hexdigest()[:DIGEST_SIGNS]
    known = (
        Word.objects.filter(
            source=sender.name,
            # A range, and the condition of the index in its own words: it is used.
            external_id__gt=f"{digest}@",
            external_id__lt=f"{digest}A",
            received_at__gt=at - SAME_WITHIN,
        )
        .exclude(external_id="")
        .order_by("-received_at")
        .values_list("external_id", flat=True)
    )
    return known.first() or f"{digest}@{at:%Y%m%dT%H%M%S.%f}"
