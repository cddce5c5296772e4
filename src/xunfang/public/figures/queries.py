"""Count. Every figure here can be counted again from the rows beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, Topic, WordLink
from xunfang.cases.queries import with_words
from xunfang.core.casework.steps import State
from xunfang.feedback.models import Word
from xunfang.public.models import SentCount, ThanksItem
from xunfang.units.models import Station

PERIODS = (30, 90, 365)


def begins(days: int, *, at: datetime) -> datetime:
    """Return from when words and cases of the last days count: a midnight."""
    day = at.astimezone(ZONE).date() - timedelta(days=days - 1)
    return datetime.combine(day, time(), ZONE)


# What was sent, and what was heard


def sent_counts() -> QuerySet[SentCount]:
    """Return what was entered and not corrected since, the latest days first."""
    return (
        SentCount.objects.filter(corrected_by=None)
        .select_related("by", "corrects")
        .order_by("-last_on", "-first_on", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Listening:
    """Words received for messages sent, in the days of which it is known."""

    n_received: int
    n_sent: int
    first_on: date
    last_on: date

    @property
    def per_word(self) -> int | None:
        """Messages sent for each word received; None where none was received."""
        return round(self.n_sent / self.n_received) if self.n_received else None


def listening(counts: Sequence[SentCount]) -> Listening | None:
    """Return the ratio over every day that a count covers; None without any count.

    A day that two counts cover, of two providers, is one day of words.
    """
    if not counts:
        return None
    during = Q(pk__in=[])
    for first, last in _together([(each.first_on, each.last_on) for each in counts]):
        during |= Q(
            received_at__gte=datetime.combine(first, time(), ZONE),
            received_at__lt=datetime.combine(last + timedelta(days=1), time(), ZONE),
        )
    return Listening(
        n_received=Word.objects.filter(during).count(),
        n_sent=sum(each.n_sent for each in counts),
        first_on=min(each.first_on for each in counts),
        last_on=max(each.last_on for each in counts),
    )


def _together(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """Join spans of days that touch.

    >>> _together([(date(2026, 1, 5), date(2026, 1, 9)), (date(2026, 1, 1), date(2026, 1, 6))])
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 9))]
    """
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


# Thanks and criticism


@dataclass(frozen=True, slots=True)
class Balance:
    """Words of thanks and words of criticism, counted alike."""

    n_thanks: int
    n_criticism: int
    n_banners: int
    n_letters: int


def balance(*, since: datetime) -> Balance:
    """Count words received since, by what their case is about; a word counts once.

    Hidden or shown, answered or not, sealed or public: nothing is left out.
    """
    last_item = ThanksItem.objects.filter(word=OuterRef("pk")).order_by("-at", "-pk")
    words = Word.objects.filter(received_at__gte=since)
    of_thanks = words.filter(pk__in=_words_about(Topic.THANKS)).annotate(
        item=Subquery(last_item.values("item")[:1])
    )
    counted = of_thanks.aggregate(
        thanks=Count("pk"),
        banners=Count("pk", filter=Q(item=ThanksItem.BANNER)),
        letters=Count("pk", filter=Q(item=ThanksItem.LETTER)),
    )
    return Balance(
        n_thanks=counted["thanks"],
        n_criticism=words.filter(pk__in=_words_about(Topic.CRITICISM)).count(),
        n_banners=counted["banners"],
        n_letters=counted["letters"],
    )


def _words_about(topic: str) -> QuerySet[WordLink, int]:
    links = WordLink.objects.filter(ended_at=None, case__topic__code=topic)
    return links.values_list("word", flat=True)


def thanks() -> QuerySet[Word]:
    """Return the words of thanks with what came with each (``item``), the latest first."""
    last = ThanksItem.objects.filter(word=OuterRef("pk")).order_by("-at", "-pk")
    return (
        Word.objects.filter(pk__in=_words_about(Topic.THANKS))
        .select_related("said")
        .annotate(
            item=Subquery(last.values("item")[:1]),
            given_on=Subquery(last.values("given_on")[:1]),
        )
        .order_by("-received_at", "-pk")
    )


# What became of what was said


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Words received since a day, by how far their case is."""

    n_words: int
    n_answered: int
    n_in_hand: int
    n_elsewhere: int
    n_waiting: int
    """Nobody has taken it yet."""


def outcomes(*, since: datetime) -> Outcomes:
    """Count words by the state of their first case: each is in one place."""
    first = (
        WordLink.objects.filter(word=OuterRef("pk"), ended_at=None)
        .order_by("pk")
        .values("case__state")[:1]
    )
    words = Word.objects.filter(received_at__gte=since).annotate(state=Subquery(first))
    by_state = dict(
        words.order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )

    def n(*states: State) -> int:
        return sum(by_state.get(state.value, 0) for state in states)

    return Outcomes(
        n_words=sum(by_state.values()),
        n_answered=n(State.ANSWERED, State.CLOSED),
        n_in_hand=n(State.IN_HAND, State.PAUSED),
        n_elsewhere=n(State.ELSEWHERE),
        n_waiting=n(State.NEW, State.SORTED),
    )


# Promises


@dataclass(frozen=True, slots=True)
class Promises:
    """Days that were kept, missed, or are still to come, of one station or the city."""

    code: str
    name: str
    name_en: str
    replies_kept: int
    replies_broken: int
    replies_open: int
    settled_kept: int
    settled_broken: int
    settled_open: int


def promises(*, since: datetime, at: datetime) -> list[Promises]:
    """Return how the days of cases opened since were kept, station by station, by code.

    A day is kept if it was met, broken if it went by, open while it is to come or the
    clock stands. Sealed cases are the city's: so nobody learns of which station they are.
    """
    replied, settled = (
        _kept("replied_at", "reply_by", at),
        _kept("settled_at", "settle_by", at),
    )
    cases = with_words(Case.objects.filter(opened_at__gte=since)).order_by()
    sums = {
        "replies_kept": Count("pk", filter=replied[0]),
        "replies_broken": Count("pk", filter=replied[1]),
        "n": Count("pk"),
        "settled_kept": Count("pk", filter=settled[0]),
        "settled_broken": Count("pk", filter=settled[1]),
    }
    by_station = {
        station: dict(zip(sums, figures, strict=True))
        for station, *figures in cases.filter(is_sealed=False)
        .values("station")
        .annotate(**sums)
        .values_list("station", *sums)
    }
    sealed = cases.filter(is_sealed=True).aggregate(**sums)
    city = by_station.pop(None, dict.fromkeys(sums, 0))
    city = {name: city[name] + sealed[name] for name in sums}
    rows = [("", "", "", city)] if city["n"] else []
    rows += [
        (each.code, each.name, each.name_en, by_station[each.pk])
        for each in Station.objects.order_by("code")
        if each.pk in by_station
    ]
    return [
        Promises(
            code=code,
            name=name,
            name_en=name_en,
            replies_kept=n["replies_kept"],
            replies_broken=n["replies_broken"],
            replies_open=n["n"] - n["replies_kept"] - n["replies_broken"],
            settled_kept=n["settled_kept"],
            settled_broken=n["settled_broken"],
            settled_open=n["n"] - n["settled_kept"] - n["settled_broken"],
        )
        for code, name, name_en, n in rows
    ]


def _kept(done: str, due: str, at: datetime) -> tuple[Q, Q]:
    """Return when a promise was kept, and when it was broken."""
    kept = Q(**{f"{done}__isnull": False, f"{done}__lte": F(due)})
    late = Q(**{f"{done}__isnull": False, f"{done}__gt": F(due)})
    gone = Q(**{f"{done}__isnull": True, f"{due}__lt": at, "paused_at__isnull": True})
    return kept, late | gone
