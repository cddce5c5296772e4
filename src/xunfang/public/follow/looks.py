"""Who has looked at what somebody said: in which role, of which unit, when, and why.

Never a name: it is the office that answers for it. Lists, in which a word stands among
others, are not on record; every opening of the page of its matter is.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from xunfang.accounts.models import Role
from xunfang.audit.models import Event
from xunfang.cases.log import ZONE
from xunfang.cases.policies import Ground
from xunfang.feedback.models import Word
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
    stations = {
        station.code: local_name(station.name, station.name_en)
        for station in Station.objects.filter(code__in={key[3] for key in times})
    }
    roles = dict(Role.choices)
    return [
        Look(
            on=on,
            what=WHAT[kind],
            role=roles.get(role, role),
            unit=stations.get(unit, unit) or _("of the city"),
            why=WHY.get(why, why) if kind == VIEWED else why,
            n_times=n_times,
        )
        for (on, kind, role, unit, why), n_times in times.items()
    ]
