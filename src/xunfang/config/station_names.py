"""Names of stations for the pages of rooms that know a station by its code only."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from xunfang.units.models import Station


def station_names(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``station_names``: code to name in the reader's language.

    One query, and only for pages that ask.
    """
    return {"station_names": SimpleLazyObject(_names)}


def _names() -> dict[str, str]:
    is_chinese = (get_language() or "zh").startswith("zh")
    return {
        code: name if is_chinese or not name_en else name_en
        for code, name, name_en in Station.objects.values_list(
            "code", "name", "name_en"
        )
    }
