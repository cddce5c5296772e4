"""Published sheets as PDF: one A4 page a crew, of one station or of the whole city."""

from collections.abc import Iterable, Mapping, Sequence
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
from xunfang.patrols.sheets_map import draw_map
from xunfang.places import queries as places
from xunfang.web.documents import Document, compile_document

ZONE = ZoneInfo(settings.TIME_ZONE)
TEMPLATES = Path(__file__).parent / "documents"
WIDTH_MM = 186.0
PAGE_MM = 275.0
"""What a page holds between its margins."""
LEAST_MAP_MM, MOST_MAP_MM, MAP_OF_TWO_PAGES_MM = 52.0, 130.0, 112.0
UNSURE_MM = 25.0
"""By how much the room for a map may be misjudged."""
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
        sheet
        for publication in publications
        for sheet in _sheets(publication, crew_code=crew_code)
    ]
    if not sheets:
        raise CrewNotInSheets(f"no sheet of {crew_code!r}")
    return compile_document(
        TEMPLATES / "duty_sheets.typ",
        {
            "lang": "zh" if is_chinese() else "en",
            "title": sheet_title(publications, crew_code=crew_code),
            "author": publications[0].sheet["published_by"],
            "words": _words(),
            "sheets": sheets,
        },
        at=last_change(publications),
    )


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
    network = _streets(sheet["network"])
    ending = ending_of(publication)
    station = publication.station
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
            "crew": crew,
            "edition_line": edition_line,
            "ending": ending,
            "foot": foot_of(publication, f"{text['station']} {crew['name']}"),
            "maps": [
                {
                    "mm": high_mm,
                    "svg": draw_map(
                        features_of(publication, crew["code"]),
                        network=network,
                        station=(station.lon, station.lat),
                        station_mark=pgettext("map", "S"),
                        width_mm=WIDTH_MM,
                        height_mm=high_mm,
                    ),
                }
                for high_mm in _map_heights_mm(crew, n_notices=len(text["notices"]))
            ],
        }


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


def _map_heights_mm(crew: Json, *, n_notices: int) -> list[float]:
    """Return the heights of which the template takes the one that fits: mostly one.

    What the list leaves is estimated from its letters: a line of a place holds some 15,
    one of a reason 26. Where that is near to nothing, the sheet may have one page or
    two, and a map is drawn for either.
    """
    rows = sum(
        max(
            6.9,
            5.0 + 4.6 * (_letters(stop["place"]) // 15),
            4.3 + 3.4 * (_letters(stop["why"] + stop["light"] + stop["unlit"]) // 26),
        )
        for stop in crew["stops"]
    )
    n_people = max(len(crew["people"]), len(crew["stand_ins"]), 1)
    rest = 46.0 + 4.8 * n_people + 8.5 * bool(n_notices) + 8.0 * bool(crew["gear"])
    free = PAGE_MM - rows - rest
    heights = []
    if free > LEAST_MAP_MM - UNSURE_MM:
        heights.append(min(MOST_MAP_MM, max(LEAST_MAP_MM, free)))
    if free < LEAST_MAP_MM + UNSURE_MM:
        heights.append(MAP_OF_TWO_PAGES_MM)
    return heights


def _letters(text: str) -> float:
    """Count characters as Chinese ones are wide."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.55 for letter in text)


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
        "in_reserve": _("Nothing planned: in reserve at the station."),
        "gear": pgettext("sheet", "Take along"),
        "returned": pgettext("sheet", "Back at"),
        "signed": pgettext("sheet", "Signed"),
        "gear_back": pgettext("sheet", "Gear complete / missing"),
        "substituted": _("〓 stands for a character that cannot be printed: "),
    }
