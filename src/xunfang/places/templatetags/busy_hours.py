"""When a place is busy, as people read it."""

from django import template
from django.utils.translation import pgettext

from xunfang.places.register.forms import WEEKDAYS
from xunfang.web.names import listed

register = template.Library()


@register.filter
def clock(minute: int) -> str:
    """Say a minute of the day as civil time.

    >>> clock(1500)
    '01:00'
    """
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


@register.filter
def weekday_names(weekdays: str) -> str:
    """Name the weekdays of a window."""
    if len(weekdays) == len(WEEKDAYS):
        return pgettext("hours", "every day")
    return listed(str(name) for day, name in WEEKDAYS if day in weekdays)
