"""Places where small things happen again and again, with the calls that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from xunfang.accounts.models import User
from xunfang.calls import queries as calls
from xunfang.calls.models import Call, CallLink
from xunfang.core.demand.events import Link, read_events
from xunfang.core.demand.repeats import WITHIN_DAYS, find_repeat_places
from xunfang.core.geo import Floats
from xunfang.core.streets.modes import Mode
from xunfang.places import queries as places

SMALL_CLASSES = ("C2.2", "C2.3", "C2.4", "C4")
"""Codes of classes that count as small, with everything below them: thefts from shops,
of and from vehicles, of batteries, pickpocketing, damage."""


@dataclass(frozen=True, slots=True)
class RepeatLine:
    """A place worth a visit, and why."""

    lon: float
    lat: float
    """On the nearest street, so that no single door is pointed at; where there are no
    streets, rounded to about a hundred metres."""
    street: str
    evidence: Sequence[tuple[Call, float]]
    """Calls by time, and how far each was from the middle, in metres."""


def find_repeats(user: User, *, now: datetime) -> list[RepeatLine]:
    """Return the repeat places of the last 60 days among what a person may see.

    Only what residents reported, each matter once; nothing that is restricted. Three
    queries.
    """
    found = list(
        calls.visible_to(user)
        .filter(
            reporter="resident",
            restriction="",
            merged_into=None,
            lon__isnull=False,
            reported_at__gt=now - timedelta(days=WITHIN_DAYS),
            reported_at__lte=now,
        )
        .exclude(pk__in=CallLink.objects.filter(undone_at=None).values("call"))
        .select_related("initial_class", "final_class", "station")
        .order_by("reported_at", "id")
    )
    small = [
        call for call in found if call.call_class and is_small(call.call_class.code)
    ]
    if not small:
        return []
    columns: dict[str, list[Any]] = {
        "place": [call.number for call in small],
        "at": [call.reported_at for call in small],
        "class_code": [call.call_class.code for call in small if call.call_class],
        "source": [call.reporter for call in small],
        "link": [Link.FIRST.value] * len(small),
    }
    numbers = [call.number for call in small]
    lonlat = np.array([(call.lon, call.lat) for call in small])
    repeats = find_repeat_places(
        read_events(columns, places=numbers, zone=ZoneInfo(settings.TIME_ZONE)),
        event_ids=numbers,
        lonlat_of_place=lonlat,
        small_classes=set(columns["class_code"]),
    )
    by_number = {call.number: call for call in small}
    points, streets = _on_streets(lonlat[[repeat.place for repeat in repeats]])
    return [
        RepeatLine(
            lon=lon,
            lat=lat,
            street=street,
            evidence=[
                (by_number[one.event_id], one.distance_m) for one in repeat.evidence
            ],
        )
        for repeat, (lon, lat), street in zip(repeats, points, streets, strict=True)
    ]


def is_small(code: str) -> bool:
    """Say whether a class counts as small: by its code, or that of a class above it.

    >>> is_small("C2.4.1"), is_small("C2"), is_small("C40")
    (True, False, False)
    """
    return any(code == one or code.startswith(f"{one}.") for one in SMALL_CLASSES)


def _on_streets(lonlat: Floats) -> tuple[list[tuple[float, float]], list[str]]:
    network = places.find_current_network()
    if network is None or not len(lonlat):
        rounded = [(round(lon, 3), round(lat, 3)) for lon, lat in lonlat.tolist()]
        return rounded, [""] * len(rounded)
    snaps = places.travel_times(network.code, Mode.FOOT).snap(lonlat)
    points = [(lon, lat) for lon, lat in snaps.lonlat.tolist()]
    return points, places.street_names(network.code, points)
