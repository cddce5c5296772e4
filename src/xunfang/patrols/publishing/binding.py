"""The stays of a published night as the crews' desk and phones need them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import Problem
from xunfang.patrols import queries
from xunfang.patrols.models import Publication
from xunfang.patrols.plans.stays import stay_key, stays
from xunfang.patrols.sheets.content import LANGUAGES, POSTS, ZONE
from xunfang.units.models import DutyStay, Shift
from xunfang.units.nights import midnight_before


def stays_of(publication: Publication) -> Iterator[DutyStay]:
    """Yield what a publication binds its crews to; unsaved, without meal breaks.

    Words are those of the frozen sheets, in Chinese and in English; places and times are
    the plan's.
    """
    plan = publication.plan
    kept = queries.documents_by_id(plan.pk)
    problem = kept.problem
    shifts = {
        shift.code: shift
        for shift in Shift.objects.filter(
            station=publication.station, night=publication.night
        )
    }
    chinese, english = (
        _stops_by_key(publication.sheet["texts"][language]) for language in LANGUAGES
    )
    worths = _worths(problem)
    midnight = midnight_before(publication.night, ZONE)
    tick = timedelta(seconds=problem.time_unit_s)
    for route in kept.routes.routes:
        for number, event in stays(route):
            key = stay_key(route, number or 0)
            if number is None or route.unit not in shifts or key not in chinese:
                continue
            lon, lat = problem.points[event.at]
            is_mandatory, worth = worths.get((event.kind, event.id), (False, 0.0))
            yield DutyStay(
                shift=shifts[route.unit],
                number=number,
                begins_at=midnight + event.start * tick,
                ends_at=midnight + event.end * tick,
                lon=lon,
                lat=lat,
                place_code=event.id[:40],
                name=chinese[key]["place"][:120],
                name_en=english[key]["place"][:160],
                why=chinese[key]["why"][:300],
                why_en=english[key]["why"][:300],
                is_post=event.kind in POSTS,
                is_mandatory=is_mandatory,
                worth=worth,
                edition=publication.edition,
            )


def _stops_by_key(text: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {stop["key"]: stop for crew in text["crews"] for stop in crew["stops"]}


def _worths(problem: Problem) -> dict[tuple[EventKind, str], tuple[bool, float]]:
    """Return of everything wanted whether it must be, and what one visit is worth."""
    return (
        {
            (EventKind.STOP, stop.id): (
                stop.mandatory,
                max((worth for _begin, worth in stop.value), default=0.0),
            )
            for stop in problem.stops
        }
        | {
            (EventKind.POST, post.id): (post.mandatory, post.value)
            for post in problem.posts
        }
        | {
            (EventKind.LOOP, loop.id): (loop.mandatory, loop.value)
            for loop in problem.loops
        }
        | {
            (EventKind.PRESENCE, wanted.id): (
                False,
                wanted.value_per_minute * wanted.dwell,
            )
            for wanted in problem.presence
        }
    )
