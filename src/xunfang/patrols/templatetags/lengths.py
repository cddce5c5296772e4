"""Lengths of time, and minutes of the night, as people read them."""

from django import template

from xunfang.patrols.rounds.page import short_text
from xunfang.patrols.wording import clock, length_text

register = template.Library()


@register.filter
def in_hours(minutes: int) -> str:
    """Write minutes as hours and minutes, to the minute."""
    return length_text(minutes)


@register.filter
def clock_of(minute: int) -> str:
    """Write a minute of the night as civil time: 1500 is 01:00."""
    return clock(minute)


@register.filter
def short_of(required_minutes: int) -> str:
    """Flag a round that lasted less than required: 未达3小时."""
    return short_text(required_minutes)
