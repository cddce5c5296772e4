"""A station's roster for a night as a page, whole or with what was refused."""

from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.units.models import Person, Shift, Station
from xunfang.units.roster import notices, policies, wording
from xunfang.units.roster import page as roster_page
from xunfang.units.roster import queries as roster_queries
from xunfang.units.roster.forms import CopyCrews, SignWaiver, Swap
from xunfang.units.roster.refusals import MayNotGo, RosterMoved, is_over
from xunfang.web.names import local_name
from xunfang.web.refusals import STATUSES, sentence_for


@dataclass(frozen=True, slots=True)
class Again:
    """What somebody pressed and was refused: it can be pressed again, knowing more."""

    label: str
    url: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal as the page shows it, at the crew it is about."""

    sentence: str
    status: int
    shift: int = 0
    moved: tuple[str, ...] = ()
    again: Again | None = None


def refused(
    error: DomainError, *, shift: Shift | None = None, again: Again | None = None
) -> Refused:
    """Put a refusal in words, with what has changed if the page was stale."""
    sentence = str(sentence_for(error))
    moved: tuple[str, ...] = ()
    if isinstance(error, MayNotGo):
        sentence = wording.conflict_text(
            error.finding.code,
            crew=error.shift.name,
            people=[error.person.name],
            free=[],
            facts=error.finding.facts,
        )
    if isinstance(error, RosterMoved):
        numbers = {change.number for change in error.changes}
        people = roster_queries.people_by_number(numbers)
        moved = tuple(
            wording.moved_text(
                people[change.number].name if change.number in people else "",
                change.was,
                change.is_now,
            )
            for change in error.changes
        )
    return Refused(
        sentence=sentence,
        status=STATUSES.get(error.code, HTTPStatus.CONFLICT),
        shift=0 if shift is None else shift.pk,
        moved=moved,
        # What the law forbids stays forbidden: only a stale page is pressed again.
        again=again if isinstance(error, RosterMoved) else None,
    )


def station_page(
    request: HttpRequest,
    user: User,
    night: date,
    station: Station,
    *,
    refusal: Refused | None = None,
    chosen: frozenset[int] = frozenset(),
    waiver_form: SignWaiver | None = None,
    copy_form: CopyCrews | None = None,
    swap_form: Swap | None = None,
) -> HttpResponse:
    """Show a station's crews of a night; with ``refusal`` also what was not done."""
    is_read_only = is_over(night, timezone.now())
    can_edit = not is_read_only and policies.can_edit_roster(user, station)
    is_seconded = Shift.objects.filter(
        night=night, station=station, is_seconded=True
    ).exists()
    reading, found = roster_page.read(
        night, [station], with_pool=can_edit and is_seconded
    )
    panels = roster_page.crew_panels(reading, found, suggest=can_edit)
    people = Person.objects.filter(pk__in=[*reading.people])
    context = {
        "night": night,
        "before": night - roster_page.DAY,
        "after": night + roster_page.DAY,
        "station": station,
        "station_name": local_name(station.name, station.name_en),
        "panels": panels,
        "n_faults": sum(conflict.is_fault for conflict in found),
        "n_warnings": sum(not conflict.is_fault for conflict in found),
        "faults": [conflict for conflict in found if conflict.is_fault],
        "has_open_places": any(panel.open_places for panel in panels),
        "notices": notices.notices_of(night),
        "waivers": roster_queries.waivers_of(night, people),
        "is_read_only": is_read_only,
        "is_city": not user.station_code,
        "can_edit": can_edit,
        "can_sign": not is_read_only and can(user, Capability.SIGN_WAIVER),
        "can_enter_absence": can_edit and can(user, Capability.EDIT_PEOPLE),
        "waiver_form": waiver_form or SignWaiver(),
        "copy_form": copy_form
        or CopyCrews(initial={"from_night": night - roster_page.DAY}),
        "refusal": refusal,
        "chosen": chosen,
        "swap_form": swap_form,
    }
    status = HTTPStatus.OK if refusal is None else refusal.status
    if refusal is None and any(
        form is not None and form.is_bound
        for form in (waiver_form, copy_form, swap_form)
    ):
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    return render(request, "units/roster_station.html", context, status=status)
