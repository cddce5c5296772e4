"""Published sheets as PDF: one A4 sheet a crew, of one station or of the whole city."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xunfang.core.errors import DomainError
from xunfang.core.streets.network import StreetNetwork
from xunfang.patrols.models import Publication
from xunfang.patrols.sheets.layout import Layout, lay_out, page_measures, rows_of
from xunfang.patrols.sheets.map import draw_map
from xunfang.places import queries as places
from xunfang.web.documents import (
    Document,
    compile_document,
    measure_document,
    with_sides,
)

ZONE = ZoneInfo(settings.TIME_ZONE)
TEMPLATES = Path(__file__).parent / "documents"
TEMPLATE = TEMPLATES / "duty_sheets.typ"
DIGEST_SHOWN = 10
"""Characters of the digest on paper: enough to tell editions apart."""

type Json = dict[str, Any]


class NotPublished(DomainError):
    """There is nothing to print: a draft is not an order."""

    code = "patrols.not_published"


class CrewNotInSheets(DomainError):
    """The published sheets have none for this crew."""

    code = "patrols.crew_not_in_sheets"


def print_sheets(
    publications: Sequence[Publication], *, crew_code: str = ""
) -> Document:
    """Return the sheets of all crews, or of one, in the reader's language.

    Publications need their ``plan`` and ``station`` at hand.

    Raises
    ------
    NotPublished
        Nothing is published.
    CrewNotInSheets
        The crew is in none of them.
    """
    if not publications:
        raise NotPublished("no sheets to print")
    sheets = [
        (publication, sheet)
        for publication in publications
        for sheet in _sheets(publication, crew_code=crew_code)
    ]
    if not sheets:
        raise CrewNotInSheets(f"no sheet of {crew_code!r}")
    data = {
        "lang": "zh" if is_chinese() else "en",
        "title": sheet_title(publications, crew_code=crew_code),
        "author": publications[0].sheet["published_by"],
        "words": _words(),
        "page": page_measures(),
    }
    on_maps = _letters_on_maps(publications)

    def measure(style: str, some: Sequence[Json]) -> list[Json]:
        asked = {"measures": True, "style": style, "sheets": some, "on_maps": on_maps}
        return measure_document(TEMPLATE, data | asked)

    layouts = lay_out([sheet for _publication, sheet in sheets], measure)
    both_sides = any(len(layout.pages) > 1 for layout in layouts)
    data |= {
        "measures": False,
        "both_sides": both_sides,
        "sheets": [
            sheet | _laid(publication, sheet["crew"]["code"], layout)
            for (publication, sheet), layout in zip(sheets, layouts, strict=True)
        ],
    }
    document = compile_document(TEMPLATE, data, at=last_change(publications))
    return replace(document, pdf=with_sides(document.pdf, both_sides=both_sides))


def sheet_title(publications: Sequence[Publication], *, crew_code: str = "") -> str:
    """Name the file that somebody saves."""
    first = publications[0]
    where = (
        text_of(first)["station"]
        if len(publications) == 1
        else pgettext("sheet", "Whole city")
    )
    crews = [c["name"] for c in text_of(first)["crews"] if c["code"] == crew_code]
    edition = (
        _("edition %(n)d") % {"n": first.edition} if len(publications) == 1 else ""
    )
    what = pgettext("sheet", "Night duty sheet")
    return " ".join(
        part for part in (str(first.night), where, *crews, what, edition) if part
    )


def last_change(publications: Iterable[Publication]) -> datetime:
    """When the papers last became what they are: published, or ended."""
    return max(
        publication.ended_at or publication.published_at for publication in publications
    )


def text_of(publication: Publication) -> Json:
    """Return the words of a sheet in the reader's language."""
    texts: Mapping[str, Json] = publication.sheet["texts"]
    return texts["zh-hans"] if is_chinese() else texts["en"]


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def moment(at: datetime) -> str:
    """Say a moment as the clock on the wall shows it."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def foot_of(publication: Publication, who: str) -> str:
    """Say which edition a paper is of, so that a withdrawn one is recognised."""
    return _("%(who)s · edition %(n)d · published %(at)s · digest %(digest)s") % {
        "who": who,
        "n": publication.edition,
        "at": moment(publication.published_at),
        "digest": publication.digest[:DIGEST_SHOWN],
    }


def ending_of(publication: Publication) -> Json | None:
    """Say that a paper no longer counts, since when, by whom and why."""
    if publication.ended_at is None or publication.ended_by is None:
        return None
    facts = {
        "at": moment(publication.ended_at),
        "by": publication.ended_by.display_name,
        "why": publication.ended_why,
    }
    if publication.is_withdrawn:
        text = _("WITHDRAWN at %(at)s by %(by)s: %(why)s. Do not act on this sheet.")
        return {"text": text % facts, "mark": pgettext("sheet", "WITHDRAWN")}
    text = _("REPLACED at %(at)s by %(by)s. A newer edition is in force.")
    return {"text": text % facts, "mark": pgettext("sheet", "REPLACED")}


def _sheets(publication: Publication, *, crew_code: str) -> Iterable[Json]:
    sheet, text = publication.sheet, text_of(publication)
    ending = ending_of(publication)
    edition_line = _("Edition %(n)d · %(by)s · %(at)s") % {
        "n": publication.edition,
        "by": sheet["published_by"],
        "at": moment(publication.published_at),
    }
    for crew in text["crews"]:
        if crew_code not in {"", crew["code"]}:
            continue
        yield {
            "station": text["station"],
            "night": text["night"],
            "desk": text["desk"],
            "notices": text["notices"],
            "crew": {name: said for name, said in crew.items() if name != "stops"},
            "stops": rows_of(crew["stops"]),
            "edition_line": edition_line,
            "ending": ending,
            "foot": foot_of(publication, f"{text['station']} {crew['name']}"),
        }


def _laid(publication: Publication, crew_code: str, layout: Layout) -> Json:
    """Return how a sheet is set, and its map drawn to size."""
    station = publication.station
    return {
        "laid": {
            "style": layout.style,
            "beside": layout.beside,
            "pages": layout.pages,
        },
        "map": {
            "width": layout.map_width_mm,
            "height": layout.map_height_mm,
            "svg": draw_map(
                features_of(publication, crew_code),
                network=_streets(publication.sheet["network"]),
                station=(station.lon, station.lat),
                station_mark=pgettext("map", "S"),
                width_mm=layout.map_width_mm,
                height_mm=layout.map_height_mm,
            ),
        },
    }


def _letters_on_maps(publications: Iterable[Publication]) -> str:
    """Return every character of a street's name, once.

    Maps are drawn after the pages are measured. Where one might bring a character that
    cannot be printed, the line that says so has its place already.
    """
    letters: set[str] = set()
    for code in sorted({publication.sheet["network"] for publication in publications}):
        if (network := _streets(code)) is not None:
            letters.update(*network.names.tolist())
    return "".join(sorted(letters))


def features_of(publication: Publication, crew_code: str) -> list[Json]:
    """Return what a plan draws of one crew."""
    route = publication.sheet["routes"].get(crew_code)
    return [
        feature
        for feature in publication.plan.drawing.get("features", ())
        if route is not None and feature["properties"].get("unit") == route
    ]


def _streets(code: str) -> StreetNetwork | None:
    """Return the streets a sheet was drawn on; None if they are not kept any more."""
    try:
        return places.load_streets(code) if code else None
    except OSError:
        return None


def _words() -> dict[str, str]:
    return {
        "title": pgettext("sheet", "Night duty sheet"),
        "shift": pgettext("sheet", "Shift"),
        "muster": pgettext("sheet", "Muster"),
        "mode": pgettext("sheet", "Travels"),
        "desk": pgettext("sheet", "Duty desk"),
        "no_desk": pgettext("sheet", "no number on file"),
        "people": pgettext("sheet", "Goes out"),
        "stand_ins": pgettext("sheet", "Stands in"),
        "nobody": pgettext("sheet", "Nobody is named"),
        "no_stand_in": pgettext("sheet", "No stand-in is named"),
        "notices": pgettext("sheet", "Notices"),
        "map": pgettext("sheet", "Map of the crew's way"),
        "number": pgettext("sheet", "No."),
        "time": pgettext("sheet", "Time"),
        "minutes": pgettext("sheet", "For"),
        "place": pgettext("sheet", "Place"),
        "why": pgettext("sheet", "Why"),
        "post": pgettext("sheet", "post"),
        "overleaf": pgettext("sheet", "Continues on the back"),
        "in_reserve": _("Nothing planned: in reserve at the station."),
        "gear": pgettext("sheet", "Take along"),
        "returned": pgettext("sheet", "Back at"),
        "signed": pgettext("sheet", "Signed"),
        "gear_back": pgettext("sheet", "Gear complete / missing"),
        "substituted": _("〓 stands for a character that cannot be printed: "),
    }
