"""The roster by hand: put in, take out, absent, stand-in, swap."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import Standing, User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.models import Absence, Part, Person, Shift
from xunfang.units.nights import night_span
from xunfang.units.people import absences
from xunfang.units.roster import edits as roster_edits
from xunfang.units.roster import law, policies, wording
from xunfang.units.roster.forms import Place, Search, Swap
from xunfang.units.roster.night import free_local_officers
from xunfang.units.roster.page import is_of_crew
from xunfang.units.roster.queries import (
    matching,
    places_visible_to,
    shifts_visible_to,
    stations_visible_to,
)
from xunfang.units.roster.reading import Reading, zone
from xunfang.units.roster.refusals import Seen, read_seen, seen_in
from xunfang.units.roster.station import Again, refused, station_page
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of

MOST_REASONS = 10
"""People of a search who may not go, named with the reason."""
MOST_FOUND = 200
"""People of a search who are looked at at all."""


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def assign(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Put somebody in a crew."""
    crew = get_object_or_404(shifts_visible_to(user), pk=shift)
    form = Place(request.POST)
    if not form.is_valid():
        return see_other(request, _crew_url(crew))
    person = get_object_or_404(Person, pk=form.cleaned_data["person"])
    part = Part(form.cleaned_data["part"] or Part.MEMBER)

    def act() -> None:
        roster_edits.assign(
            shift=crew,
            person=person,
            part=part,
            seen=read_seen(form.cleaned_data["seen"]),
            by=user,
            at=timezone.now(),
        )

    again = Again(
        _("Put in all the same: %(person)s (%(part)s)")
        % {"person": person.name, "part": part.label},
        request.path,
        {"person": str(person.pk), "part": part},
    )
    return _answer(request, user, crew, act, again)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def take_out(request: HttpRequest, user: User, assignment: int) -> HttpResponse:
    """Take somebody out of a crew."""
    held = get_object_or_404(places_visible_to(user), pk=assignment)

    def act() -> None:
        roster_edits.take_out(
            assignment=held, seen=_seen(request), by=user, at=timezone.now()
        )

    again = Again(
        _("Take out all the same: %(person)s") % {"person": held.person.name},
        request.path,
    )
    return _answer(request, user, held.shift, act, again)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def replace(request: HttpRequest, user: User, assignment: int) -> HttpResponse:
    """Let somebody take the place of another."""
    held = get_object_or_404(places_visible_to(user), pk=assignment)
    form = Place(request.POST)
    if not form.is_valid():
        return see_other(request, _crew_url(held.shift))
    person = get_object_or_404(Person, pk=form.cleaned_data["person"])

    def act() -> None:
        roster_edits.replace(
            assignment=held,
            person=person,
            seen=_seen(request),
            by=user,
            at=timezone.now(),
        )

    again = Again(
        _("Replace all the same: %(person)s by %(other)s")
        % {"person": held.person.name, "other": person.name},
        request.path,
        {"person": str(person.pk)},
    )
    return _answer(request, user, held.shift, act, again)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def mark_absent(request: HttpRequest, user: User, assignment: int) -> HttpResponse:
    """Enter that somebody in a crew does not come on this night."""
    held = get_object_or_404(places_visible_to(user), pk=assignment)

    def act() -> None:
        policies.check_can_edit_roster(user, held.shift.station)
        begins_at, ends_at = night_span(held.shift.night, zone())
        absences.enter_absence(
            person=held.person,
            begins_at=begins_at,
            ends_at=ends_at,
            by=user,
            at=timezone.now(),
        )

    return _answer(request, user, held.shift, act)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def mark_present(request: HttpRequest, user: User, assignment: int) -> HttpResponse:
    """Take back that somebody in a crew does not come."""
    held = get_object_or_404(places_visible_to(user), pk=assignment)
    begins_at, ends_at = night_span(held.shift.night, zone())

    def act() -> None:
        policies.check_can_edit_roster(user, held.shift.station)
        for absence in Absence.objects.filter(
            person=held.person,
            kind="absent",
            cancelled_at=None,
            begins_at__lt=ends_at,
            ends_at__gt=begins_at,
        ):
            absences.cancel_absence(absence=absence, by=user, at=timezone.now())

    return _answer(request, user, held.shift, act)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def swap(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Let two people of a station's night take each other's places."""
    place = get_object_or_404(stations_visible_to(user), code=station)
    form = Swap(request.POST)
    held = {
        one.pk: one
        for one in places_visible_to(user).filter(
            pk__in=form.places, shift__night=night, shift__station=place
        )
    }
    chosen = frozenset(held)
    if form.is_valid() and len(held) == len(form.places):
        first, second = (held[key] for key in form.places)
        seen = {
            one.shift_id: read_seen(request.POST.get(f"seen-{one.shift_id}", ""))
            for one in held.values()
        }
        try:
            roster_edits.swap(
                first=first, second=second, seen=seen, by=user, at=timezone.now()
            )
        except DomainError as error:
            return station_page(
                request,
                user,
                night,
                place,
                refusal=refused(error),
                chosen=chosen,
            )
        return see_other(request, _crew_url(first.shift))
    return station_page(request, user, night, place, chosen=chosen, swap_form=form)


@require_GET
@capability_required(Capability.EDIT_ROSTER)
def choose(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Show who may take a place in a crew, by unit and service number."""
    crew = get_object_or_404(shifts_visible_to(user), pk=shift)
    policies.check_can_edit_roster(user, crew.station)
    choice = _Choice(request, user, crew)
    return render(request, "units/roster_choose.html", choice.context())


class _Choice:
    """A place in a crew and who could take it."""

    def __init__(self, request: HttpRequest, user: User, crew: Shift) -> None:
        self._request, self._crew = request, crew
        wanted = request.GET.get("part", "")
        self._part = Part(wanted) if wanted in Part.values else Part.MEMBER
        key = request.GET.get("instead", "")
        self._leaving = (
            crew.assignments.filter(pk=key).select_related("person").first()
            if key.isdecimal()
            else None
        )
        if self._leaving is not None:
            self._part = Part(self._leaving.part)
        form = Search(request.GET)
        self._words = form.cleaned_data["q"] if form.is_valid() else ""
        self._form = form
        everybody = Person.objects.filter(is_serving=True).order_by(
            "home_unit__code", "code"
        )
        if user.station_code:
            everybody = everybody.filter(home_unit__station=crew.station)
        # Who comes from elsewhere must be asked for by name: a neighbour who helps out.
        named = matching(everybody, self._words) if self._words else everybody.none()
        self._named = list(named.values_list("pk", flat=True)[:MOST_FOUND])
        self._reading = Reading(
            night=crew.night,
            stations=[crew.station],
            with_pool=crew.is_seconded,
            people=self._named,
        )

    def _may(self) -> list[int]:
        reading, crew = self._reading, self._crew
        if self._part == Part.JOINED:
            return [person.pk for person in free_local_officers(reading, crew)]
        leaving = None if self._leaving is None else self._leaving.person
        in_crew = {
            one.person.pk
            for one in reading.placed[crew.pk]
            if one.goes_out or self._part == Part.STAND_IN
        }
        return [
            person.pk
            for person in reading.people.values()
            if person.pk not in in_crew
            and (is_of_crew(person, crew) or person.pk in self._named)
            and law.may_go(reading, person, crew)
            and roster_edits.has_place(
                reading, person, crew, self._part, instead_of=leaving
            )
        ]

    def _may_not(self, may: list[int]) -> list[tuple[Person, str]]:
        """Return whom the search found and who may not go, with the reason."""
        found = []
        for key in self._named:
            person = self._reading.people[key]
            reasons = [
                wording.conflict_text(
                    finding.code,
                    crew=self._crew.name,
                    people=[person.name],
                    free=[],
                    facts=finding.facts,
                )
                for finding in law.findings(self._reading, person, self._crew)
                if finding.is_fault
            ]
            if key not in may and reasons:
                found.append((person, reasons[0]))
        return found[:MOST_REASONS]

    def context(self) -> dict[str, Any]:
        crew, may = self._crew, self._may()
        people = (
            Person.objects.filter(pk__in=may)
            .select_related("home_unit")
            .order_by("home_unit__code", "code")
        )
        rows = page_of(self._request, matching(people, self._words))
        there = {one.person.code: one.part for one in self._reading.placed[crew.pk]}
        url = (
            reverse("units:assign", args=[crew.pk])
            if self._leaving is None
            else reverse("units:replace", args=[self._leaving.pk])
        )
        return {
            "crew": crew,
            "crew_url": _crew_url(crew),
            "part": self._part,
            "leaving": self._leaving,
            "form": self._form,
            "page": rows,
            "rows": [
                (
                    person,
                    local_name(person.home_unit.name, person.home_unit.name_en),
                    [
                        finding
                        for finding in law.findings(
                            self._reading, self._reading.people[person.pk], crew
                        )
                        if finding.code == "third_night"
                    ],
                )
                for person in rows
            ],
            "may_not": self._may_not(may),
            "post_url": url,
            "seen": seen_in(crew, there),
            "standing_label": self._standing_label(),
        }

    def _standing_label(self) -> str:
        if self._part == Part.JOINED:
            return str(Standing.SWORN.label)
        return pgettext("roster", "free and rested")


def _answer(
    request: HttpRequest,
    user: User,
    shift: Shift,
    act: Callable[[], None],
    again: Again | None = None,
) -> HttpResponse:
    """Do it and come back to the crew, or show there why it was not done.

    Who may not do it at all reads so on a page of its own.
    """
    policies.check_can_edit_roster(user, shift.station)
    try:
        act()
    except DomainError as error:
        return station_page(
            request,
            user,
            shift.night,
            shift.station,
            refusal=refused(error, shift=shift, again=again),
        )
    return see_other(request, _crew_url(shift))


def _seen(request: HttpRequest) -> Seen:
    return read_seen(request.POST.get("seen", ""))


def _crew_url(shift: Shift) -> str:
    url = reverse("units:roster-station", args=[shift.night, shift.station.code])
    return f"{url}#crew-{shift.pk}"
