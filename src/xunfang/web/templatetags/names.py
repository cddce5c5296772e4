"""Names in the reader's language, in templates."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from xunfang.web.names import listed, local_name

register = template.Library()


@register.filter(name="local_name")
def local_name_of(thing: Any) -> str:
    """Name anything that has a ``name`` and perhaps a ``name_en``; nothing: nothing."""
    return local_name(thing.name, getattr(thing, "name_en", "")) if thing else ""


@register.filter(name="listed")
def listed_names(things: Iterable[Any]) -> str:
    """List things by name, or texts, as the reader's language does."""
    return listed(
        local_name_of(thing) if hasattr(thing, "name") else str(thing)
        for thing in things
    )


@register.filter
def station_name(code: str, offices: Mapping[str, Any]) -> str:
    """Return the name of a station; its code where nobody has given it a name."""
    return local_name_of(offices.get(code)) or code


@register.filter
def station_phone(code: str, offices: Mapping[str, Any]) -> str:
    """Return the telephone of a station's duty desk; empty where it is not known."""
    office = offices.get(code)
    return "" if office is None else str(office.phone)
