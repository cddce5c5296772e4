"""Where the same comes again: by place and topic, and by nothing else.

The index of repeats is of a place and a topic (``core.casework.repeats`` has formula and
source). Nothing in here knows who spoke: neither names, nor contacts, nor their digests
are read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
from django.db.models import F, Q, QuerySet
from django.utils.translation import pgettext

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, RootCause, Topic
from xunfang.core.casework.repeats import Repeats, repeats_of, together
from xunfang.core.language.scripts import search_form
from xunfang.places.ground import Ground
from xunfang.web.names import local_name

PERIODS = (90, 365)
WITHIN = (7, 30, 90)
LEFT_OUT = (Topic.THANKS, Topic.EMPTY)
"""That somebody gives thanks again is no trouble; what says nothing has no cause."""


def cases_since(
    user: User, *, since: date, station: str = "", cause: str = ""
) -> QuerySet[Case]:
    """Return the sorted cases that came in from a day on, the latest first."""
    found = (
        queries.with_words(queries.visible_to(user))
        .filter(
            opened_at__gte=datetime.combine(since, time(), ZONE), topic__isnull=False
        )
        .exclude(topic__code__in=LEFT_OUT)
        .order_by("-opened_at", "-pk")
    )
    if station:
        found = found.filter(station__code=station)
    if cause:
        counted = Q(rootcause__code=cause) | Q(rootcause__merged_into__code=cause)
        said = Case.causes.through.objects.filter(counted)
        found = found.filter(pk__in=said.values("case"))
    return found


@dataclass(frozen=True, slots=True)
class Where:
    """A place as cases name it: staff's own words, else the cell of the pin."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One topic at one place, and how often it came again."""

    where: Where
    topic: Topic
    repeats: Repeats
    causes: Sequence[tuple[RootCause, int]]
    """What was found behind it, and behind how many of its cases."""


@dataclass(frozen=True, slots=True)
class Index:
    """The repeats of a period."""

    rows: Sequence[Row]
    """Places and topics with more than one case, those that came again most first."""
    whole: Repeats
    """Of all places and topics, also those that came once."""
    n_once: int
    n_nowhere: int
    """Cases without a place, in words or as a pin: they are in no row."""
    keys: Mapping[tuple[str, str], Sequence[int]]
    """The cases behind each row, by key of the place and code of the topic."""
    tally: Sequence[tuple[RootCause, int]]
    """What was found behind the cases, those that are nowhere too; the most frequent
    first."""


def index_of(cases: QuerySet[Case], *, since: date, today: date, within: int) -> Index:
    """Count cases by place and topic; six queries, however many there are."""
    rows = list(
        cases.select_related(None).values_list(
            "pk", "topic__code", "opened_at", "place_name", "lon", "lat"
        )
    )
    where = _places(rows, today)
    came = [
        ((where[pk].key, topic), opened_at.astimezone(ZONE).date())
        for pk, topic, opened_at, *_ in rows
        if pk in where
    ]
    counted = repeats_of(came, since=since, today=today, within_days=within)
    keys: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, topic, *_ in rows:
        if pk in where:
            keys[where[pk].key, topic].append(pk)
    again = sorted(
        (key for key, one in counted.items() if one.n > 1),
        key=lambda key: (-counted[key].n_again, -counted[key].n, key),
    )
    topics = {topic.code: topic for topic in Topic.objects.exclude(parent=None)}
    causes = _causes_of(cases)
    named = {one.key: one for one in reversed(where.values())}
    return Index(
        rows=[
            Row(
                named[key[0]],
                topics[key[1]],
                counted[key],
                _tally(cause for pk in keys[key] for cause in causes[pk]),
            )
            for key in again
        ],
        whole=together(counted.values()),
        n_once=len(counted) - len(again),
        n_nowhere=len(rows) - len(where),
        keys=keys,
        tally=_tally(cause for some in causes.values() for cause in some),
    )


def _causes_of(cases: QuerySet[Case]) -> defaultdict[int, set[RootCause]]:
    """Return as what the causes of cases count, by key of the case; two queries."""
    causes = RootCause.objects.in_bulk()
    found: defaultdict[int, set[RootCause]] = defaultdict(set)
    links = Case.causes.through.objects.filter(case__in=cases.order_by().values("pk"))
    for case, cause in links.values_list("case", "rootcause"):
        found[case].add(causes[causes[cause].merged_into_id or cause])
    return found


def _tally(causes: Iterable[RootCause]) -> list[tuple[RootCause, int]]:
    counted = Counter(causes)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0].code))


def _places(
    rows: Sequence[tuple[int, str, datetime, str, float | None, float | None]],
    today: date,
) -> dict[int, Where]:
    """Say where cases are, by key of the case; those that are nowhere are left out.

    What staff wrote goes before the pin, and is the same place in either script and with
    or without spaces.
    """
    found: dict[int, Where] = {}
    pinned = []
    for pk, _topic, _at, name, lon, lat in rows:
        if key := search_form(name).replace(" ", ""):
            found[pk] = Where(f"n:{key}", name.strip())
        elif lon is not None and lat is not None:
            pinned.append((pk, (lon, lat)))
    if pinned:
        points = np.array([point for _, point in pinned])
        cells = Ground.on(today).cells_of_points(points)
        for (pk, _), cell in zip(pinned, cells, strict=True):
            if cell is not None:
                name = pgettext("causes", "Cell %(code)s") % {"code": cell.code}
                found[pk] = Where(f"c:{cell.code}", f"{cell.area.name} · {name}")
    return found


def names() -> QuerySet[RootCause]:
    """Return all causes, those that are offered first."""
    return RootCause.objects.select_related(
        "added_by", "retired_by", "merged_into"
    ).order_by(F("retired_at").asc(nulls_first=True), "code")


def offered() -> QuerySet[RootCause]:
    """Return the causes that may be found behind a case now."""
    return RootCause.objects.filter(retired_at=None)


def choices_for(case: Case) -> QuerySet[RootCause]:
    """Return what may be found behind a case: what is offered, and what was said of it."""
    said = case.causes.order_by().values("pk")
    return RootCause.objects.filter(Q(retired_at=None) | Q(pk__in=said))


def counted() -> QuerySet[RootCause]:
    """Return the causes that count by themselves, whether they are offered or not."""
    return RootCause.objects.filter(merged_into=None)


def name_of(cause: RootCause) -> str:
    """Name a cause in the reader's language."""
    return local_name(cause.name, cause.name_en)


def meaning_of(cause: RootCause) -> str:
    """Say what a cause means in the reader's language."""
    return local_name(cause.meaning, cause.meaning_en)
