"""Which figures stand, what they come to today, and what is said about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from xunfang.cases.models import PublicText, WordLink
from xunfang.public.claims.kinds import KINDS, Days, Kind, Tally
from xunfang.public.matters.queries import public_cases, words_to_show
from xunfang.public.matters.rows import Matter, matters_of
from xunfang.public.models import ClaimEdition, PublicClaim
from xunfang.web.names import local_name

_SLUG = re.compile(r"[-\w]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it stands: its last edition, and those before."""

    row: PublicClaim
    editions: Sequence[ClaimEdition]
    """The last first."""

    @property
    def now(self) -> ClaimEdition:
        """The edition that counts."""
        return self.editions[0]

    @property
    def published(self) -> Sequence[ClaimEdition]:
        """Every time it was published, the last first."""
        return [each for each in self.editions if not each.withdrawn_because]

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return local_name(self.now.title, self.now.title_en)

    @property
    def effort(self) -> str:
        """What was done, in the reader's language."""
        return local_name(self.now.effort, self.now.effort_en)

    @property
    def outcome(self) -> str:
        """What came of it, in the reader's language."""
        return local_name(self.now.outcome, self.now.outcome_en)

    @property
    def kind(self) -> Kind:
        """By which it is counted."""
        return KINDS[self.row.kind]

    def recount(self) -> Tally:
        """Count it again, as the rows are now."""
        return self.kind.count(Days(self.row.first_on, self.row.last_on))


def claims() -> list[Claim]:
    """Return every claim ever published, the last published first. Two queries."""
    found = [
        Claim(row, list(row.editions.all()))
        for row in PublicClaim.objects.filter(kind__in=KINDS).prefetch_related(
            "editions"
        )
    ]
    return sorted(found, key=lambda each: each.published[0].at, reverse=True)


def find_claim(slug: str) -> Claim | None:
    """Return a claim by its address; what cannot be one is not looked for."""
    if not _SLUG.fullmatch(slug):
        return None
    row = PublicClaim.objects.filter(slug=slug, kind__in=KINDS).first()
    return None if row is None else Claim(row, list(row.editions.all()))


@dataclass(frozen=True, slots=True)
class SaidOfIt:
    """What was said about a claim, as everybody may read it."""

    matters: Sequence[Matter]
    """With their answers, the latest first."""
    n_words: int
    """All words about it, also those that are not shown."""
    n_unshown: int


N_SHOWN = 100
"""Matters on one page; the others are found among all matters."""


def said_of(claim: Claim, *, at: datetime) -> SaidOfIt:
    """Return the public matters in which somebody speaks about a claim."""
    words = set(claim.row.words.values_list("word", flat=True))
    links = WordLink.objects.filter(ended_at=None, word__in=words)
    cases = public_cases().filter(pk__in=links.values("case"))
    readable = (
        words_to_show()
        .filter(pk__in=links.filter(case__in=cases.order_by()).values("word"))
        .filter(Exists(PublicText.objects.filter(word=OuterRef("pk"))))
    )
    return SaidOfIt(
        matters=matters_of(cases[:N_SHOWN], at=at),
        n_words=len(words),
        n_unshown=len(words) - readable.count(),
    )
