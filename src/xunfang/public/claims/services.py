"""Publish a figure, withdraw it, note that somebody speaks about it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.cases.log import ZONE
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Word
from xunfang.public.claims.kinds import KINDS, Days
from xunfang.public.models import ClaimEdition, ClaimWord, PublicClaim

RESERVED = "publish"
"""The address of the page on which figures are published."""


class ClaimUnclear(DomainError):
    """A figure needs a kind, days that are over, and words for effort and outcome."""

    code = "public.claim_unclear"


class ClaimTaken(DomainError):
    """The address belongs to a figure that is counted otherwise, or of other days."""

    code = "public.claim_taken"


class ClaimWithdrawn(DomainError):
    """The figure has been withdrawn already, or the reason is missing."""

    code = "public.claim_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimText:
    """What stands beside a figure, in both languages; English may be missing."""

    title: str
    title_en: str = ""
    effort: str
    effort_en: str = ""
    outcome: str
    outcome_en: str = ""


@transaction.atomic
def publish(
    *,
    slug: str,
    kind: str,
    first_on: date,
    last_on: date,
    text: ClaimText,
    by: User,
    at: datetime,
) -> ClaimEdition:
    """Publish a figure with what it comes to now; or an edition more of one there is.

    Raises
    ------
    NotAllowed
    ClaimUnclear
        An unknown kind, days to come or the wrong way round, or nothing said of effort
        and outcome.
    ClaimTaken
    """
    check_can(by, Capability.SUPERVISE_CASES)
    if (
        kind not in KINDS
        or not first_on <= last_on <= at.astimezone(ZONE).date()
        or not (text.title.strip() and text.effort.strip() and text.outcome.strip())
    ):
        raise ClaimUnclear(f"{slug} {kind} {first_on} to {last_on}")
    if slug == RESERVED:
        raise ClaimTaken(slug)
    what = {"kind": kind, "first_on": first_on, "last_on": last_on}
    claim, _ = PublicClaim.objects.get_or_create(slug=slug, defaults=what)
    if (claim.kind, claim.first_on, claim.last_on) != (kind, first_on, last_on):
        raise ClaimTaken(slug)
    tally = KINDS[kind].count(Days(first_on, last_on))
    edition = ClaimEdition.objects.create(
        claim=claim,
        value=tally.value,
        out_of=tally.out_of,
        at=at,
        by=by,
        **asdict(text),
    )
    audit.record(
        kind="claim.published",
        subject=slug,
        by=by,
        at=at,
        value=tally.value,
        out_of=tally.out_of,
    )
    return edition


@transaction.atomic
def withdraw(
    *, claim: PublicClaim, because: str, by: User, at: datetime
) -> ClaimEdition:
    """Withdraw a figure: it stays to be read, with why; so does what was said about it.

    Raises
    ------
    NotAllowed
    ClaimWithdrawn
    """
    check_can(by, Capability.SUPERVISE_CASES)
    last = claim.editions.first()
    because = because.strip()
    if last is None or last.withdrawn_because or not because:
        raise ClaimWithdrawn(claim.slug)
    edition = ClaimEdition.objects.create(
        claim=claim,
        **{
            name: getattr(last, name)
            for name in (*ClaimText.__slots__, "value", "out_of")
        },
        withdrawn_because=because,
        at=at,
        by=by,
    )
    audit.record(
        kind="claim.withdrawn", subject=claim.slug, by=by, at=at, because=because
    )
    return edition


@transaction.atomic
def note_word(
    *, claim: PublicClaim, word: Word, by: User | None, at: datetime
) -> ClaimWord:
    """Note that a word is about a figure; by None its sender said so. Twice is once.

    Raises
    ------
    NotAllowed
    """
    if by is not None:
        check_can(by, Capability.SUPERVISE_CASES)
    noted, is_new = ClaimWord.objects.get_or_create(
        claim=claim, word=word, defaults={"by": by, "at": at}
    )
    if is_new:
        audit.record(
            kind="claim.word_noted",
            subject=claim.slug,
            by=by,
            at=at,
            word=word.number,
        )
    return noted
