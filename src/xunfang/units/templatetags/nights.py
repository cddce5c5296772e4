"""Minutes of a night as civil time."""

from django import template

register = template.Library()


@register.filter
def clock(minute: int) -> str:
    """Say a minute of the night as civil time: 1500 is 01:00.

    >>> clock(1500)
    '01:00'
    """
    hour, rest = divmod(minute, 60)
    return f"{hour % 24:02d}:{rest:02d}"
