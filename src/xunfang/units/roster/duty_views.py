"""My duty: the next nights of whoever is signed in, and a swap they may ask for."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import sign_in_required
from xunfang.accounts.models import User
from xunfang.core.errors import DomainError
from xunfang.units.models import Assignment, MentorPair, Part, Person, SwapRequest
from xunfang.units.nights import midnight_before, tonight
from xunfang.units.roster import notices, swaps, wording
from xunfang.units.roster.forms import AskForSwap
from xunfang.units.roster.reading import zone
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.refusals import sentence_for

MOST_NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Duty:
    """One night of a person, as they read it on the phone."""

    assignment: Assignment
    hours: str
    station: str
    colleagues: tuple[Assignment, ...]
    stand_ins: tuple[Assignment, ...]
    notices: tuple[str, ...]
    request: SwapRequest | None
    form: forms.Form | None
    is_first_time: bool
    """Whether the person has never gone out at this station and does not know it."""
    mentor: Person | None


@require_GET
@sign_in_required
def mine(request: HttpRequest, user: User) -> HttpResponse:
    """Show one's next nights: crew, time, colleagues, who stands in."""
    return _page(request, user)


@require_POST
@sign_in_required
def ask_for_swap(request: HttpRequest, user: User, assignment: int) -> HttpResponse:
    """Ask that another takes one's place."""
    held = get_object_or_404(_own(user), pk=assignment)
    form = AskForSwap(request.POST, people=_could_take(held), prefix=f"swap-{held.pk}")
    if form.is_valid():
        try:
            swaps.ask_for_swap(
                assignment=held,
                instead=form.cleaned_data["instead"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            return see_other(request, reverse("units:my-duty"))
    return _page(request, user, asking={held.pk: form})


@require_POST
@sign_in_required
def take_back_swap(request: HttpRequest, user: User, swap: int) -> HttpResponse:
    """Take back what one has asked."""
    asked = get_object_or_404(SwapRequest, pk=swap, person__account=user)
    swaps.take_back_swap(request=asked, by=user, at=timezone.now())
    return see_other(request, reverse("units:my-duty"))


def _own(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.filter(person__account=user).select_related(
        "shift__station", "person__home_unit"
    )


def _could_take(held: Assignment) -> QuerySet[Person]:
    """Return who could be asked: of the same unit and standing, by service number."""
    return Person.objects.filter(
        home_unit=held.person.home_unit,
        standing=held.person.standing,
        is_serving=True,
    ).exclude(pk=held.person_id)


def _page(
    request: HttpRequest, user: User, *, asking: dict[int, forms.Form] | None = None
) -> HttpResponse:
    at = timezone.now()
    night = tonight(at, zone())
    last_night = night - timedelta(days=1)
    so_far_min = (at - midnight_before(last_night, zone())) // timedelta(minutes=1)
    person = Person.objects.filter(account=user).select_related("home_unit").first()
    own = list(
        _own(user)
        .filter(
            Q(shift__night__gte=night)
            # In the morning, the crew of last night that is still out.
            | Q(shift__night=last_night, shift__ends_min__gt=so_far_min)
        )
        .order_by("shift__night", "shift__begins_min")[:MOST_NIGHTS]
    )
    context: dict[str, Any] = {
        "person": person,
        "duties": _duties(own, night, asking or {}),
    }
    status = HTTPStatus.UNPROCESSABLE_CONTENT if asking else HTTPStatus.OK
    return render(request, "units/my_duty.html", context, status=status)


def _duties(
    own: list[Assignment], tonight: date, asking: dict[int, forms.Form]
) -> list[Duty]:
    """Lay out nights with a fixed number of queries, however many they are."""
    shifts = [one.shift_id for one in own]
    crews: defaultdict[int, list[Assignment]] = defaultdict(list)
    for one in (
        Assignment.objects.filter(shift__in=shifts)
        .select_related("person__home_unit")
        .order_by("person__home_unit__code", "person__code")
    ):
        crews[one.shift_id].append(one)
    asked = {
        one.shift_id: one
        for one in SwapRequest.objects.filter(
            shift__in=shifts, person__in=[one.person_id for one in own]
        )
        .exclude(state=SwapRequest.TAKEN_BACK)
        .select_related("instead")
        .order_by("asked_at", "pk")
    }
    posted: defaultdict[object, list[str]] = defaultdict(list)
    for notice in notices.notices_of_nights({one.shift.night for one in own}):
        posted[notice.night].append(notice.text)
    people = _could_take(own[0]) if own else Person.objects.none()
    known = _stations_known(own)
    pairs = list(
        MentorPair.objects.filter(
            newcomer__in={one.person_id for one in own}, mentor__is_serving=True
        ).select_related("mentor")
    )
    return [
        Duty(
            assignment=one,
            hours=f"{wording.clock(one.shift.begins_min)}–"
            f"{wording.clock(one.shift.ends_min)}",
            station=local_name(one.shift.station.name, one.shift.station.name_en),
            colleagues=tuple(
                other
                for other in crews[one.shift_id]
                if other.part != Part.STAND_IN and other.pk != one.pk
            ),
            stand_ins=tuple(
                other for other in crews[one.shift_id] if other.part == Part.STAND_IN
            ),
            notices=tuple(posted[one.shift.night]),
            request=asked.get(one.shift_id),
            form=None
            if one.part == Part.STAND_IN or one.shift.night < tonight
            else asking.get(one.pk)
            or AskForSwap(people=people, prefix=f"swap-{one.pk}"),
            is_first_time=one.shift.station_id not in known,
            mentor=next(
                (
                    pair.mentor
                    for pair in pairs
                    if pair.station_id == one.shift.station_id
                    and pair.holds_on(one.shift.night)
                ),
                None,
            ),
        )
        for one in own
    ]


def _stations_known(own: list[Assignment]) -> set[int]:
    """Return the stations where the person serves, has served, or has gone out."""
    if not own:
        return set()
    person = own[0].person
    known = set(person.known_grounds.values_list("station", flat=True))
    known |= set(
        Assignment.objects.filter(person=person, shift__night__lt=own[0].shift.night)
        .exclude(part=Part.STAND_IN)
        .values_list("shift__station", flat=True)
    )
    return known | {person.home_unit.station_id or 0}
