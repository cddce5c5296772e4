"""What people call something, in templates."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named_by(code: str, names: Mapping[str, str]) -> str:
    """Return the name of a code: ``{{ code|named_by:station_names }}``.

    The code itself where nobody has given it a name.

    >>> named_by("S01", {"S01": "临河所"}), named_by("S02", {})
    ('临河所', 'S02')
    """
    return names.get(code, code) if names else code
