"""Sources, feeds and imports: who may read which, and what units are called there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.calls.mirror.units import plain
from xunfang.calls.models import (
    CallFeed,
    CallImport,
    CallSetAside,
    CallSource,
    UnitName,
)
from xunfang.units.models import Shift

N_IMPORTS = 20
"""Of so many last imports that met unknown units, names are offered to be matched."""
CREWS_OF = timedelta(days=14)
"""Crews of so many nights, and of those to come, are offered."""
N_LIKELY = 3
LIKE_ENOUGH = 0.6


def sources_of(user: User) -> QuerySet[CallSource]:
    """Return the sources through which a person may bring calls in."""
    sources = CallSource.objects.filter(is_active=True).select_related("station")
    if user.station_code:
        sources = sources.filter(Q(station=None) | Q(station__code=user.station_code))
    return sources


def all_sources() -> QuerySet[CallSource]:
    """Return every source, for who looks after them."""
    return CallSource.objects.select_related("station", "saved_by")


def all_feeds() -> QuerySet[CallFeed]:
    """Return every machine that brings calls."""
    return CallFeed.objects.select_related("source", "added_by")


def imports_visible_to(user: User) -> QuerySet[CallImport]:
    """Return tables that were brought in: of one's station's people, or all of them."""
    imports = CallImport.objects.select_related("source", "feed", "imported_by").defer(
        "content"
    )
    if user.station_code:
        imports = imports.filter(imported_by__station_code=user.station_code)
    return imports


def lines_to_mend(done: CallImport) -> QuerySet[CallSetAside]:
    """Return the lines of an import that are still as they stood."""
    return CallSetAside.objects.filter(call_import=done, deleted_at=None).order_by(
        "line"
    )


@dataclass(frozen=True, slots=True)
class Sign:
    """What one of our crews is called, night after night."""

    station: int
    station_name: str
    sign: str

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return f"{self.station} {self.sign}"

    def __str__(self) -> str:
        return f"{self.sign} · {self.station_name}"


@dataclass(frozen=True, slots=True)
class UnknownUnit:
    """A name of 110's that means no crew, and crews that may be meant."""

    said: str
    n: int
    likely: tuple[Sign, ...]


def unit_names(source: CallSource) -> QuerySet[UnitName]:
    """Return what 110 calls our crews in a source's tables."""
    return source.unit_names.select_related("station", "matched_by")


def signs(*, today: date) -> list[Sign]:
    """Return what crews are called, by station; one query."""
    rows = (
        Shift.objects.filter(night__gte=today - CREWS_OF)
        .order_by("station__code", "name", "code")
        .values_list("station", "station__name", "name", "code")
        .distinct()
    )
    return list(
        dict.fromkeys(Sign(pk, of, name or code) for pk, of, name, code in rows)
    )


def unknown_units(
    source: CallSource, crews: Sequence[Sign], matched: Iterable[UnitName]
) -> list[UnknownUnit]:
    """Return the names of the last imports that mean no crew, the most frequent first."""
    known = {one.plain for one in matched}
    counts: Counter[str] = Counter()
    for said in (
        CallImport.objects.filter(source=source)
        .exclude(unknown_units={})
        .order_by("-imported_at", "-pk")
        .values_list("unknown_units", flat=True)[:N_IMPORTS]
    ):
        counts.update(said)
    return [
        UnknownUnit(name, n, _likely(name, crews))
        for name, n in counts.most_common()
        if plain(name) not in known
    ]


def _likely(name: str, crews: Sequence[Sign]) -> tuple[Sign, ...]:
    """Return the crews whose name is most like a name; none if none is."""
    said = plain(name)
    found = []
    for crew in crews:
        sign = plain(crew.sign)
        like = (
            1.0
            if sign in said or said in sign
            else SequenceMatcher(None, said, sign).ratio()
        )
        if like >= LIKE_ENOUGH:
            found.append((-like, -len(sign), crew.value, crew))
    return tuple(crew for *_, crew in sorted(found, key=lambda one: one[:3])[:N_LIKELY])
