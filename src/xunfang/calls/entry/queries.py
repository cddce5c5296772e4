"""Calls that may be the matter somebody is just taking down."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xunfang.accounts.models import User
from xunfang.calls import queries
from xunfang.calls.models import Call, CallerWords
from xunfang.core.dispatching import alike
from xunfang.core.dispatching.alike import Likeness, Report
from xunfang.core.dispatching.sheets import CallStatus

MOST = 5


@dataclass(frozen=True, slots=True)
class Similar:
    """A known call, and why it may be the same."""

    call: Call
    words: str
    """The first that was said; empty where the call is restricted."""
    likeness: Likeness

    @property
    def minutes(self) -> int:
        """How long before (or after) it was reported."""
        return round(self.likeness.apart.total_seconds() / 60)

    @property
    def metres(self) -> int | None:
        """How far from it; None where one of the two has no point."""
        distance_m = self.likeness.distance_m
        return None if distance_m is None else 10 * round(distance_m / 10)

    @property
    def percent(self) -> int:
        """How many of their words are alike."""
        return round(100 * self.likeness.words_share)


def similar(
    user: User,
    *,
    words: str,
    place_text: str,
    point: tuple[float, float] | None,
    at: datetime,
) -> Sequence[Similar]:
    """Return open calls that may be the same matter, the likeliest first; two queries."""
    open_ones = (
        queries.visible_to(user)
        .exclude(status=CallStatus.CLOSED.value)
        .filter(
            merged_into=None,
            reported_at__range=(at - alike.NEAR_IN_TIME, at + alike.NEAR_IN_TIME),
        )
        .select_related("initial_class", "final_class", "station")
    )
    calls = {call.pk: call for call in open_ones}
    said: defaultdict[int, list[str]] = defaultdict(list)
    for row in CallerWords.objects.filter(call__in=calls):
        said[row.call_id].append(row.words)
    new = Report(0, at, f"{place_text} {words}", point)
    likely = alike.like(
        new,
        (
            Report(
                key,
                call.reported_at,
                " ".join([call.place_text, *said[key]]),
                None if call.lon is None or call.lat is None else (call.lon, call.lat),
            )
            for key, call in calls.items()
        ),
    )
    return [
        Similar(
            calls[one.key],
            "" if calls[one.key].restriction else "".join(said[one.key][:1]),
            one,
        )
        for one in likely[:MOST]
    ]
