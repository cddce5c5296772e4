"""Take in what somebody says, hide it for a legal reason, erase what has to go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.audit.ledger import services as ledger
from xunfang.audit.ledger.turns import in_turn
from xunfang.core.errors import DomainError
from xunfang.core.language.scripts import search_form
from xunfang.core.ledger.commitments import SALT_BYTES
from xunfang.feedback import photos as pictures
from xunfang.feedback.codes import code_digest, new_number, receipt_code
from xunfang.feedback.commitments import LEDGER_KIND, leaf_of
from xunfang.feedback.models import (
    Asks,
    Channel,
    Contact,
    Hiding,
    Knock,
    Photo,
    Said,
    Word,
)
from xunfang.feedback.photos import CleanPhoto
from xunfang.feedback.sealing import contact_digest, seal

MAX_PHOTOS = 3
MAX_DETAILS = 4000
"""Signs that the lines beside a text may have."""
MAX_KNOCKS = {"say": (20, timedelta(minutes=10)), "code": (30, timedelta(minutes=10))}
"""How often one address may say something, or open receipts, and in what time."""


class WordEmpty(DomainError):
    """Nothing was said."""

    code = "feedback.word_empty"


class WordTooLong(DomainError):
    """The text has more signs than one word may have."""

    code = "feedback.word_too_long"


class TooManyPhotos(DomainError):
    """More pictures than one word may have."""

    code = "feedback.too_many_photos"


class TooMany(DomainError):
    """One address sends or asks more than people do."""

    code = "feedback.too_many"


class ReasonMissing(DomainError):
    """Hiding needs a law."""

    code = "feedback.law_missing"


@dataclass(frozen=True, slots=True)
class Received:
    """A word that was taken in, now or when it came the first time."""

    word: Word
    code: str
    """Of its receipt."""
    is_new: bool


def plain(text: str) -> str:
    """Return a text as it is kept: line ends as ours, without what no database keeps."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return lines.encode("utf-8", "replace").decode().strip()


@in_turn
def receive(
    *,
    channel: Channel,
    text: str,
    at: datetime,
    asks: Asks = Asks.UNSAID,
    place_words: str = "",
    lonlat: tuple[float, float] | None = None,
    contact: str = "",
    details: Sequence[str] = (),
    photos: Sequence[CleanPhoto] = (),
    said_at: datetime | None = None,
    source: str = "",
    external_id: str = "",
    by: User | None = None,
) -> Received:
    """Keep a word for good and write its commitment into the log.

    The same ``source`` and ``external_id`` again change nothing and return the first. A
    time before us that lies in the future is left out: nobody has said it yet. Whoever
    writes down what another said (``by``) needs to be allowed to. ``details`` are lines
    that a channel asks for beside the text (what is broken, where a picture lies): they
    are kept below it and do not count towards its length.

    Raises
    ------
    NotAllowed
    WordEmpty, WordTooLong, TooManyPhotos
    """
    if by is not None:
        check_can(by, Capability.ENTER_WORDS)
    if external_id:
        known = Word.objects.filter(source=source, external_id=external_id).first()
        if known is not None:
            return Received(known, receipt_code(known.number), is_new=False)
    text = plain(text)
    if not search_form(text):  # nothing in it that can be seen
        raise WordEmpty(channel)
    if len(text) > Word.MAX_LENGTH:
        raise WordTooLong(f"{len(text)} of {Word.MAX_LENGTH}")
    if len(photos) > MAX_PHOTOS:
        raise TooManyPhotos(f"{len(photos)} of {MAX_PHOTOS}")
    below = plain("\n".join(details))
    if len(below) > MAX_DETAILS:
        raise WordTooLong(f"details: {len(below)} of {MAX_DETAILS}")
    text = f"{text}\n\n{below}" if below else text
    # A database keeps microseconds, a browser milliseconds: the log says the coarser.
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    number = new_number("W", at.astimezone().date())
    lon, lat = lonlat or (None, None)
    word = Word(
        number=number,
        code_digest=code_digest(code := receipt_code(number)),
        channel=channel,
        asks=asks,
        received_at=at,
        said_at=said_at if said_at is not None and said_at <= at else None,
        lon=lon,
        lat=lat,
        source=source,
        external_id=external_id,
        by=by,
    )
    place_words = plain(place_words)[:200]
    said = Said(
        word=word,
        text=text,
        place_words=place_words,
        search_form=search_form(f"{text} {place_words}"),
        salt=token_bytes(SALT_BYTES),
    )
    kept = [
        Photo(
            word=word,
            number=n + 1,
            digest=photo.digest,
            path=pictures.keep(photo, folder=Path(settings.MEDIA_ROOT)),
            width=photo.width,
            height=photo.height,
        )
        for n, photo in enumerate(photos)
    ]
    word.ledger_index = ledger.append(
        [leaf_of(word, said, kept)], kind=LEDGER_KIND, at=at
    )[0]
    word.save()
    said.word = word
    said.save()
    Photo.objects.bulk_create(kept)
    if contact := plain(contact):
        Contact.objects.create(
            word=word, sealed=seal(contact, of=number), digest=contact_digest(contact)
        )
    audit.record(kind="word.received", subject=number, by=by, at=at, channel=channel)
    return Received(word, code, is_new=True)


def sender_digest(address: str, *, at: datetime) -> str:
    """Return what is kept of a network address against floods.

    It is of the address and the day: nobody can be followed from one day to the next.
    """
    return salted_hmac(
        "feedback.knock", f"{at:%F} {address}", algorithm="sha256"
    ).hexdigest()


def check_knock(address: str, what: str, *, at: datetime) -> None:
    """Note that an address sends something or opens a receipt; refuse a flood.

    ``what`` is a key of MAX_KNOCKS.

    Raises
    ------
    TooMany
    """
    most, within = MAX_KNOCKS[what]
    digest = sender_digest(address, at=at)
    recent = Knock.objects.filter(digest=digest, what=what, at__gt=at - within)
    if recent.count() >= most:
        raise TooMany(f"{most} in {within}")
    Knock.objects.create(digest=digest, what=what, at=at)


def purge_knocks(*, at: datetime) -> int:
    """Erase the traces against floods that count for nothing any more."""
    longest = max(within for _, within in MAX_KNOCKS.values())
    n_gone, _ = Knock.objects.filter(at__lte=at - longest).delete()
    return n_gone


@transaction.atomic
def hide(
    *, word: Word, reason: str, law: str, by: User, at: datetime, hides: bool = True
) -> Hiding:
    """Take a word off the public pages for a legal reason, or put it back.

    A stub with reason, law and date stands in its place, and it counts as before.

    Raises
    ------
    NotAllowed
    ReasonMissing
        No law is named.
    """
    check_can(by, Capability.SUPERVISE_CASES)
    if hides and not law.strip():
        raise ReasonMissing(word.number)
    hiding = Hiding.objects.create(
        word=word, is_hidden=hides, reason=reason, law=law.strip(), at=at, by=by
    )
    audit.record(
        kind="word.hiding",
        subject=word.number,
        by=by,
        at=at,
        hides=hides,
        reason=reason,
        law=law.strip(),
    )
    return hiding


def erase_contact_after(*, words: Iterable[Word], day: date | None) -> None:
    """Say on which day the contacts of some words go; None while their matter is open."""
    Contact.objects.filter(word__in=list(words)).update(erase_on=day)


@transaction.atomic
def erase_due_contacts(*, on: date, at: datetime) -> int:
    """Erase the contacts whose day has come; return how many."""
    due = Contact.objects.filter(erase_on__lte=on)
    numbers = sorted(due.values_list("word__number", flat=True))
    if not numbers:
        return 0
    due.delete()
    audit.record(
        kind="contacts.erased",
        subject=on.isoformat(),
        by=None,
        at=at,
        n=len(numbers),
        words=numbers,
    )
    return len(numbers)
