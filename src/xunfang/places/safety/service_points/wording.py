"""What residents read: whether a service point is open, and whether anybody is there."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xunfang.places.models.service_points import WEEKDAYS
from xunfang.places.safety.service_points.queries import PointNow


def hours_sentence(row: PointNow) -> str:
    """Say whether it is open by its hours, until when, or when it opens."""
    standing = row.standing
    if not standing.is_open:
        return _opens_sentence(standing.opens, row.today)
    if standing.until is None:
        if row.staffing:
            return _("Open now, day and night.")
        return _("Its opening hours are day and night.")
    facts = _facts(standing.until)
    is_today = standing.until.date() == row.today
    if row.staffing:
        if is_today:
            return _("Open now, until %(clock)s.") % facts
        return _("Open now, until %(clock)s on %(day)s (%(weekday)s).") % facts
    # Nobody is there: "open now" would send somebody to a locked door.
    if is_today:
        return _("Its opening hours last until %(clock)s.") % facts
    return _("Its opening hours last until %(clock)s on %(day)s (%(weekday)s).") % facts


def _opens_sentence(opens: datetime | None, today: date) -> str:
    if opens is None:
        return _("Closed now; no opening day is known.")
    n_days = (opens.date() - today).days
    if n_days == 0:
        return _("Closed now, opens at %(clock)s.") % _facts(opens)
    if n_days == 1:
        return _("Closed now, opens tomorrow at %(clock)s.") % _facts(opens)
    return _("Closed now, opens on %(day)s (%(weekday)s) at %(clock)s.") % _facts(opens)


def _facts(moment: datetime) -> dict[str, object]:
    return {
        "clock": f"{moment:%H:%M}",
        "day": date_format(moment, "SHORT_DAY"),
        "weekday": WEEKDAYS[moment.isoweekday()],
    }
