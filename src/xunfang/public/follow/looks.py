"""Who has looked at what somebody said: in which role, of which unit, when, and why.

Never a name: it is the office that answers for it. Every opening of the page of its matter
is told; of lists, and of pages beside it, which they were on which day, and to how many
people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from xunfang.accounts.models import Role
from xunfang.audit.models import Event
from xunfang.cases.log import ZONE
from xunfang.cases.policies import Ground
from xunfang.feedback.models import Where, Word
from xunfang.feedback.queries import showings_of
from xunfang.units.models import Station
from xunfang.web.names import local_name

VIEWED = "case.viewed"
WHAT: Mapping[str, str | Promise] = {
    VIEWED: pgettext_lazy("look", "Read your words"),
    "contact.asked": pgettext_lazy("look", "Asked to see how you are reached"),
    "contact.confirmed": pgettext_lazy("look", "Agreed that it is needed"),
    "contact.opened": pgettext_lazy("look", "Saw how you are reached"),
}
WHY: Mapping[str, str | Promise] = {
    Ground.OWNER: pgettext_lazy("look", "They work on it"),
    Ground.STATION: pgettext_lazy("look", "It lies on their station's ground"),
    Ground.URGENT: pgettext_lazy(
        "look", "Life may be at risk, and the place is unknown"
    ),
    Ground.CITY: pgettext_lazy("look", "They oversee the matters of the whole city"),
}
ROLES = dict(Role.choices)
WHERE = dict(Where.choices)
N_READ = 1000
"""The newest entries of the record that are looked through."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the people of one unit and role did on one day, for one reason."""

    on: date
    what: str | Promise
    role: str | Promise
    unit: str
    why: str | Promise
    """What was typed, or on what ground they may read it."""
    n_times: int


def looks_at(word: Word) -> list[Look]:
    """Return who has looked at a word and its contact, the latest day first."""
    found = Q(kind__in=[kind for kind in WHAT if kind != VIEWED], subject=word.number)
    for link in word.links.select_related("case"):
        views = Q(kind=VIEWED, subject=link.case.number, at__gte=link.at)
        if link.ended_at is not None:
            views &= Q(at__lt=link.ended_at)
        found |= views
    events = Event.objects.filter(found).select_related("by").order_by("-at", "-pk")
    times: Counter[tuple[date, str, str, str, str]] = Counter()
    for event in events[:N_READ]:
        detail, by = event.detail, event.by
        times[
            event.at.astimezone(ZONE).date(),
            event.kind,
            detail.get("role") or (by.role if by else ""),
            detail.get("unit") or (by.station_code if by else ""),
            detail.get("reason") or detail.get("ground", ""),
        ] += 1
    stations = _names(key[3] for key in times)
    return [
        Look(
            on=on,
            what=WHAT[kind],
            role=ROLES.get(role, role),
            unit=stations.get(unit, unit) or _("of the city"),
            why=WHY.get(why, why) if kind == VIEWED else why,
            n_times=n_times,
        )
        for (on, kind, role, unit, why), n_times in times.items()
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """In which lists the people of one unit and role were shown a word on one day."""

    on: date
    role: str | Promise
    unit: str
    where: Sequence[str | Promise]
    n_people: int


def showings_to(word: Word) -> list[Shown]:
    """Return in which lists a word was shown, the latest day first; two queries."""
    rows = list(
        showings_of(word).values_list("on", "unit", "role", "where", "by")[:N_READ]
    )
    stations = _names(unit for _, unit, *_ in rows)
    found = []
    for (on, unit, role), group in groupby(rows, key=itemgetter(0, 1, 2)):
        where, people = map(set, zip(*(row[3:] for row in group), strict=True))
        found.append(
            Shown(
                on=on,
                role=ROLES.get(role, role),
                unit=stations.get(unit, unit) or _("of the city"),
                where=[name for value, name in WHERE.items() if value in where],
                n_people=len(people),
            )
        )
    return found


def _names(codes: Iterable[str]) -> dict[str, str]:
    return {
        station.code: local_name(station.name, station.name_en)
        for station in Station.objects.filter(code__in=set(codes))
    }
