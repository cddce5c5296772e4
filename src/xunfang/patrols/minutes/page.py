"""What the page of a place's minutes shows, to staff and to everybody; and its file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import pgettext

from xunfang.patrols.minutes import queries
from xunfang.patrols.minutes.chart import draw
from xunfang.patrols.models import Reinforcement
from xunfang.web.tables import CSV_TYPE, write_csv


def context_of(order: Reinforcement, *, at: datetime) -> dict[str, Any]:
    """Return what ``patrols/partials/minutes.html`` draws."""
    minutes = queries.minutes_around(order, at=at)
    return {"minutes": minutes, "chart": draw(minutes), "place": order.place}


def file_of(order: Reinforcement, *, at: datetime) -> HttpResponse:
    """Answer with the rows of the table as CSV."""
    minutes = queries.minutes_around(order, at=at)
    header = [
        pgettext("minutes", "First night"),
        pgettext("minutes", "Last night"),
        pgettext("minutes", "Before or after"),
        pgettext("minutes", "Nights"),
        pgettext("minutes", "Nights measured"),
        pgettext("minutes", "Minutes measured"),
        pgettext("minutes", "Minutes a week"),
        pgettext("minutes", "Minutes planned"),
    ]
    return HttpResponse(
        write_csv(header, [_cells(week) for week in minutes.weeks]),
        content_type=CSV_TYPE,
        headers={
            "Content-Disposition": (
                f'attachment; filename="minutes-{order.place.code}.csv"'
            )
        },
    )


def _cells(week: queries.Week) -> Sequence[object]:
    return (
        week.first,
        week.last,
        pgettext("minutes", "After")
        if week.is_after
        else pgettext("minutes", "Before"),
        week.n_nights,
        week.n_measured,
        round(week.measured_min, 1),
        "" if week.per_week is None else round(week.per_week, 1),
        round(week.planned_min, 1),
    )
