"""Add up how long forms take."""

from datetime import date

from django.db.models import F

from xunfang.field.models import BurdenDay
from xunfang.units.models import Station

LONGEST_S = 30 * 60
"""A form that was open longer was put away, not filled in."""


def add_time(*, day: date, station: Station, form: str, seconds: int) -> None:
    """Add one form to the sums of its day; who filled it in is not kept.

    Called within the change that takes the entry, so that a repeated entry adds nothing.
    It is no event of the record: a sum says nothing about anybody's act.
    """
    BurdenDay.objects.get_or_create(day=day, station=station, form=form)
    BurdenDay.objects.filter(day=day, station=station, form=form).update(
        n_entries=F("n_entries") + 1,
        seconds=F("seconds") + max(0, min(seconds, LONGEST_S)),
    )
