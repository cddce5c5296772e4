"""The order for the whole night on paper: who is out where, and what is missing.

Put together from what the stations have published. A station that has published nothing
is named as such: a cover that leaves it out would say that all is well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.core.calendars.agenda import DutyKind, agenda
from xunfang.patrols import queries
from xunfang.patrols.calendars import page as calendar_page
from xunfang.patrols.models import Order, Publication
from xunfang.patrols.sheets.content import counts_of, night_text
from xunfang.patrols.sheets.pdf import (
    DIGEST_SHOWN,
    TEMPLATES,
    NotPublished,
    is_chinese,
    last_change,
    moment,
    text_of,
)
from xunfang.places import queries as places
from xunfang.units.models import Station
from xunfang.web.documents import Document, compile_document
from xunfang.web.names import local_name

NAMED_ON_COVER = (DutyKind.HALF_MONTH, DutyKind.CAMPAIGN)

type Json = dict[str, Any]


def print_order(
    *,
    night: date,
    stations: Sequence[Station],
    publications: Mapping[str, Publication],
    orders: Iterable[Order],
) -> Document:
    """Return the night's order in the reader's language.

    ``publications`` are those in force, by the code of their station.

    Raises
    ------
    NotPublished
        No station has published anything.
    """
    if not publications:
        raise NotPublished(f"nothing is published for {night}")
    rows = [_station(station, publications.get(station.code)) for station in stations]
    out = [row for row in rows if row["is_published"]]
    return compile_document(
        TEMPLATES / "night_order.typ",
        {
            "lang": "zh" if is_chinese() else "en",
            "title": order_title(night),
            "author": next(iter(publications.values())).sheet["published_by"],
            "words": _words(),
            "night": night_text(night),
            "calendar": _calendar(night),
            "orders": [
                {
                    "title": order.title,
                    "by": order.issued_by.display_name,
                    "at": moment(order.issued_at),
                }
                for order in orders
            ],
            "stations": rows,
            "totals": {
                name: sum(row["counts"][name] for row in out)
                for name in ("n_crews", "n_people", "n_posts", "n_stops", "n_missing")
            },
            "n_published": len(out),
            "published_text": _("%(n)d of %(all)d stations published")
            % {"n": len(out), "all": len(rows)},
            "missing": [
                {"station": row["name"]} | duty
                for row in out
                for duty in row["missing"]
            ],
            "foot": order_title(night),
        },
        at=last_change(publications.values()),
    )


def order_title(night: date) -> str:
    """Name the file that somebody saves."""
    return f"{night} {pgettext('sheet', 'Order for the night')}"


def _station(station: Station, publication: Publication | None) -> Json:
    name = local_name(station.name, station.name_en)
    if publication is None:
        return {"name": name, "is_published": False}
    text = text_of(publication)
    return {
        "name": name,
        "is_published": True,
        "counts": counts_of(text),
        "desk": text["desk"],
        "missing": text["missing"],
        "shortage": text["shortage"],
        "crews": [_crew(crew) for crew in text["crews"]],
        "edition_line": _("Edition %(n)d · %(by)s · %(at)s")
        % {
            "n": publication.edition,
            "by": publication.sheet["published_by"],
            "at": moment(publication.published_at),
        },
        "edition": f"{publication.edition} · {publication.digest[:DIGEST_SHOWN]}",
    }


def _crew(crew: Json) -> Json:
    """Names, but no numbers: those stand on the crew's own sheet and nowhere else."""
    return {
        "name": " ".join(part for part in (crew["group"], crew["name"]) if part),
        "mode": crew["mode"],
        "shift": crew["shift"],
        "muster": crew["muster"],
        "people": [person["name"] for person in crew["people"]],
        "stand_ins": [person["name"] for person in crew["stand_ins"]],
        "posts": [
            {"time": f"{stop['from']}–{stop['until']}", "place": stop["place"]}
            for stop in crew["stops"]
            if stop["is_post"]
        ],
        "n_stops": sum(
            stop["number"] is not None and not stop["is_post"] for stop in crew["stops"]
        ),
    }


def _calendar(night: date) -> list[str]:
    """Say what day it is, and which half-month rounds and campaigns fall on it."""
    holidays = places.get_holidays()
    found = agenda(
        night,
        town=places.get_town_calendar(),
        holidays=holidays,
        held=queries.rounds_held(),
    )
    page = calendar_page.lay_out_day(found, {})
    lines = [f"{page.day_kind} · {page.lunar}"]
    for group in page.groups:
        if group.kind in {kind.value for kind in NAMED_ON_COVER}:
            lines += [
                f"{row.title} · {row.why}" if row.why else row.title
                for bundle in group.bundles
                for row in bundle.rows
            ]
    return lines


def _words() -> dict[str, str]:
    return {
        "title": pgettext("sheet", "Order for the night"),
        "orders": pgettext("sheet", "Orders"),
        "no_order": _("No order has been given for this night."),
        "calendar": pgettext("sheet", "Calendar"),
        "totals": pgettext("sheet", "Total"),
        "station": pgettext("sheet", "Station"),
        "crews": pgettext("sheet", "Crews"),
        "people": pgettext("sheet", "People"),
        "posts": pgettext("sheet", "Posts"),
        "stops": pgettext("sheet", "Stops"),
        "missing": pgettext("sheet", "Duties missing"),
        "desk": pgettext("sheet", "Duty desk"),
        "edition": pgettext("sheet", "Edition · digest"),
        "not_published": pgettext("sheet", "NOT PUBLISHED"),
        "missing_title": _("Duties that cannot be held"),
        "none_missing": _("Every duty is held."),
        "crew": pgettext("sheet", "Crew"),
        "shift": pgettext("sheet", "Shift"),
        "muster": pgettext("sheet", "Muster"),
        "goes_out": pgettext("sheet", "Goes out"),
        "stands_in": pgettext("sheet", "Stands in"),
        "nobody": pgettext("sheet", "Nobody is named"),
        "at_posts": pgettext("sheet", "Posts"),
        "substituted": _("〓 stands for a character that cannot be printed: "),
    }
