"""What comes in by a form for residents: one at a time, and the same only once."""

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone

from xunfang.audit.ledger.turns import in_turn
from xunfang.cases import services as cases
from xunfang.cases.models import Topic
from xunfang.cases.services import TakenIn
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Channel, Word
from xunfang.public.claims import services as claims
from xunfang.public.claims.queries import find_claim
from xunfang.public.say.forms import Typed

SOURCE = "form"


def sender(request: HttpRequest) -> str:
    """Return from where something is sent, as the guard against floods counts it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def take_in(address: str, typed: Typed, *, topic: Topic | None = None) -> TakenIn:
    """Take in what was typed; ``topic`` where the form itself says what it is about.

    Raises
    ------
    feedback.TooMany, DomainError
    """
    try:
        return _knock_and_take_in(address, typed, topic)
    except IntegrityError:
        # Pressed twice at once, and another process has taken in the other press.
        return _knock_and_take_in(address, typed, topic)


@in_turn
def _knock_and_take_in(address: str, typed: Typed, topic: Topic | None) -> TakenIn:
    """Take in what was typed: one transaction, so that it is on disk once."""
    at = timezone.now()
    if not Word.objects.filter(source=SOURCE, external_id=typed.external_id).exists():
        # Sent again after a bad connection it is no second word, and no second knock.
        feedback.check_knock(address, "say", at=at)
    taken = cases.take_in(
        channel=Channel.WEB,
        text=typed.text,
        at=at,
        asks=typed.asks,
        place_words=typed.where,
        lonlat=typed.lonlat,
        contact=typed.reach,
        photos=typed.photos,
        source=SOURCE,
        external_id=typed.external_id,
        topic=topic,
    )
    claim = find_claim(typed.about) if typed.about else None
    if claim is not None:
        claims.note_word(claim=claim.row, word=taken.word, by=None, at=at)
    return taken
