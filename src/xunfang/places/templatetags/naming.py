"""Names and times in templates of this room."""

from collections.abc import Mapping
from typing import Any

from django import template

from xunfang.places.names import local_name as name_for_reader

register = template.Library()


@register.filter
def local_name(thing: Any) -> str:
    """Return the name of a place in the reader's language."""
    return name_for_reader(thing.name, getattr(thing, "name_en", ""))


@register.filter
def local_address(point: Any) -> str:
    """Return where a service point is, in the reader's language."""
    return name_for_reader(point.address, point.address_en)


@register.filter
def station_name(code: str, offices: Mapping[str, Any]) -> str:
    """Return the name of a station; its code where it is not known."""
    office = offices.get(code)
    return code if office is None else local_name(office)


@register.filter
def station_phone(code: str, offices: Mapping[str, Any]) -> str:
    """Return the telephone of a station's duty desk; empty where it is not known."""
    office = offices.get(code)
    return "" if office is None else str(office.phone)


@register.filter
def clock(minute: int) -> str:
    """Say a minute of a day as civil time; past midnight it begins anew.

    >>> clock(1500)
    '01:00'
    """
    hour, rest = divmod(int(minute), 60)
    return f"{hour % 24:02d}:{rest:02d}"


@register.filter
def signed(number: int) -> str:
    """Write a difference with its sign: +3, −2, 0.

    >>> signed(3), signed(-2), signed(0)
    ('+3', '−2', '0')
    """
    return f"+{number}" if number > 0 else f"{number}".replace("-", "−")
