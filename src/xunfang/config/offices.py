"""Names and telephones of stations, for the pages of rooms that stand below units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from xunfang.units.models import Station


@dataclass(frozen=True, slots=True)
class Office:
    """A station as other pages name it."""

    name: str
    name_en: str
    phone: str
    """Of its duty desk; empty where none is kept."""


def offices(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``offices``: station code to its ``Office``; asked for when used.

    ``places`` keeps station codes only, because stations stand above it. Here, where
    both are known, a page gets the names to its codes.
    """
    return {"offices": SimpleLazyObject(_load)}


def _load() -> Mapping[str, Office]:
    rows = Station.objects.values_list("code", "name", "name_en", "unit__phone")
    return {
        code: Office(name, name_en, phone or "") for code, name, name_en, phone in rows
    }
