"""Around the roster: notices, waivers, swaps, tables brought in, hours."""

from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.units.models import NightNotice, Person, SwapRequest
from xunfang.units.nights import tonight
from xunfang.units.roster import importing as roster_import
from xunfang.units.roster import notices, policies, swaps
from xunfang.units.roster import waivers as roster_waivers
from xunfang.units.roster.forms import (
    AnswerSwap,
    ImportTable,
    Period,
    PostNotice,
    SignWaiver,
)
from xunfang.units.roster.hours import hours_between
from xunfang.units.roster.queries import stations_visible_to, swaps_visible_to
from xunfang.units.roster.reading import zone
from xunfang.units.roster.station import refused, station_page
from xunfang.units.roster.views import city_page
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import sentence_for


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def post_notice(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Post a notice to all crews of a night."""
    policies.check_can_allocate(user)
    form = PostNotice(request.POST)
    if form.is_valid():
        try:
            notices.post_notice(
                night=night,
                text=form.cleaned_data["text"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as error:
            return city_page(
                request, user, night, refusal=refused(error), notice_form=form
            )
        return see_other(request, reverse("units:roster-city", args=[night]))
    return city_page(request, user, night, notice_form=form)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def end_notice(request: HttpRequest, user: User, notice: int) -> HttpResponse:
    """Take a notice down."""
    policies.check_can_allocate(user)
    found = get_object_or_404(NightNotice, pk=notice)
    notices.end_notice(notice=found, by=user, at=timezone.now())
    return see_other(request, reverse("units:roster-city", args=[found.night]))


@require_POST
@capability_required(Capability.SIGN_WAIVER)
def sign_waiver(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Sign that somebody goes out after less rest, from a station's page."""
    place = get_object_or_404(stations_visible_to(user), code=station)
    form = SignWaiver(request.POST)
    if form.is_valid():
        person = (
            Person.objects.filter(code=form.cleaned_data["number"])
            .select_related("home_unit__station")
            .first()
        )
        if person is None:
            form.add_error("number", _("Nobody has this number."))
        else:
            try:
                roster_waivers.sign_waiver(
                    person=person,
                    night=night,
                    reason=form.cleaned_data["reason"],
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as error:
                return station_page(
                    request,
                    user,
                    night,
                    place,
                    refusal=refused(error),
                    waiver_form=form,
                )
            url = reverse("units:roster-station", args=[night, place.code])
            return see_other(request, f"{url}#waivers")
    return station_page(request, user, night, place, waiver_form=form)


@require_GET
@capability_required(Capability.SEE_PEOPLE)
def swap_list(request: HttpRequest, user: User) -> HttpResponse:
    """Show what was asked for: what waits for an answer first."""
    return _swaps(request, user)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def answer_swap(request: HttpRequest, user: User, swap: int) -> HttpResponse:
    """Approve or refuse a swap."""
    asked = get_object_or_404(swaps_visible_to(user), pk=swap)
    form = AnswerSwap(request.POST)
    if not form.is_valid():
        return _swaps(request, user, status=HTTPStatus.UNPROCESSABLE_CONTENT)
    try:
        if form.cleaned_data["answer"] == "yes":
            swaps.approve_swap(request=asked, by=user, at=timezone.now())
        else:
            swaps.refuse_swap(
                request=asked,
                reason=form.cleaned_data["reason"],
                by=user,
                at=timezone.now(),
            )
    except DomainError as error:
        said = refused(error)
        return _swaps(
            request, user, status=said.status, swap=asked.pk, sentence=said.sentence
        )
    return see_other(request, reverse("units:swaps"))


def _swaps(
    request: HttpRequest, user: User, *, status: int = 200, **said: object
) -> HttpResponse:
    night = tonight(timezone.now(), zone())
    asked = swaps_visible_to(user)
    waiting = asked.filter(state=SwapRequest.ASKED, shift__night__gte=night)
    context = {
        "waiting": [
            (one, policies.can_edit_roster(user, one.shift.station))
            for one in waiting.order_by("shift__night", "asked_at")
        ],
        "page": page_of(request, asked.exclude(pk__in=waiting.values("pk"))),
        "said": said,
    }
    return render(request, "units/swaps.html", context, status=status)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_ROSTER)
def bring_in(request: HttpRequest, user: User) -> HttpResponse:
    """Import a roster or a list of absences; name every line that was left out."""
    night = tonight(timezone.now(), zone())
    if request.method != "POST":
        form = ImportTable(initial={"what": request.GET.get("what")})
        return render(
            request, "units/roster_import.html", {"form": form, "night": night}
        )
    form = ImportTable(request.POST, request.FILES)
    done: roster_import.Imported | None = None
    if form.is_valid():
        content = form.cleaned_data["table"].read()
        try:
            if form.cleaned_data["what"] == roster_import.ROSTER:
                done = roster_import.import_roster(
                    content=content, by=user, at=timezone.now()
                )
            else:
                done = roster_import.import_absences(
                    content=content, night=night, by=user, at=timezone.now()
                )
        except DomainError as error:
            form.add_error("table", str(sentence_for(error)))
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_CONTENT
    context = {
        "form": form,
        "night": night,
        "done": done,
        "can_allocate": can(user, Capability.EDIT_ROSTER) and not user.station_code,
    }
    return render(request, "units/roster_import.html", context, status=status)


@require_GET
@capability_required(Capability.SEE_PEOPLE)
def hours(request: HttpRequest, user: User) -> HttpResponse:
    """Show hours by home unit and by unit of duty, each counted once."""
    last = tonight(timezone.now(), zone())
    usual = {"first": last.replace(day=1), "last": last}
    form = Period(request.GET if "first" in request.GET else None, initial=usual)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else usual
    found, refusal = None, ""
    if not form.is_bound or form.is_valid():
        try:
            found = hours_between(
                chosen["first"], chosen["last"], stations_visible_to(user)
            )
        except DomainError as error:
            refusal = str(sentence_for(error))
    status = (
        HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_bound and not form.is_valid()
        else HTTPStatus.OK
    )
    context = {"form": form, "hours": found, "refusal": refusal, **chosen}
    return render(request, "units/roster_hours.html", context, status=status)
